/* SPDX-License-Identifier: MIT */
/*
 * codec.c: the stages over whole planes. A plane is gone through in runs of blocks of one block
 * row; blocks that reach over the right or lower edge go through a complete copy of themselves.
 */
#include <string.h>

#include "kernels.h"

/* Blocks that jpegq_round_trip has in hand at a time: 16 KiB of doubles. */
enum { RUN = 32 };

static bool is_plane(const jpegq_plane *plane)
{
    return plane && plane->samples && plane->width > 0 && plane->height > 0 &&
           plane->stride >= plane->width;
}

static uint8_t *block_at(const jpegq_plane *plane, size_t row, size_t column)
{
    return plane->samples + 8 * row * plane->stride + 8 * column;
}

/* How many of `count` blocks from (row, column) on lie wholly in the plane. */
static size_t whole_blocks(const jpegq_plane *plane, size_t row, size_t column, size_t count)
{
    size_t whole = plane->width / 8;
    if (8 * row + 8 > plane->height || whole <= column)
        return 0;
    return whole - column < count ? whole - column : count;
}

/* A block completed by its last column and its last row. */
static void copy_in(const jpegq_plane *plane, size_t row, size_t column, uint8_t block[64])
{
    for (size_t i = 0; i < 64; i++) {
        size_t y = 8 * row + i / 8, x = 8 * column + i % 8;
        y = y < plane->height ? y : plane->height - 1;
        x = x < plane->width ? x : plane->width - 1;
        block[i] = plane->samples[y * plane->stride + x];
    }
}

static void copy_out(const jpegq_plane *plane, size_t row, size_t column, const uint8_t block[64])
{
    size_t columns = plane->width - 8 * column < 8 ? plane->width - 8 * column : 8;
    for (size_t y = 0; y < 8 && 8 * row + y < plane->height; y++)
        memcpy(block_at(plane, row, column) + y * plane->stride, block + 8 * y, columns);
}

static void forward_run(const jq_method *method, const jpegq_plane *plane, size_t row,
                        size_t column, size_t count, void *coefficients)
{
    size_t whole = whole_blocks(plane, row, column, count);
    char *out = coefficients;

    method->forward(block_at(plane, row, column), plane->stride, whole, out);
    for (size_t i = whole; i < count; i++) {
        uint8_t block[64];
        copy_in(plane, row, column + i, block);
        method->forward(block, 8, 1, out + 64 * i * method->size);
    }
}

static void inverse_run(const jq_method *method, const jq_multipliers *multipliers,
                        const int16_t *quantized, const jpegq_plane *plane, size_t row,
                        size_t column, size_t count)
{
    size_t whole = whole_blocks(plane, row, column, count);

    method->inverse(multipliers, quantized, whole, block_at(plane, row, column), plane->stride);
    for (size_t i = whole; i < count; i++) {
        uint8_t block[64];
        method->inverse(multipliers, quantized + 64 * i, 1, block, 8);
        copy_out(plane, row, column + i, block);
    }
}

static void inverse_real_run(const jq_multipliers *multipliers, const double *quantized,
                             const jpegq_plane *plane, size_t row, size_t column, size_t count)
{
    size_t whole = whole_blocks(plane, row, column, count);

    jq_inverse_real(multipliers, quantized, whole, block_at(plane, row, column), plane->stride);
    for (size_t i = whole; i < count; i++) {
        uint8_t block[64];
        jq_inverse_real(multipliers, quantized + 64 * i, 1, block, 8);
        copy_out(plane, row, column + i, block);
    }
}

jpegq_status jpegq_forward(jpegq_dct dct, const jpegq_plane *plane, void *coefficients)
{
    const jq_method *method = jq_method_of(dct);
    if (!method || !is_plane(plane) || !coefficients)
        return JPEGQ_BAD_ARGUMENT;
    size_t rows = jpegq_blocks(plane->height), columns = jpegq_blocks(plane->width);
    char *out = coefficients;
    for (size_t row = 0; row < rows; row++)
        forward_run(method, plane, row, 0, columns, out + 64 * row * columns * method->size);
    return JPEGQ_OK;
}

