/* SPDX-License-Identifier: MIT */
/*
 * dct_int.c: the DCT of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in 13-bit fixed point, as
 * IJG's "slow" integer DCT and libjpeg-turbo's SIMD form of it compute it.
 *
 * A pass transforms v[8 * k + lane] along k for eight lanes at once. Two passes with a
 * transposition between them make the two dimensions. It is written for compilers that vectorise:
 * loops over lanes, 16-bit factors, and no condition but one for a whole block.
 *
 * The inverse meets coefficients that no encoder makes (see jpegq_inverse). There the SIMD code's
 * 16-bit steps show, so they are written out: a product and a sum of two inputs keep their low 16
 * bits, results of the first pass saturate. No 32-bit sum can overflow: with 16-bit inputs the
 * largest is 32768 * (8192 + 15137 + 25171 + 16070) < 2^31.
 */
#include <string.h>

#include "constants_int.h"
#include "kernels.h"
#include "transpose.h"

/* x / 2^bits, rounded; halves go up */
static inline int32_t descale(int32_t x, int bits)
{
    return (x + (1 << (bits - 1))) >> bits;
}

/* One pass forward: v[8 * k + i] along k for each i. All sums fit into 16 bits. The even outputs 0
   and 4 need no constant: pass 1 scales them up, pass 2 down. */
static inline __attribute__((always_inline)) void forward_pass(int16_t *v, int pass)
{
    const int bits = pass == 1 ? BITS - PASS1_BITS : BITS + PASS1_BITS;

    for (int i = 0; i < 8; i++) {
        int16_t s0 = NARROW(v[i] + v[56 + i]), d0 = NARROW(v[i] - v[56 + i]);
        int16_t s1 = NARROW(v[8 + i] + v[48 + i]), d1 = NARROW(v[8 + i] - v[48 + i]);
        int16_t s2 = NARROW(v[16 + i] + v[40 + i]), d2 = NARROW(v[16 + i] - v[40 + i]);
        int16_t s3 = NARROW(v[24 + i] + v[32 + i]), d3 = NARROW(v[24 + i] - v[32 + i]);

        int16_t e0 = NARROW(s0 + s3), e1 = NARROW(s1 + s2);
        int16_t e2 = NARROW(s1 - s2), e3 = NARROW(s0 - s3);
        int16_t sum = NARROW(e0 + e1), difference = NARROW(e0 - e1);
        v[i] = NARROW(pass == 1 ? sum * (1 << PASS1_BITS) : descale(sum, PASS1_BITS));
        v[32 + i] =
            NARROW(pass == 1 ? difference * (1 << PASS1_BITS) : descale(difference, PASS1_BITS));
        v[16 + i] = NARROW(descale(e3 * (C0_541 + C0_765) + e2 * C0_541, bits));
        v[48 + i] = NARROW(descale(e3 * C0_541 + e2 * (C0_541 - C1_847), bits));

        int16_t z3 = NARROW(d3 + d1), z4 = NARROW(d2 + d0);
        int32_t r3 = z3 * (C1_175 - C1_961) + z4 * C1_175;
        int32_t r4 = z3 * C1_175 + z4 * (C1_175 - C0_390);
        v[56 + i] = NARROW(descale(d3 * (C0_298 - C0_899) - d0 * C0_899 + r3, bits));
        v[40 + i] = NARROW(descale(d2 * (C2_053 - C2_562) - d1 * C2_562 + r4, bits));
        v[24 + i] = NARROW(descale(d1 * (C3_072 - C2_562) - d2 * C2_562 + r3, bits));
        v[8 + i] = NARROW(descale(d0 * (C1_501 - C0_899) - d3 * C0_899 + r4, bits));
    }
}

static void forward_block(const uint8_t *samples, size_t stride, int16_t *v)
{
    uint8_t rows[64];
    for (size_t y = 0; y < 8; y++)
        memcpy(rows + 8 * y, samples + y * stride, 8);
    TRANSPOSE(uint8_t, rows);
    for (int i = 0; i < 64; i++)
        v[i] = (int16_t)(rows[i] - 128); /* [x][y] */
    forward_pass(v, 1);                  /* [u][y] */
    TRANSPOSE(int16_t, v);
    forward_pass(v, 2); /* [v][u] */
}

