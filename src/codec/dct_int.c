/* SPDX-License-Identifier: MIT */
/*
 * dct_int.c: the DCT of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in 13-bit fixed point, as
 * IJG's "slow" integer DCT and libjpeg-turbo's SIMD form of it compute it.
 *
 * A pass transforms v[k][lane] along k for eight lanes at once. Two passes with a transposition
 * between them make the two dimensions.
 *
 * The inverse meets coefficients that no encoder makes (see jpegq_inverse). There the SIMD code's
 * 16-bit steps show, so they are written out: a product and a sum of two inputs keep their low 16
 * bits, results of the first pass saturate. No 32-bit sum can overflow: with 16-bit inputs the
 * largest is 32768 * (8192 + 15137 + 25171 + 16070) < 2^31.
 */
#include <string.h>

#include "constants_int.h"
#include "kernels.h"

/* x / 2^bits, rounded; halves go up */
static inline int32_t descale(int32_t x, int bits)
{
    return (x + (1 << (bits - 1))) >> bits;
}

static void transpose(int32_t v[8][8])
{
    for (int i = 0; i < 8; i++) {
        for (int j = i + 1; j < 8; j++) {
            int32_t t = v[i][j];
            v[i][j] = v[j][i];
            v[j][i] = t;
        }
    }
}

/* One pass forward. The even outputs 0 and 4 need no constant: pass 1 scales them up, pass 2 down.
 */
static inline void forward_pass(int32_t v[8][8], int pass)
{
    const int bits = pass == 1 ? BITS - PASS1_BITS : BITS + PASS1_BITS;

    for (int i = 0; i < 8; i++) {
        int32_t s0 = v[0][i] + v[7][i], d0 = v[0][i] - v[7][i];
        int32_t s1 = v[1][i] + v[6][i], d1 = v[1][i] - v[6][i];
        int32_t s2 = v[2][i] + v[5][i], d2 = v[2][i] - v[5][i];
        int32_t s3 = v[3][i] + v[4][i], d3 = v[3][i] - v[4][i];

        int32_t e0 = s0 + s3, e1 = s1 + s2, e2 = s1 - s2, e3 = s0 - s3;
        v[0][i] = pass == 1 ? (e0 + e1) * (1 << PASS1_BITS) : descale(e0 + e1, PASS1_BITS);
        v[4][i] = pass == 1 ? (e0 - e1) * (1 << PASS1_BITS) : descale(e0 - e1, PASS1_BITS);
        v[2][i] = descale(e3 * (C0_541 + C0_765) + e2 * C0_541, bits);
        v[6][i] = descale(e3 * C0_541 + e2 * (C0_541 - C1_847), bits);

        int32_t z3 = d3 + d1, z4 = d2 + d0;
        int32_t r3 = z3 * (C1_175 - C1_961) + z4 * C1_175;
        int32_t r4 = z3 * C1_175 + z4 * (C1_175 - C0_390);
        v[7][i] = descale(d3 * (C0_298 - C0_899) - d0 * C0_899 + r3, bits);
        v[5][i] = descale(d2 * (C2_053 - C2_562) - d1 * C2_562 + r4, bits);
        v[3][i] = descale(d1 * (C3_072 - C2_562) - d2 * C2_562 + r3, bits);
        v[1][i] = descale(d0 * (C1_501 - C0_899) - d3 * C0_899 + r4, bits);
    }
}

static void forward_block(const uint8_t *samples, size_t stride, int16_t *coefficients)
{
    int32_t v[8][8]; /* [x][y], then [u][y], transposed [y][u], at last [v][u] */

    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++)
            v[x][y] = samples[(size_t)y * stride + (size_t)x] - 128;
    forward_pass(v, 1);
    transpose(v);
    forward_pass(v, 2);
    for (int i = 0; i < 64; i++)
        coefficients[i] = (int16_t)v[i / 8][i % 8];
}

void jq_forward_int(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    int16_t *out = coefficients;
    for (size_t b = 0; b < blocks; b++)
        forward_block(samples + 8 * b, stride, out + 64 * b);
}

static inline int32_t saturate16(int32_t x)
{
    return x < INT16_MIN ? INT16_MIN : x > INT16_MAX ? INT16_MAX : x;
}

