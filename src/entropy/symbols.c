/* SPDX-License-Identifier: MIT */
/* symbols.c: which coefficients are not zero, in zigzag order, and how often each symbol is met. */
#include "symbols.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/*
 * Where a row's byte of flags goes in zigzag order: spread[v][byte] has the bit of each u that is
 * set in byte. The numbers are the places of a row's coefficients in T.81 figure 5.
 */
#define BIT(byte, u, k) ((uint64_t)((byte) >> (u)&1) << (k))
#define SPREAD(b, k0, k1, k2, k3, k4, k5, k6, k7)                                                  \
    (BIT(b, 0, k0) | BIT(b, 1, k1) | BIT(b, 2, k2) | BIT(b, 3, k3) | BIT(b, 4, k4) |               \
     BIT(b, 5, k5) | BIT(b, 6, k6) | BIT(b, 7, k7))
#define SPREAD_4(b, ...)                                                                           \
    SPREAD(b, __VA_ARGS__), SPREAD(b + 1, __VA_ARGS__), SPREAD(b + 2, __VA_ARGS__),                \
        SPREAD(b + 3, __VA_ARGS__)
#define SPREAD_16(b, ...)                                                                          \
    SPREAD_4(b, __VA_ARGS__), SPREAD_4(b + 4, __VA_ARGS__), SPREAD_4(b + 8, __VA_ARGS__),          \
        SPREAD_4(b + 12, __VA_ARGS__)
#define SPREAD_64(b, ...)                                                                          \
    SPREAD_16(b, __VA_ARGS__), SPREAD_16(b + 16, __VA_ARGS__), SPREAD_16(b + 32, __VA_ARGS__),     \
        SPREAD_16(b + 48, __VA_ARGS__)
#define SPREAD_ROW(...)                                                                            \
    {                                                                                              \
        SPREAD_64(0, __VA_ARGS__), SPREAD_64(64, __VA_ARGS__), SPREAD_64(128, __VA_ARGS__),        \
            SPREAD_64(192, __VA_ARGS__)                                                            \
    }

static const uint64_t spread[8][256] = {
    SPREAD_ROW(0, 1, 5, 6, 14, 15, 27, 28),     SPREAD_ROW(2, 4, 7, 13, 16, 26, 29, 42),
    SPREAD_ROW(3, 8, 12, 17, 25, 30, 41, 43),   SPREAD_ROW(9, 11, 18, 24, 31, 40, 44, 53),
    SPREAD_ROW(10, 19, 23, 32, 39, 45, 52, 54), SPREAD_ROW(20, 22, 33, 38, 46, 51, 55, 60),
    SPREAD_ROW(21, 34, 37, 47, 50, 56, 59, 61), SPREAD_ROW(35, 36, 48, 49, 57, 58, 62, 63),
};

#define TWO(...) __VA_ARGS__, __VA_ARGS__
#define EIGHT(...) TWO(TWO(TWO(__VA_ARGS__)))
#define SIXTY_FOUR(...) EIGHT(EIGHT(__VA_ARGS__))

const uint8_t jq_categories[1024] = {
    0,
    1,
    TWO(2),
    TWO(TWO(3)),
    EIGHT(4),
    EIGHT(TWO(5)),
    EIGHT(TWO(TWO(6))),
    SIXTY_FOUR(7),
    SIXTY_FOUR(TWO(8)),
    SIXTY_FOUR(TWO(TWO(9))),
    SIXTY_FOUR(EIGHT(10)),
};

/* Bit 8 v + u is set where coefficient (v, u) is not zero. */
static uint64_t nonzero_natural(const int16_t *block)
{
    uint64_t flags = 0;
#if defined(__SSE2__)
    const __m128i zero = _mm_setzero_si128();
    for (int i = 0; i < 4; i++) {
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i));
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i + 8));
        __m128i zeros = _mm_packs_epi16(_mm_cmpeq_epi16(a, zero), _mm_cmpeq_epi16(b, zero));
        flags |= (uint64_t)(~(unsigned)_mm_movemask_epi8(zeros) & 0xffff) << 16 * i;
    }
#else
    for (int i = 0; i < 64; i++)
        flags |= (uint64_t)(block[i] != 0) << i;
#endif
    return flags;
}

uint64_t jq_nonzero(const int16_t *block)
{
    uint64_t flags = nonzero_natural(block);
    return spread[0][flags & 255] | spread[1][flags >> 8 & 255] | spread[2][flags >> 16 & 255] |
           spread[3][flags >> 24 & 255] | spread[4][flags >> 32 & 255] |
           spread[5][flags >> 40 & 255] | spread[6][flags >> 48 & 255] | spread[7][flags >> 56];
}

static inline bool take(void *sink, jq_event event, unsigned run, int32_t value, unsigned position)
{
    (void)position;
    return jq_count(sink, event, run, value);
}

void jq_count_finish(const jq_counter *counter, jpegq_symbols *symbols)
{
    *symbols = counter->symbols;
    for (unsigned run = 0; run < 16; run++)
        for (int32_t value = -16; value < 16; value++)
            symbols->ac[run << 4 | jq_category(jq_magnitude(value))] +=
                counter->small[jq_small(run, value)];
}

jpegq_status jpegq_count_symbols(const int16_t *quantized, size_t blocks, jpegq_symbols *symbols)
{
    jq_counter counter;
    int32_t last_dc = 0;
    if (!quantized || !symbols)
        return JPEGQ_BAD_ARGUMENT;
    memset(&counter, 0, sizeof counter);
    for (size_t b = 0; b < blocks; b++)
        if (!jq_take_block(quantized + 64 * b, &last_dc, take, &counter))
            return JPEGQ_OUT_OF_RANGE;
    jq_count_finish(&counter, symbols);
    return JPEGQ_OK;
}