jpegq_status jpegq_normalize(jpegq_dct dct, const void *coefficients, size_t blocks,
                             double *normalized)
{
    if (!jq_method_of(dct) || !coefficients || !normalized)
        return JPEGQ_BAD_ARGUMENT;
    for (size_t i = 0; i < 64 * blocks; i++) {
        double aan = jq_aan_scale[i % 64 / 8] * jq_aan_scale[i % 8] * 8;
        switch (dct) {
        case JPEGQ_DCT_INT:
            normalized[i] = ((const int16_t *)coefficients)[i] * 0.125;
            break;
        case JPEGQ_DCT_FLOAT:
            normalized[i] = (double)((const float *)coefficients)[i] / aan;
            break;
        case JPEGQ_DCT_FAST:
            normalized[i] = ((const int16_t *)coefficients)[i] / aan;
            break;
        case JPEGQ_DCT_EXACT:
            normalized[i] = ((const double *)coefficients)[i];
            break;
        }
    }
    return JPEGQ_OK;
}

static jpegq_status check_inverse(const jpegq_table *table, const void *quantized,
                                  const jpegq_plane *plane)
{
    if (!table || !quantized || !is_plane(plane))
        return JPEGQ_BAD_ARGUMENT;
    for (int i = 0; i < 64; i++)
        if (table->step[i] == 0)
            return JPEGQ_BAD_STEP;
    return JPEGQ_OK;
}

jpegq_status jpegq_inverse(jpegq_dct dct, const jpegq_table *table, const int16_t *quantized,
                           const jpegq_plane *plane)
{
    const jq_method *method = jq_method_of(dct);
    jpegq_status status = method ? check_inverse(table, quantized, plane) : JPEGQ_BAD_ARGUMENT;
    if (status != JPEGQ_OK)
        return status;
    jq_multipliers multipliers;
    method->multipliers(table, &multipliers);
    size_t rows = jpegq_blocks(plane->height), columns = jpegq_blocks(plane->width);
    for (size_t row = 0; row < rows; row++)
        inverse_run(method, &multipliers, quantized + 64 * row * columns, plane, row, 0, columns);
    return JPEGQ_OK;
}

jpegq_status jpegq_inverse_real(const jpegq_table *table, const double *quantized,
                                const jpegq_plane *plane)
{
    jpegq_status status = check_inverse(table, quantized, plane);
    if (status != JPEGQ_OK)
        return status;
    jq_multipliers multipliers;
    jq_dct_exact.multipliers(table, &multipliers);
    size_t rows = jpegq_blocks(plane->height), columns = jpegq_blocks(plane->width);
    for (size_t row = 0; row < rows; row++)
        inverse_real_run(&multipliers, quantized + 64 * row * columns, plane, row, 0, columns);
    return JPEGQ_OK;
}

/* |AC| and |DC difference| that 8-bit baseline coding has categories for (T.81 F.1.2) */
static bool fits_baseline(const int16_t *block, int32_t last_dc)
{
    int32_t difference = block[0] - last_dc;
    if (difference < -2047 || difference > 2047)
        return false;
    for (int i = 1; i < 64; i++)
        if (block[i] < -1023 || block[i] > 1023)
            return false;
    return true;
}

/* *last_dc: the DC of the block before the first, and on return of the last */
static jpegq_status check_run(const int16_t *quantized, size_t blocks, int32_t *last_dc,
                              size_t *block)
{
    for (size_t b = 0; b < blocks; b++) {
        if (!fits_baseline(quantized + 64 * b, *last_dc)) {
            *block = b;
            return JPEGQ_OUT_OF_RANGE;
        }
        *last_dc = quantized[64 * b];
    }
    return JPEGQ_OK;
}

