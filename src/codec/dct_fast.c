/* SPDX-License-Identifier: MIT */
/*
 * dct_fast.c: the DCT of Arai, Agui and Nakajima (Transactions of the IEICE, 1988) in 16-bit fixed
 * point, as libjpeg-turbo's SIMD code computes it: every sum and product wraps to 16 bits, and
 * nothing is rounded on the way.
 */
#include "method.h"

/* x * c / 2^8, c with 8 fractional bits, from the high half of a 16 by 16 bit product */
static inline int32_t multiply(int32_t x, int32_t c)
{
    return (jq_wrap16(x * 4) * (c * 64)) >> 16;
}

/* Sums that wrap. */
static inline int32_t add(int32_t a, int32_t b)
{
    return jq_wrap16(a + b);
}

static inline int32_t subtract(int32_t a, int32_t b)
{
    return jq_wrap16(a - b);
}

static void forward_1d(int32_t *v, int step)
{
    int32_t s0 = add(v[0], v[7 * step]), d0 = subtract(v[0], v[7 * step]);
    int32_t s1 = add(v[step], v[6 * step]), d1 = subtract(v[step], v[6 * step]);
    int32_t s2 = add(v[2 * step], v[5 * step]), d2 = subtract(v[2 * step], v[5 * step]);
    int32_t s3 = add(v[3 * step], v[4 * step]), d3 = subtract(v[3 * step], v[4 * step]);

    int32_t e0 = add(s0, s3), e1 = add(s1, s2), e2 = subtract(s1, s2), e3 = subtract(s0, s3);
    int32_t r = multiply(add(e2, e3), 181); /* 0.707106781 * 2^8; and so on */
    v[0] = add(e0, e1);
    v[4 * step] = subtract(e0, e1);
    v[2 * step] = add(e3, r);
    v[6 * step] = subtract(e3, r);

    int32_t o0 = add(d3, d2), o1 = add(d2, d1), o2 = add(d1, d0);
    int32_t z5 = multiply(subtract(o0, o2), 98); /* 0.382683433 */
    int32_t z2 = add(multiply(o0, 139), z5);     /* 0.541196100 */
    int32_t z4 = add(multiply(o2, 334), z5);     /* 1.306562965 */
    int32_t z3 = multiply(o1, 181);              /* 0.707106781 */
    int32_t z11 = add(d0, z3), z13 = subtract(d0, z3);
    v[5 * step] = add(z13, z2);
    v[3 * step] = subtract(z13, z2);
    v[step] = add(z11, z4);
    v[7 * step] = subtract(z11, z4);
}

static void forward(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    int16_t *out = coefficients;
    for (size_t b = 0; b < blocks; b++) {
        int32_t v[64];
        for (size_t i = 0; i < 64; i++)
            v[i] = samples[i / 8 * stride + 8 * b + i % 8] - 128;
        for (int y = 0; y < 8; y++)
            forward_1d(v + 8 * y, 1);
        for (int u = 0; u < 8; u++)
            forward_1d(v + u, 8);
        for (size_t i = 0; i < 64; i++)
            out[64 * b + i] = (int16_t)v[i];
    }
}

static void inverse_1d(int32_t *v, int step)
{
    int32_t e0 = add(v[0], v[4 * step]), e1 = subtract(v[0], v[4 * step]);
    int32_t e3 = add(v[2 * step], v[6 * step]);
    int32_t e2 = subtract(multiply(subtract(v[2 * step], v[6 * step]), 362), e3); /* 1.414213562 */
    int32_t s0 = add(e0, e3), s3 = subtract(e0, e3), s1 = add(e1, e2), s2 = subtract(e1, e2);

    int32_t z13 = add(v[5 * step], v[3 * step]), z10 = subtract(v[5 * step], v[3 * step]);
    int32_t z11 = add(v[step], v[7 * step]), z12 = subtract(v[step], v[7 * step]);
    int32_t d0 = add(z11, z13);
    int32_t z5 = multiply(add(z10, z12), 473);                 /* 1.847759065 */
    int32_t w12 = subtract(multiply(z12, 277), z5);            /* 1.082392200 */
    int32_t w10 = add(subtract(multiply(z10, -413), z10), z5); /* -2.613125930 = -413/2^8 - 1 */
    int32_t d1 = subtract(w10, d0);
    int32_t d2 = subtract(multiply(subtract(z11, z13), 362), d1); /* 1.414213562 */
    int32_t d3 = add(w12, d2);

    v[0] = add(s0, d0);
    v[7 * step] = subtract(s0, d0);
    v[step] = add(s1, d1);
    v[6 * step] = subtract(s1, d1);
    v[2 * step] = add(s2, d2);
    v[5 * step] = subtract(s2, d2);
    v[4 * step] = add(s3, d3);
    v[3 * step] = subtract(s3, d3);
}

static void multipliers(const jpegq_table *table, jq_multipliers *m)
{
    for (unsigned i = 0; i < 64; i++) { /* 65535 * 31521 + 2048 fits 32 bits without a sign */
        uint32_t product = table->step[i] * (uint32_t)jq_aan_fixed(i);
        m->i[i] = (int16_t)jq_wrap16((int32_t)((product + 2048) >> 12));
    }
}

static void inverse(const jq_multipliers *m, const int16_t *quantized, size_t blocks,
                    uint8_t *samples, size_t stride)
{
    for (size_t b = 0; b < blocks; b++) {
        int32_t v[64];
        for (size_t i = 0; i < 64; i++)
            v[i] = jq_wrap16(quantized[64 * b + i] * m->i[i]);
        for (int u = 0; u < 8; u++)
            inverse_1d(v + u, 8);
        for (int y = 0; y < 8; y++)
            inverse_1d(v + 8 * y, 1);
        for (size_t i = 0; i < 64; i++)
            samples[i / 8 * stride + 8 * b + i % 8] = jq_clamp_sample((v[i] >> 5) + 128);
    }
}

const jq_method jq_dct_fast = {sizeof(int16_t), forward, multipliers, inverse};
