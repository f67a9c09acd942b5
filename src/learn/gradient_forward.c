/* SPDX-License-Identifier: MIT */
/* gradient_forward.c: the codec on planes of reals, in double precision. */
#include <math.h>

#include "../codec/method.h"
#include "../codec/quantize.h"
#include "gradient.h"

static bool is_real_plane(const jpegq_real_plane *plane)
{
    return plane && plane->samples && plane->width > 0 && plane->height > 0 &&
           plane->stride >= plane->width;
}

jpegq_status jq_check_real(const jpegq_real_codec *codec, const jpegq_real_plane *in,
                           const jpegq_real_plane *out)
{
    if (!codec || !is_real_plane(in) || !is_real_plane(out) || in->width != out->width ||
        in->height != out->height || !jq_is_rounding(&codec->rounding))
        return JPEGQ_BAD_ARGUMENT;
    for (int i = 0; i < 64; i++)
        if (!(codec->step[i] > 0 && isfinite(codec->step[i])))
            return JPEGQ_BAD_STEP;
    return JPEGQ_OK;
}

jq_real_block jq_real_block_at(const jpegq_real_plane *plane, size_t row, size_t column)
{
    size_t columns = plane->width - 8 * column, rows = plane->height - 8 * row;
    return (jq_real_block){plane->samples + 8 * row * plane->stride + 8 * column, plane->stride,
                           columns < 8 ? columns : 8, rows < 8 ? rows : 8};
}

void jq_real_quotients(const jpegq_real_codec *codec, const jq_real_block *block, double u[64])
{
    for (size_t i = 0; i < 64; i++) {
        size_t y = i / 8 < block->rows ? i / 8 : block->rows - 1;
        size_t x = i % 8 < block->columns ? i % 8 : block->columns - 1;
        u[i] = block->samples[y * block->stride + x] - 128;
    }
    jq_dct(u);
    for (int i = 0; i < 64; i++)
        u[i] /= codec->step[i];
}

void jq_real_round(const jpegq_real_codec *codec, const double u[64], double quantized[64])
{
    for (unsigned i = 0; i < 64; i++)
        quantized[i] = jq_round(&codec->rounding, u[i], i);
}

void jq_real_reconstruct(const jpegq_real_codec *codec, const double quantized[64], double y[64])
{
    for (int i = 0; i < 64; i++)
        y[i] = codec->step[i] * quantized[i];
    jq_inverse_dct(y);
    for (int i = 0; i < 64; i++)
        y[i] += 128;
}

static double clamp(double y)
{
    return y < 0 ? 0 : y > 255 ? 255 : y;
}

static void store(const jpegq_real_codec *codec, const double y[64], const jq_real_block *block)
{
    for (size_t row = 0; row < block->rows; row++)
        for (size_t x = 0; x < block->columns; x++) {
            double value = y[8 * row + x];
            block->samples[row * block->stride + x] = codec->clamp ? clamp(value) : value;
        }
}

jpegq_status jpegq_round_trip_real(const jpegq_real_codec *codec, const jpegq_real_plane *in,
                                   const jpegq_real_plane *out, double *quantized)
{
    jpegq_status status = jq_check_real(codec, in, out);
    if (status != JPEGQ_OK)
        return status;
    size_t rows = jpegq_blocks(in->height), columns = jpegq_blocks(in->width);
    for (size_t b = 0; b < rows * columns; b++) {
        double u[64], here[64], y[64];
        double *q = quantized ? quantized + 64 * b : here;
        jq_real_block from = jq_real_block_at(in, b / columns, b % columns);
        jq_real_block to = jq_real_block_at(out, b / columns, b % columns);
        jq_real_quotients(codec, &from, u);
        jq_real_round(codec, u, q);
        jq_real_reconstruct(codec, q, y);
        store(codec, y, &to);
    }
    return JPEGQ_OK;
}
