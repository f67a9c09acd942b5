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

/* ---- Lists of symbols ------------------------------------------------------------------------ */

/* x, x + 1, ... */
#define UP_2(x) (x), (x) + 1
#define UP_4(x) UP_2(x), UP_2((x) + 2)
#define UP_8(x) UP_4(x), UP_4((x) + 4)
#define UP_16(x) UP_8(x), UP_8((x) + 8)
#define UP_32(x) UP_16(x), UP_16((x) + 16)
#define UP_64(x) UP_32(x), UP_32((x) + 32)
#define UP_128(x) UP_64(x), UP_64((x) + 64)
#define UP_256(x) UP_128(x), UP_128((x) + 128)
#define UP_512(x) UP_256(x), UP_256((x) + 256)
#define UP_1024(x) UP_512(x), UP_512((x) + 512)
#define SSSS(category, bits) ((category) << JQ_VALUE_BITS | (bits))

/*
 * The category and the bits of values -2048..2047. Those of a category are 0, 1, ... from the
 * least of its negative values on, and follow its positive ones in binary.
 */
static const uint16_t coded[4096] = {
    SSSS(12, 0),          UP_1024(SSSS(11, 0)), UP_512(SSSS(10, 0)),   UP_256(SSSS(9, 0)),
    UP_128(SSSS(8, 0)),   UP_64(SSSS(7, 0)),    UP_32(SSSS(6, 0)),     UP_16(SSSS(5, 0)),
    UP_8(SSSS(4, 0)),     UP_4(SSSS(3, 0)),     UP_2(SSSS(2, 0)),      SSSS(1, 0),
    SSSS(0, 0),           SSSS(1, 1),           UP_2(SSSS(2, 2)),      UP_4(SSSS(3, 4)),
    UP_8(SSSS(4, 8)),     UP_16(SSSS(5, 16)),   UP_32(SSSS(6, 32)),    UP_64(SSSS(7, 64)),
    UP_128(SSSS(8, 128)), UP_256(SSSS(9, 256)), UP_512(SSSS(10, 512)), UP_1024(SSSS(11, 1024)),
};

/*
 * A symbol for each set bit of *left, the least first, as long as there are any; *next is the place
 * behind the one before. Where none is left something is listed that the caller does not keep.
 */
static inline uint32_t next_symbol(const int16_t *block, uint64_t *left, unsigned *next,
                                   int32_t *all)
{
    unsigned k = (unsigned)__builtin_ctzll(*left | UINT64_C(1) << 63), run = k - *next;
    int32_t value = block[jpegq_zigzag[k]] + 2048;
    *left &= *left - 1;
    *next = k + 1;
    *all |= value;
    return (run << (JQ_VALUE_BITS + 4)) + coded[value & 4095];
}

static inline uint32_t *list_block(const int16_t *block, int32_t difference, int32_t *all,
                                   uint32_t *list)
{
    uint64_t places = jq_symbol_places(jq_nonzero(block)), left = places;
    unsigned next = 1;
    uint32_t *at = list + 1;
    *all |= difference + 2048;
    *list = UINT32_C(256) << JQ_VALUE_BITS | coded[(difference + 2048) & 4095];
    for (; left; at += 4) { /* several at a time, for each time is a branch to be guessed */
        at[0] = next_symbol(block, &left, &next, all);
        at[1] = next_symbol(block, &left, &next, all);
        at[2] = next_symbol(block, &left, &next, all);
        at[3] = next_symbol(block, &left, &next, all);
    }
    at = list + 1 + jq_bits_set(places);
    *at = JQ_EOB << JQ_VALUE_BITS;
    return at + !(places >> 63);
}

uint32_t *jq_list_symbols(const int16_t *quantized, size_t blocks, int32_t *last_dc, uint32_t *list)
{
    const jq_kernels *kernels = jq_kernels_chosen();
    int32_t all = 0;
    if (kernels->list_symbols)
        return kernels->list_symbols(quantized, blocks, last_dc, list);
    for (size_t b = 0; b < blocks; b++, quantized += 64) {
        list = list_block(quantized, quantized[0] - *last_dc, &all, list);
        *last_dc = quantized[0];
    }
    return all & ~4095 ? NULL : list;
}

/* ---- Counting -------------------------------------------------------------------------------- */

void jq_count_list(const uint32_t *list, const uint32_t *end, uint64_t counts[JQ_SYMBOLS])
{
    /* the same symbol often comes twice, and would wait for itself */
    uint32_t others[JQ_SYMBOLS] = {0};
    for (; end - list >= 2; list += 2) {
        counts[list[0] >> JQ_VALUE_BITS]++;
        others[list[1] >> JQ_VALUE_BITS]++;
    }
    if (list < end)
        counts[*list >> JQ_VALUE_BITS]++;
    for (int i = 0; i < JQ_SYMBOLS; i++)
        counts[i] += others[i];
}

bool jq_symbols_of_counts(const uint64_t counts[JQ_SYMBOLS], jpegq_symbols *symbols)
{
    bool fit = true;
    memset(symbols, 0, sizeof *symbols);
    for (int i = 0; i < JQ_SYMBOLS; i++) {
        (i < 256 ? symbols->ac : symbols->dc)[i % 256] = counts[i];
        fit = fit && (counts[i] == 0 || i % 16 < (i < 256 ? JQ_AC_CATEGORIES : JQ_DC_CATEGORIES));
    }
    return fit;
}

jpegq_status jpegq_count_symbols(const int16_t *quantized, size_t blocks, jpegq_symbols *symbols)
{
    enum { BLOCKS = 64 };
    uint32_t list[JQ_LIST_ROOM(BLOCKS)];
    uint64_t counts[JQ_SYMBOLS] = {0};
    int32_t last_dc = 0;
    if (!quantized || !symbols)
        return JPEGQ_BAD_ARGUMENT;
    for (size_t b = 0; b < blocks; b += BLOCKS) {
        size_t count = blocks - b < BLOCKS ? blocks - b : BLOCKS;
        const uint32_t *end = jq_list_symbols(quantized + 64 * b, count, &last_dc, list);
        if (!end)
            return JPEGQ_OUT_OF_RANGE;
        jq_count_list(list, end, counts);
    }
    return jq_symbols_of_counts(counts, symbols) ? JPEGQ_OK : JPEGQ_OUT_OF_RANGE;
}
