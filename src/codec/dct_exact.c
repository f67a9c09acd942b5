/* SPDX-License-Identifier: MIT */
/*
 * dct_exact.c: the orthonormal DCT of T.81 A.3.3 in double precision. Both dimensions leave out
 * the factor 1 / sqrt 8, so that the basis functions 0 and 4 are made of 1 and -1 and their
 * coefficients come out without any error; the product, 1/8, is applied at the end.
 */
#include <math.h>

#include "method.h"

/* S_k = sqrt 2 cos(k pi / 16) */
#define S1 1.38703984532214746182
#define S2 1.30656296487637652786
#define S3 1.17587560241935871698
#define S5 0.78569495838710218128
#define S6 0.54119610014619698440
#define S7 0.27589937928294301234

static void forward_1d(double *v, int step)
{
    double s0 = v[0] + v[7 * step], d0 = v[0] - v[7 * step];
    double s1 = v[step] + v[6 * step], d1 = v[step] - v[6 * step];
    double s2 = v[2 * step] + v[5 * step], d2 = v[2 * step] - v[5 * step];
    double s3 = v[3 * step] + v[4 * step], d3 = v[3 * step] - v[4 * step];

    v[0] = (s0 + s3) + (s1 + s2);
    v[4 * step] = (s0 + s3) - (s1 + s2);
    v[2 * step] = S2 * (s0 - s3) + S6 * (s1 - s2);
    v[6 * step] = S6 * (s0 - s3) - S2 * (s1 - s2);
    v[step] = S1 * d0 + S3 * d1 + S5 * d2 + S7 * d3;
    v[3 * step] = S3 * d0 - S7 * d1 - S1 * d2 - S5 * d3;
    v[5 * step] = S5 * d0 - S1 * d1 + S7 * d2 + S3 * d3;
    v[7 * step] = S7 * d0 - S5 * d1 + S3 * d2 - S1 * d3;
}

void jq_dct(double v[64])
{
    for (int y = 0; y < 8; y++)
        forward_1d(v + 8 * y, 1);
    for (int u = 0; u < 8; u++)
        forward_1d(v + u, 8);
    for (int i = 0; i < 64; i++)
        v[i] *= 0.125;
}

static void forward(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    for (size_t b = 0; b < blocks; b++) {
        double *v = (double *)coefficients + 64 * b;
        for (size_t i = 0; i < 64; i++)
            v[i] = samples[i / 8 * stride + 8 * b + i % 8] - 128;
        jq_dct(v);
    }
}

static void inverse_1d(double *v, int step)
{
    double e0 = v[0] + v[4 * step], e1 = v[0] - v[4 * step];
    double e2 = S6 * v[2 * step] - S2 * v[6 * step], e3 = S2 * v[2 * step] + S6 * v[6 * step];
    double s0 = e0 + e3, s1 = e1 + e2, s2 = e1 - e2, s3 = e0 - e3;
    double x1 = v[step], x3 = v[3 * step], x5 = v[5 * step], x7 = v[7 * step];
    double d0 = S1 * x1 + S3 * x3 + S5 * x5 + S7 * x7;
    double d1 = S3 * x1 - S7 * x3 - S1 * x5 - S5 * x7;
    double d2 = S5 * x1 - S1 * x3 + S7 * x5 + S3 * x7;
    double d3 = S7 * x1 - S5 * x3 + S3 * x5 - S1 * x7;

    v[0] = s0 + d0;
    v[7 * step] = s0 - d0;
    v[step] = s1 + d1;
    v[6 * step] = s1 - d1;
    v[2 * step] = s2 + d2;
    v[5 * step] = s2 - d2;
    v[3 * step] = s3 + d3;
    v[4 * step] = s3 - d3;
}

void jq_inverse_dct(double v[64])
{
    for (int u = 0; u < 8; u++)
        inverse_1d(v + u, 8);
    for (int y = 0; y < 8; y++)
        inverse_1d(v + 8 * y, 1);
    for (int i = 0; i < 64; i++)
        v[i] *= 0.125;
}

/* v: a block of dequantized coefficients; written over */
static void inverse_block(double *v, uint8_t *samples, size_t stride)
{
    jq_inverse_dct(v);
    for (size_t i = 0; i < 64; i++) {
        double x = rint(v[i]);
        samples[i / 8 * stride + i % 8] = !(x >= -128) ? 0
                                          : x >= 127   ? 255
                                                       : (uint8_t)((int)x + 128);
    }
}

static void multipliers(const jpegq_table *table, jq_multipliers *m)
{
    for (int i = 0; i < 64; i++)
        m->d[i] = table->step[i];
}

void jq_inverse_real(const jq_multipliers *m, const double *quantized, size_t blocks,
                     uint8_t *samples, size_t stride)
{
    for (size_t b = 0; b < blocks; b++) {
        double v[64];
        for (size_t i = 0; i < 64; i++)
            v[i] = quantized[64 * b + i] * m->d[i];
        inverse_block(v, samples + 8 * b, stride);
    }
}

static void inverse(const jq_multipliers *m, const int16_t *quantized, size_t blocks,
                    uint8_t *samples, size_t stride)
{
    for (size_t b = 0; b < blocks; b++) {
        double reals[64];
        for (size_t i = 0; i < 64; i++)
            reals[i] = quantized[64 * b + i];
        jq_inverse_real(m, reals, 1, samples + 8 * b, stride);
    }
}

const jq_method jq_dct_exact = {sizeof(double), forward, multipliers, inverse};
