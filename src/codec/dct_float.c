/* SPDX-License-Identifier: MIT */
/*
 * dct_float.c: the DCT of Arai, Agui and Nakajima (Transactions of the IEICE, 1988) in float, its
 * operations in the flow graph's order, as libjpeg-turbo's SSE2 code has them. To be compiled with
 * -ffp-contract=off: a fused multiply-add would round once where the reference rounds twice.
 *
 * Each operation has a statement to itself, and constants are objects, since some compilers keep
 * expressions and constants in a wider format (C11: FLT_EVAL_METHOD) until they are assigned.
 */
#include <string.h>

#include "method.h"

static const float c0_382 = 0.382683433f, c0_541 = 0.541196100f, c0_707 = 0.707106781f;
static const float c1_082 = 1.082392200f, c1_306 = 1.306562965f, c1_414 = 1.414213562f;
static const float c1_847 = 1.847759065f, c2_613 = 2.613125930f;

static void forward_1d(float *v, int step)
{
    float s0 = v[0] + v[7 * step], d0 = v[0] - v[7 * step];
    float s1 = v[step] + v[6 * step], d1 = v[step] - v[6 * step];
    float s2 = v[2 * step] + v[5 * step], d2 = v[2 * step] - v[5 * step];
    float s3 = v[3 * step] + v[4 * step], d3 = v[3 * step] - v[4 * step];

    float e0 = s0 + s3, e1 = s1 + s2, e2 = s1 - s2, e3 = s0 - s3;
    float r = e2 + e3;
    r *= c0_707;
    v[0] = e0 + e1;
    v[4 * step] = e0 - e1;
    v[2 * step] = e3 + r;
    v[6 * step] = e3 - r;

    float o0 = d3 + d2, o1 = d2 + d1, o2 = d1 + d0;
    float z5 = o0 - o2, z2 = o0 * c0_541, z4 = o2 * c1_306, z3 = o1 * c0_707;
    z5 *= c0_382;
    z2 += z5;
    z4 += z5;
    float z11 = d0 + z3, z13 = d0 - z3;
    v[5 * step] = z13 + z2;
    v[3 * step] = z13 - z2;
    v[step] = z11 + z4;
    v[7 * step] = z11 - z4;
}

static void forward(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    for (size_t b = 0; b < blocks; b++) {
        float *v = (float *)coefficients + 64 * b;
        for (size_t i = 0; i < 64; i++)
            v[i] = (float)(samples[i / 8 * stride + 8 * b + i % 8] - 128);
        for (int y = 0; y < 8; y++)
            forward_1d(v + 8 * y, 1);
        for (int u = 0; u < 8; u++)
            forward_1d(v + u, 8);
    }
}

static void inverse_1d(float *v, int step)
{
    float e0 = v[0] + v[4 * step], e1 = v[0] - v[4 * step];
    float e3 = v[2 * step] + v[6 * step];
    float e2 = v[2 * step] - v[6 * step];
    e2 *= c1_414;
    e2 -= e3;
    float s0 = e0 + e3, s3 = e0 - e3, s1 = e1 + e2, s2 = e1 - e2;

    float z13 = v[5 * step] + v[3 * step], z10 = v[5 * step] - v[3 * step];
    float z11 = v[step] + v[7 * step], z12 = v[step] - v[7 * step];
    float z5 = z10 + z12, d0 = z11 + z13, d2 = z11 - z13;
    z5 *= c1_847;
    z10 *= c2_613;
    z12 *= c1_082;
    d2 *= c1_414;
    float d1 = z5 - z10, d3 = z5 - z12;
    d1 -= d0;
    d2 -= d1;
    d3 -= d2;

    v[0] = s0 + d0;
    v[7 * step] = s0 - d0;
    v[step] = s1 + d1;
    v[6 * step] = s1 - d1;
    v[2 * step] = s2 + d2;
    v[5 * step] = s2 - d2;
    v[3 * step] = s3 + d3;
    v[4 * step] = s3 - d3;
}

/*
 * x / 8, rounded half to even, + 128, clamped. Between 2^26 and 2^27 a float's last bit stands for
 * 8, so adding 1.5 * 2^26 leaves the rounded quotient in the low bits of the sum. The reference
 * does it so and clamps the low 16 bits, which shows with coefficients that no encoder makes.
 */
static uint8_t sample_of(float x)
{
    float sum = x + 100663296.0f;
    uint32_t bits;
    memcpy(&bits, &sum, sizeof bits);
    return jq_clamp_sample((int16_t)(uint16_t)bits + 128);
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
        for (size_t i = 0; i < 64; i++)
            v[i] = (float)quantized[64 * b + i] * m->f[i];
        for (int u = 0; u < 8; u++)
            inverse_1d(v + u, 8);
        for (int y = 0; y < 8; y++)
            inverse_1d(v + 8 * y, 1);
        for (size_t i = 0; i < 64; i++)
            samples[i / 8 * stride + 8 * b + i % 8] = sample_of(v[i]);
    }
}

const jq_method jq_dct_float = {sizeof(float), forward, multipliers, inverse};
