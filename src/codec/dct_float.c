/* SPDX-License-Identifier: MIT */
/*
 * dct_float.c: the DCT of Arai, Agui and Nakajima (Transactions of the IEICE, 1988) in float, its
 * operations in the flow graph's order, as libjpeg-turbo's SSE2 code has them. To be compiled with
 * -ffp-contract=off: a fused multiply-add would round once where the reference rounds twice.
 *
 * A pass transforms v[8 * k + i] along k for eight lanes i at once, which compilers make vectors
 * of. Each operation has a statement to itself, and constants are objects, since some compilers
 * keep expressions and constants in a wider format (C11: FLT_EVAL_METHOD) until they are assigned.
 */
#include <string.h>

#include "method.h"
#include "transpose.h"

static const float c0_382 = 0.382683433f, c0_541 = 0.541196100f, c0_707 = 0.707106781f;
static const float c1_082 = 1.082392200f, c1_306 = 1.306562965f, c1_414 = 1.414213562f;
static const float c1_847 = 1.847759065f, c2_613 = 2.613125930f;

static inline void forward_pass(float *v)
{
    for (int i = 0; i < 8; i++) {
        float s0 = v[i] + v[56 + i], d0 = v[i] - v[56 + i];
        float s1 = v[8 + i] + v[48 + i], d1 = v[8 + i] - v[48 + i];
        float s2 = v[16 + i] + v[40 + i], d2 = v[16 + i] - v[40 + i];
        float s3 = v[24 + i] + v[32 + i], d3 = v[24 + i] - v[32 + i];

        float e0 = s0 + s3, e1 = s1 + s2, e2 = s1 - s2, e3 = s0 - s3;
        float r = e2 + e3;
        r *= c0_707;
        v[i] = e0 + e1;
        v[32 + i] = e0 - e1;
        v[16 + i] = e3 + r;
        v[48 + i] = e3 - r;

        float o0 = d3 + d2, o1 = d2 + d1, o2 = d1 + d0;
        float z5 = o0 - o2, z2 = o0 * c0_541, z4 = o2 * c1_306, z3 = o1 * c0_707;
        z5 *= c0_382;
        z2 += z5;
        z4 += z5;
        float z11 = d0 + z3, z13 = d0 - z3;
        v[40 + i] = z13 + z2;
        v[24 + i] = z13 - z2;
        v[8 + i] = z11 + z4;
        v[56 + i] = z11 - z4;
    }
}

static void forward(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    for (size_t b = 0; b < blocks; b++) {
        float *v = (float *)coefficients + 64 * b;
        uint8_t rows[64];
        for (size_t y = 0; y < 8; y++)
            memcpy(rows + 8 * y, samples + y * stride + 8 * b, 8);
        TRANSPOSE(uint8_t, rows);
        for (int i = 0; i < 64; i++)
            v[i] = (float)(rows[i] - 128); /* [x][y] */
        forward_pass(v);                   /* [u][y] */
        TRANSPOSE(float, v);
        forward_pass(v); /* [v][u] */
    }
}

static inline void inverse_pass(float *v)
{
    for (int i = 0; i < 8; i++) {
        float e0 = v[i] + v[32 + i], e1 = v[i] - v[32 + i];
        float e3 = v[16 + i] + v[48 + i];
        float e2 = v[16 + i] - v[48 + i];
        e2 *= c1_414;
        e2 -= e3;
        float s0 = e0 + e3, s3 = e0 - e3, s1 = e1 + e2, s2 = e1 - e2;

        float z13 = v[40 + i] + v[24 + i], z10 = v[40 + i] - v[24 + i];
        float z11 = v[8 + i] + v[56 + i], z12 = v[8 + i] - v[56 + i];
        float z5 = z10 + z12, d0 = z11 + z13, d2 = z11 - z13;
        z5 *= c1_847;
        z10 *= c2_613;
        z12 *= c1_082;
        d2 *= c1_414;
        float d1 = z5 - z10, d3 = z5 - z12;
        d1 -= d0;
        d2 -= d1;
        d3 -= d2;

        v[i] = s0 + d0;
        v[56 + i] = s0 - d0;
        v[8 + i] = s1 + d1;
        v[48 + i] = s1 - d1;
        v[16 + i] = s2 + d2;
        v[40 + i] = s2 - d2;
        v[24 + i] = s3 + d3;
        v[32 + i] = s3 - d3;
    }
}

/*
 * x / 8, rounded half to even, + 128, clamped. Between 2^26 and 2^27 a float's last bit stands for
 * 8, so adding 1.5 * 2^26 leaves the rounded quotient in the low bits of the sum. The reference
 * does it so and clamps the low 16 bits, which shows with coefficients that no encoder makes.
 */
static inline void samples_of(const float *x, uint8_t *samples)
{
    float sums[64];
    uint32_t bits[64];
    for (int i = 0; i < 64; i++)
        sums[i] = x[i] + 100663296.0f;
    memcpy(bits, sums, sizeof bits);
    for (int i = 0; i < 64; i++)
        samples[i] = jq_clamp_sample(NARROW(bits[i]) + 128);
}

static void multipliers(const jpegq_table *table, jq_multipliers *m)
{
    for (int i = 0; i < 64; i++)
        m->f[i] = (float)((double)table->step[i] * jq_aan_scale[i / 8] * jq_aan_scale[i % 8]);
}

static void inverse(const jq_multipliers *m, const int16_t *quantized, size_t blocks,
                    uint8_t *samples, size_t stride)
{
    for (size_t b = 0; b < blocks; b++) {
        float v[64];
        uint8_t rows[64];
        for (size_t i = 0; i < 64; i++)
            v[i] = (float)quantized[64 * b + i] * m->f[i]; /* [v][u] */
        inverse_pass(v);                                   /* [y][u] */
        TRANSPOSE(float, v);
        inverse_pass(v); /* [x][y] */
        samples_of(v, rows);
        TRANSPOSE(uint8_t, rows);
        for (size_t y = 0; y < 8; y++)
            memcpy(samples + y * stride + 8 * b, rows + 8 * y, 8);
    }
}

const jq_method jq_dct_float = {sizeof(float), forward, multipliers, inverse};
