/* SPDX-License-Identifier: MIT */
/*
 * dct_fast.c: the DCT of Arai, Agui and Nakajima (Transactions of the IEICE, 1988) in 16-bit fixed
 * point, as libjpeg-turbo's SIMD code computes it: every sum and product wraps to 16 bits, and
 * nothing is rounded on the way. A pass transforms v[8 * k + i] along k for eight lanes i at once.
 */
#include <string.h>

#include "method.h"
#include "transpose.h"

/* x * c / 2^8, c with 8 fractional bits, from the high half of a 16 by 16 bit product */
static inline int16_t multiply(int16_t x, int16_t c)
{
    return NARROW(NARROW(x * 4) * NARROW(c * 64) >> 16);
}

/* Sums that wrap. */
static inline int16_t add(int16_t a, int16_t b)
{
    return NARROW(a + b);
}

static inline int16_t subtract(int16_t a, int16_t b)
{
    return NARROW(a - b);
}

static inline void forward_pass(int16_t *v)
{
    for (int i = 0; i < 8; i++) {
        int16_t s0 = add(v[i], v[56 + i]), d0 = subtract(v[i], v[56 + i]);
        int16_t s1 = add(v[8 + i], v[48 + i]), d1 = subtract(v[8 + i], v[48 + i]);
        int16_t s2 = add(v[16 + i], v[40 + i]), d2 = subtract(v[16 + i], v[40 + i]);
        int16_t s3 = add(v[24 + i], v[32 + i]), d3 = subtract(v[24 + i], v[32 + i]);

        int16_t e0 = add(s0, s3), e1 = add(s1, s2), e2 = subtract(s1, s2), e3 = subtract(s0, s3);
        int16_t r = multiply(add(e2, e3), 181); /* 0.707106781 * 2^8; and so on */
        v[i] = add(e0, e1);
        v[32 + i] = subtract(e0, e1);
        v[16 + i] = add(e3, r);
        v[48 + i] = subtract(e3, r);

        int16_t o0 = add(d3, d2), o1 = add(d2, d1), o2 = add(d1, d0);
        int16_t z5 = multiply(subtract(o0, o2), 98); /* 0.382683433 */
        int16_t z2 = add(multiply(o0, 139), z5);     /* 0.541196100 */
        int16_t z4 = add(multiply(o2, 334), z5);     /* 1.306562965 */
        int16_t z3 = multiply(o1, 181);              /* 0.707106781 */
        int16_t z11 = add(d0, z3), z13 = subtract(d0, z3);
        v[40 + i] = add(z13, z2);
        v[24 + i] = subtract(z13, z2);
        v[8 + i] = add(z11, z4);
        v[56 + i] = subtract(z11, z4);
    }
}

static void forward(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    for (size_t b = 0; b < blocks; b++) {
        int16_t *v = (int16_t *)coefficients + 64 * b;
        uint8_t rows[64];
        for (size_t y = 0; y < 8; y++)
            memcpy(rows + 8 * y, samples + y * stride + 8 * b, 8);
        TRANSPOSE(uint8_t, rows);
        for (int i = 0; i < 64; i++)
            v[i] = (int16_t)(rows[i] - 128); /* [x][y] */
        forward_pass(v);                     /* [u][y] */
        TRANSPOSE(int16_t, v);
        forward_pass(v); /* [v][u] */
    }
}

static inline void inverse_pass(int16_t *v)
{
    for (int i = 0; i < 8; i++) {
        int16_t e0 = add(v[i], v[32 + i]), e1 = subtract(v[i], v[32 + i]);
        int16_t e3 = add(v[16 + i], v[48 + i]);
        int16_t e2 = subtract(multiply(subtract(v[16 + i], v[48 + i]), 362), e3); /* 1.414213562 */
        int16_t s0 = add(e0, e3), s3 = subtract(e0, e3), s1 = add(e1, e2), s2 = subtract(e1, e2);

        int16_t z13 = add(v[40 + i], v[24 + i]), z10 = subtract(v[40 + i], v[24 + i]);
        int16_t z11 = add(v[8 + i], v[56 + i]), z12 = subtract(v[8 + i], v[56 + i]);
        int16_t d0 = add(z11, z13);
        int16_t z5 = multiply(add(z10, z12), 473);                 /* 1.847759065 */
        int16_t w12 = subtract(multiply(z12, 277), z5);            /* 1.082392200 */
        int16_t w10 = add(subtract(multiply(z10, -413), z10), z5); /* -2.613125930 = -413/2^8 - 1 */
        int16_t d1 = subtract(w10, d0);
        int16_t d2 = subtract(multiply(subtract(z11, z13), 362), d1); /* 1.414213562 */
        int16_t d3 = add(w12, d2);

        v[i] = add(s0, d0);
        v[56 + i] = subtract(s0, d0);
        v[8 + i] = add(s1, d1);
        v[48 + i] = subtract(s1, d1);
        v[16 + i] = add(s2, d2);
        v[40 + i] = subtract(s2, d2);
        v[32 + i] = add(s3, d3);
        v[24 + i] = subtract(s3, d3);
    }
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
        int16_t v[64];
        uint8_t rows[64];
        for (size_t i = 0; i < 64; i++)
            v[i] = NARROW(quantized[64 * b + i] * m->i[i]); /* [v][u] */
        inverse_pass(v);                                    /* [y][u] */
        TRANSPOSE(int16_t, v);
        inverse_pass(v); /* [x][y] */
        for (int i = 0; i < 64; i++)
            rows[i] = jq_clamp_sample((v[i] >> 5) + 128);
        TRANSPOSE(uint8_t, rows);
        for (size_t y = 0; y < 8; y++)
            memcpy(samples + y * stride + 8 * b, rows + 8 * y, 8);
    }
}

const jq_method jq_dct_fast = {sizeof(int16_t), forward, multipliers, inverse};
