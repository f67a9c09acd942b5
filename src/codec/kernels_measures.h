/* SPDX-License-Identifier: MIT */
/*
 * kernels_measures.h: sums over rows of samples and over coefficients, for x86. All are sums of
 * integers, so their order does not matter.
 *
 * To be included by a kernels_*.c behind lanes_x86.h.
 */
#ifndef JQ_KERNELS_MEASURES_H
#define JQ_KERNELS_MEASURES_H

#if defined(VECTOR_BITS)

#include <string.h>

#include "kernels.h"

enum { VECTOR_BYTES = VECTOR_BITS / 8 };

typedef struct error_sums {
    vec squared, absolute, largest; /* lanes of 32, 64 and 8 bits */
} error_sums;

static inline void add_vector(const uint8_t *a, const uint8_t *b, error_sums *sums)
{
    const vec x = LOAD_BITS(a), y = LOAD_BITS(b), zero = ZERO_BITS;
    vec d = OR_BITS(OP(subs_epu8)(x, y), OP(subs_epu8)(y, x)); /* one of the two is 0 */
    vec low = OP(unpacklo_epi8)(d, zero), high = OP(unpackhi_epi8)(d, zero);
    sums->squared = OP(add_epi32)(sums->squared, OP(add_epi32)(OP(madd_epi16)(low, low),
                                                               OP(madd_epi16)(high, high)));
    sums->absolute = OP(add_epi64)(sums->absolute, OP(sad_epu8)(d, zero));
    sums->largest = OP(max_epu8)(sums->largest, d);
}

/* The sums of up to 2^16 samples: a lane of 32 bits adds 4 squares for VECTOR_BYTES samples. */
static void add_part(const uint8_t *a, const uint8_t *b, size_t count, jpegq_error *error)
{
    error_sums sums = {ZERO_BITS, ZERO_BITS, ZERO_BITS};
    uint8_t tail[2][VECTOR_BYTES] = {{0}}, largest[VECTOR_BYTES], most = 0;
    uint32_t squared[VECTOR_BYTES / 4];
    uint64_t absolute[VECTOR_BYTES / 8];
    size_t i = 0;
    for (; i + VECTOR_BYTES <= count; i += VECTOR_BYTES)
        add_vector(a + i, b + i, &sums);
    if (i < count) {
        memcpy(tail[0], a + i, count - i);
        memcpy(tail[1], b + i, count - i);
        add_vector(tail[0], tail[1], &sums);
    }
    STORE_BITS(squared, sums.squared);
    STORE_BITS(absolute, sums.absolute);
    STORE_BITS(largest, sums.largest);
    for (i = 0; i < VECTOR_BYTES / 4; i++)
        error->squared += squared[i];
    for (i = 0; i < VECTOR_BYTES / 8; i++)
        error->absolute += absolute[i];
    for (i = 0; i < VECTOR_BYTES; i++)
        most = largest[i] > most ? largest[i] : most;
    error->largest = most > error->largest ? most : error->largest;
}

static void add_error(const uint8_t *a, const uint8_t *b, size_t count, jpegq_error *error)
{
    for (size_t i = 0; i < count; i += 65536)
        add_part(a + i, b + i, count - i < 65536 ? count - i : 65536, error);
}

/* How many of `vectors` vectors' values are not zero; up to 2^15 - 1 for the 16-bit sums. */
static size_t count_nonzero(const int16_t *values, size_t vectors)
{
    const vec one = all16(1);
    vec sums = ZERO_BITS;
    uint32_t sums32[VECTOR_BYTES / 4];
    size_t nonzero = 0;
    for (size_t i = 0; i < vectors; i++)
        sums = add16(sums, OP(min_epu16)(LOAD_BITS(values + i * (VECTOR_BYTES / 2)), one));
    STORE_BITS(sums32, OP(madd_epi16)(sums, one));
    for (int i = 0; i < VECTOR_BYTES / 4; i++)
        nonzero += sums32[i];
    return nonzero;
}

static size_t count_zeros(const int16_t *values, size_t count)
{
    enum { STEP = VECTOR_BYTES / 2, MOST = INT16_MAX };
    size_t zeros = count, i = 0;
    for (size_t left = count / STEP; left > 0;) {
        size_t vectors = left < MOST ? left : MOST;
        zeros -= count_nonzero(values + i, vectors);
        left -= vectors;
        i += vectors * STEP;
    }
    for (; i < count; i++)
        zeros -= values[i] != 0;
    return zeros;
}

#endif

#endif
