/* SPDX-License-Identifier: MIT */
/*
 * method.h: what a DCT method is to the rest of the codec, and the factors that the methods after
 * Arai, Agui and Nakajima share.
 */
#ifndef JQ_METHOD_H
#define JQ_METHOD_H

#include "jpegq.h"

/* A table as a method's inverse wants it: the member of its own type is set. */
typedef union jq_multipliers {
    int16_t i[64];
    float f[64];
    double d[64];
} jq_multipliers;

typedef struct jq_method {
    size_t size; /* bytes of an unquantized coefficient */

    /* `blocks` whole blocks side by side, samples to coefficients [blocks][64] */
    void (*forward)(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients);

    void (*multipliers)(const jpegq_table *table, jq_multipliers *multipliers);

    /* quantized coefficients [blocks][64] to `blocks` whole blocks of samples side by side */
    void (*inverse)(const jq_multipliers *multipliers, const int16_t *quantized, size_t blocks,
                    uint8_t *samples, size_t stride);
} jq_method;

extern const jq_method jq_dct_int;
extern const jq_method jq_dct_float;
extern const jq_method jq_dct_fast;
extern const jq_method jq_dct_exact;

/* The method, or NULL for a number that is none. */
const jq_method *jq_method_of(jpegq_dct dct);

/* Of JPEGQ_DCT_INT, in C. */
void jq_forward_int(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients);
void jq_inverse_int(const jq_multipliers *multipliers, const int16_t *quantized, size_t blocks,
                    uint8_t *samples, size_t stride);

/* s[0] = 1, s[k] = sqrt 2 cos(k pi / 16) */
extern const double jq_aan_scale[8];

/* round(2^14 s[v] s[u]) for natural index i = 8 v + u */
int32_t jq_aan_fixed(unsigned i);

/* The double-precision inverse of `blocks` blocks from coefficients that need not be integers. */
void jq_inverse_real(const jq_multipliers *multipliers, const double *quantized, size_t blocks,
                     uint8_t *samples, size_t stride);

/*
 * The orthonormal DCT of one block and its inverse, which is its transpose, in place: without level
 * shift, rounding or clamping.
 */
void jq_dct(double block[64]);
void jq_inverse_dct(double block[64]);

static inline uint8_t jq_clamp_sample(int32_t x)
{
    return (uint8_t)(x < 0 ? 0 : x > 255 ? 255 : x);
}

/* Two's complement, and >> that keeps the sign, are what the reference's arithmetic is made of. */
_Static_assert((-1 >> 1) == -1, "the codec needs an arithmetic right shift");

static inline int32_t jq_wrap16(int32_t x)
{
    return (int16_t)(uint16_t)(uint32_t)x;
}

#endif