/* One pass of the inverse, on 16-bit values. */
static inline void inverse_pass(int32_t v[8][8], int bits)
{
    for (int i = 0; i < 8; i++) {
        int32_t e0 = jq_wrap16(v[0][i] + v[4][i]) * (1 << BITS);
        int32_t e1 = jq_wrap16(v[0][i] - v[4][i]) * (1 << BITS);
        int32_t e2 = v[2][i] * C0_541 + v[6][i] * (C0_541 - C1_847);
        int32_t e3 = v[2][i] * (C0_541 + C0_765) + v[6][i] * C0_541;
        int32_t s0 = e0 + e3, s1 = e1 + e2, s2 = e1 - e2, s3 = e0 - e3;

        int32_t z3 = jq_wrap16(v[7][i] + v[3][i]), z4 = jq_wrap16(v[5][i] + v[1][i]);
        int32_t r3 = z3 * (C1_175 - C1_961) + z4 * C1_175;
        int32_t r4 = z3 * C1_175 + z4 * (C1_175 - C0_390);
        int32_t d3 = v[7][i] * (C0_298 - C0_899) - v[1][i] * C0_899 + r3;
        int32_t d2 = v[5][i] * (C2_053 - C2_562) - v[3][i] * C2_562 + r4;
        int32_t d1 = v[3][i] * (C3_072 - C2_562) - v[5][i] * C2_562 + r3;
        int32_t d0 = v[1][i] * (C1_501 - C0_899) - v[7][i] * C0_899 + r4;

        v[0][i] = saturate16(descale(s0 + d0, bits));
        v[7][i] = saturate16(descale(s0 - d0, bits));
        v[1][i] = saturate16(descale(s1 + d1, bits));
        v[6][i] = saturate16(descale(s1 - d1, bits));
        v[2][i] = saturate16(descale(s2 + d2, bits));
        v[5][i] = saturate16(descale(s2 - d2, bits));
        v[3][i] = saturate16(descale(s3 + d3, bits));
        v[4][i] = saturate16(descale(s3 - d3, bits));
    }
}

static void inverse_block(const int16_t *step, const int16_t *quantized, uint8_t *samples,
                          size_t stride)
{
    static const int16_t none[56];
    int32_t v[8][8]; /* [v][u], then [y][u], transposed [u][y], at last [x][y] */

    for (int i = 0; i < 64; i++)
        v[i / 8][i % 8] = jq_wrap16(quantized[i] * step[i]);
    if (memcmp(quantized + 8, none, sizeof none) == 0) {
        /* only the first row of coefficients: the reference copies it down and wraps, where the
           pass would saturate; in the range of encoders both are the same */
        for (int i = 0; i < 64; i++)
            v[i / 8][i % 8] = jq_wrap16(jq_wrap16(quantized[i % 8] * step[i % 8]) * 4);
    } else {
        inverse_pass(v, BITS - PASS1_BITS);
    }
    transpose(v);
    inverse_pass(v, BITS + PASS1_BITS + 3);
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++)
            samples[(size_t)y * stride + (size_t)x] = jq_clamp_sample(v[x][y] + 128);
}

static void multipliers(const jpegq_table *table, jq_multipliers *m)
{
    for (int i = 0; i < 64; i++)
        m->i[i] = (int16_t)jq_wrap16(table->step[i]);
}

void jq_inverse_int(const jq_multipliers *m, const int16_t *quantized, size_t blocks,
                    uint8_t *samples, size_t stride)
{
    for (size_t b = 0; b < blocks; b++)
        inverse_block(m->i, quantized + 64 * b, samples + 8 * b, stride);
}

static void forward_chosen(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    jq_kernels_chosen()->forward(samples, stride, blocks, coefficients);
}

static void inverse_chosen(const jq_multipliers *m, const int16_t *quantized, size_t blocks,
                           uint8_t *samples, size_t stride)
{
    jq_kernels_chosen()->inverse(m, quantized, blocks, samples, stride);
}

const jq_method jq_dct_int = {sizeof(int16_t), forward_chosen, multipliers, inverse_chosen};