void jq_forward_int(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    int16_t *out = coefficients;
    for (size_t b = 0; b < blocks; b++)
        forward_block(samples + 8 * b, stride, out + 64 * b);
}

static inline int16_t saturate16(int32_t x)
{
    return NARROW(x < INT16_MIN ? INT16_MIN : x > INT16_MAX ? INT16_MAX : x);
}

/* One pass of the inverse. Where results are not to be saturated, whether one should have been is
   returned. */
static inline __attribute__((always_inline)) bool inverse_pass(const int16_t *in, int16_t *out,
                                                               int bits, bool saturate)
{
    uint32_t beyond = 0; /* 16 bits, for all results + 2^15 */

#define RESULT(k, x)                                                                               \
    do {                                                                                           \
        int32_t result = descale(x, bits);                                                         \
        beyond |= (uint32_t)result + 32768;                                                        \
        out[8 * (k) + i] = saturate ? saturate16(result) : NARROW(result);                         \
    } while (0)

    for (int i = 0; i < 8; i++) {
        int16_t v0 = in[i], v1 = in[8 + i], v2 = in[16 + i], v3 = in[24 + i];
        int16_t v4 = in[32 + i], v5 = in[40 + i], v6 = in[48 + i], v7 = in[56 + i];
        int32_t e0 = NARROW(v0 + v4) * (1 << BITS);
        int32_t e1 = NARROW(v0 - v4) * (1 << BITS);
        int32_t e2 = v2 * C0_541 + v6 * (C0_541 - C1_847);
        int32_t e3 = v2 * (C0_541 + C0_765) + v6 * C0_541;
        int32_t s0 = e0 + e3, s1 = e1 + e2, s2 = e1 - e2, s3 = e0 - e3;

        int16_t z3 = NARROW(v7 + v3), z4 = NARROW(v5 + v1);
        int32_t r3 = z3 * (C1_175 - C1_961) + z4 * C1_175;
        int32_t r4 = z3 * C1_175 + z4 * (C1_175 - C0_390);
        int32_t d3 = v7 * (C0_298 - C0_899) - v1 * C0_899 + r3;
        int32_t d2 = v5 * (C2_053 - C2_562) - v3 * C2_562 + r4;
        int32_t d1 = v3 * (C3_072 - C2_562) - v5 * C2_562 + r3;
        int32_t d0 = v1 * (C1_501 - C0_899) - v7 * C0_899 + r4;

        RESULT(0, s0 + d0);
        RESULT(7, s0 - d0);
        RESULT(1, s1 + d1);
        RESULT(6, s1 - d1);
        RESULT(2, s2 + d2);
        RESULT(5, s2 - d2);
        RESULT(3, s3 + d3);
        RESULT(4, s3 - d3);
    }
    return beyond > UINT16_MAX;
#undef RESULT
}

static void inverse_block(const int16_t *step, const int16_t *quantized, uint8_t *samples,
                          size_t stride)
{
    static const int16_t none[56];
    int16_t products[64], v[64];

    for (int i = 0; i < 64; i++)
        products[i] = NARROW(quantized[i] * step[i]); /* [v][u] */
    if (memcmp(quantized + 8, none, sizeof none) == 0) {
        /* only the first row of coefficients: the reference copies it down and wraps, where the
           pass would saturate; in the range of encoders both are the same */
        for (int i = 0; i < 64; i++)
            v[i] = NARROW(products[i % 8] * 4);
    } else if (inverse_pass(products, v, BITS - PASS1_BITS, false)) {
        inverse_pass(products, v, BITS - PASS1_BITS, true);
    } /* [y][u] */
    TRANSPOSE(int16_t, v);
    inverse_pass(v, products, BITS + PASS1_BITS + 3, false); /* 32 bits >> 18 fit; [x][y] */
    uint8_t rows[64];
    for (int i = 0; i < 64; i++)
        rows[i] = jq_clamp_sample(products[i] + 128);
    TRANSPOSE(uint8_t, rows);
    for (size_t y = 0; y < 8; y++)
        memcpy(samples + y * stride, rows + 8 * y, 8);
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