jpegq_status jpegq_check_range(const int16_t *quantized, size_t blocks, size_t *block)
{
    int32_t last_dc = 0;
    size_t first;
    if (!quantized)
        return JPEGQ_BAD_ARGUMENT;
    return check_run(quantized, blocks, &last_dc, block ? block : &first);
}

/* One run of jpegq_round_trip, the coefficients kept in `quantized`. */
static void round_trip_run(const jq_method *method, const jq_quantizer *quantizer,
                           const jq_multipliers *multipliers, const jpegq_plane *in,
                           const jpegq_plane *out, size_t row, size_t column, size_t count,
                           int16_t *quantized)
{
    double coefficients[64 * RUN]; /* of any method's type: none is larger */

    forward_run(method, in, row, column, count, coefficients);
    if (quantizer->rounding.mode == JPEGQ_ROUND_NONE) {
        jq_quantize_real(quantizer, coefficients, count, coefficients);
        inverse_real_run(multipliers, coefficients, out, row, column, count);
    } else {
        jq_quantize(quantizer, coefficients, count, quantized);
        inverse_run(method, multipliers, quantized, out, row, column, count);
    }
}

/* A block row from samples to samples, by a kernel. */
static void round_trip_row(const jq_kernels *kernels, const jq_quantizer *quantizer,
                           const jq_multipliers *multipliers, const jpegq_plane *in,
                           const jpegq_plane *out, size_t row)
{
    size_t columns = jpegq_blocks(in->width), whole = whole_blocks(in, row, 0, columns);
    kernels->round_trip(quantizer, multipliers, block_at(in, row, 0), in->stride, whole,
                        block_at(out, row, 0), out->stride);
    for (size_t column = whole; column < columns; column++) {
        uint8_t block[64];
        copy_in(in, row, column, block);
        kernels->round_trip(quantizer, multipliers, block, 8, 1, block, 8);
        copy_out(out, row, column, block);
    }
}

jpegq_status jpegq_round_trip(const jpegq_codec *codec, const jpegq_plane *in,
                              const jpegq_plane *out, int16_t *quantized)
{
    const jq_method *method = codec ? jq_method_of(codec->dct) : NULL;
    if (!method || !is_plane(in) || !is_plane(out) || in->width != out->width ||
        in->height != out->height ||
        (codec->rounding.mode == JPEGQ_ROUND_NONE && (codec->dct != JPEGQ_DCT_EXACT || quantized)))
        return JPEGQ_BAD_ARGUMENT;

    jq_quantizer quantizer;
    jpegq_status status = jq_quantizer_init(&quantizer, codec);
    if (status != JPEGQ_OK)
        return status;
    jq_multipliers multipliers;
    method->multipliers(&codec->table, &multipliers);

    size_t rows = jpegq_blocks(in->height), columns = jpegq_blocks(in->width);
    int32_t last_dc = 0;
    const jq_kernels *kernels = jq_kernels_chosen();
    bool fused =
        codec->dct == JPEGQ_DCT_INT && !quantized && quantizer.narrow && kernels->round_trip;
    for (size_t row = 0; row < rows; row++) {
        if (fused)
            round_trip_row(kernels, &quantizer, &multipliers, in, out, row);
        for (size_t column = 0; column < columns && !fused; column += RUN) {
            size_t count = columns - column < RUN ? columns - column : RUN, bad;
            int16_t here[64 * RUN];
            int16_t *run = quantized ? quantized + 64 * (row * columns + column) : here;
            round_trip_run(method, &quantizer, &multipliers, in, out, row, column, count, run);
            if (codec->dct == JPEGQ_DCT_FAST && check_run(run, count, &last_dc, &bad) != JPEGQ_OK)
                return JPEGQ_OUT_OF_RANGE;
        }
    }
    return JPEGQ_OK;
}
