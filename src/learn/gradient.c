/* SPDX-License-Identifier: MIT */
/*
 * gradient.c: the derivative of a loss through the codec. The orthonormal DCT's transpose is its
 * inverse, so the way back is the way forward with R'(u) in the place of the quantizer.
 */
#include "gradient.h"

#include <math.h>
#include <string.h>

#include "../codec/method.h"

/* R'(u), as the mode has it. */
static double derivative(const jpegq_real_codec *codec, double u)
{
    double d = u - rint(u);
    if (codec->rounding.mode == JPEGQ_ROUND_NONE || codec->gradient == JPEGQ_GRADIENT_STE)
        return 1;
    if (codec->gradient == JPEGQ_GRADIENT_SOFT || codec->rounding.mode == JPEGQ_ROUND_SOFT)
        return 3 * d * d;
    return 0;
}

/* G of a block, 0 where the plane has no sample. */
static void load_gradient(const jq_real_block *block, double g[64])
{
    for (size_t i = 0; i < 64; i++)
        g[i] = i / 8 < block->rows && i % 8 < block->columns
                   ? block->samples[i / 8 * block->stride + i % 8]
                   : 0;
}

/* No gradient where the output was clamped. */
static void clamp_gradient(const jpegq_real_codec *codec, const double quantized[64], double g[64])
{
    double y[64];
    jq_real_reconstruct(codec, quantized, y);
    for (int i = 0; i < 64; i++)
        if (y[i] < 0 || y[i] > 255)
            g[i] = 0;
}

/* Each sample gets its own gradient and that of its repetitions. */
static void store_gradient(const double g[64], const jq_real_block *block)
{
    double sums[64] = {0};
    for (size_t i = 0; i < 64; i++) {
        size_t y = i / 8 < block->rows ? i / 8 : block->rows - 1;
        size_t x = i % 8 < block->columns ? i % 8 : block->columns - 1;
        sums[8 * y + x] += g[i];
    }
    for (size_t y = 0; y < block->rows; y++)
        memcpy(block->samples + y * block->stride, sums + 8 * y,
               block->columns * sizeof *block->samples);
}

/* In g: G. Out: dL/dc, the step's share added to `steps`. */
static void backward(const jpegq_real_codec *codec, const jq_real_block *in, double g[64],
                     double steps[64])
{
    double u[64], quantized[64];
    jq_real_quotients(codec, in, u);
    jq_real_round(codec, u, quantized);
    if (codec->clamp)
        clamp_gradient(codec, quantized, g);
    jq_dct(g);
    for (int i = 0; i < 64; i++) {
        double slope = derivative(codec, u[i]);
        steps[i] += g[i] * (quantized[i] - u[i] * slope);
        g[i] *= slope;
    }
    jq_inverse_dct(g);
}

static void copy_plane(const jpegq_real_plane *from, const jpegq_real_plane *to)
{
    for (size_t y = 0; y < from->height; y++)
        memmove(to->samples + y * to->stride, from->samples + y * from->stride,
                from->width * sizeof *from->samples);
}

static bool is_mode(jpegq_gradient_mode mode)
{
    return mode >= JPEGQ_GRADIENT_STE && mode <= JPEGQ_GRADIENT_TRUE;
}

jpegq_status jpegq_gradient(const jpegq_real_codec *codec, const jpegq_real_plane *in,
                            const jpegq_real_plane *output_gradient,
                            const jpegq_real_plane *input_gradient, double step_gradient[64])
{
    double steps[64] = {0};
    jpegq_status status = jq_check_real(codec, in, output_gradient);
    if (status == JPEGQ_OK && input_gradient)
        status = jq_check_real(codec, in, input_gradient);
    if (status != JPEGQ_OK)
        return status;
    if (!is_mode(codec->gradient))
        return JPEGQ_BAD_ARGUMENT;
    bool identity = codec->gradient == JPEGQ_GRADIENT_STE_CODEC;
    if (identity && input_gradient)
        copy_plane(output_gradient, input_gradient);
    size_t rows = jpegq_blocks(in->height), columns = jpegq_blocks(in->width);
    for (size_t b = 0; !identity && b < rows * columns; b++) {
        double g[64];
        jq_real_block sample = jq_real_block_at(in, b / columns, b % columns);
        jq_real_block output = jq_real_block_at(output_gradient, b / columns, b % columns);
        load_gradient(&output, g);
        backward(codec, &sample, g, steps);
        if (input_gradient) {
            jq_real_block input = jq_real_block_at(input_gradient, b / columns, b % columns);
            store_gradient(g, &input);
        }
    }
    if (step_gradient)
        memcpy(step_gradient, steps, sizeof steps);
    return JPEGQ_OK;
}
