/* SPDX-License-Identifier: MIT */
/*
 * codec.c: the stages over whole planes. A plane is gone through in runs of blocks of one block
 * row; blocks that reach over the right or lower edge go through a complete copy of themselves.
 */
#include <string.h>

#include "kernels.h"

/* Blocks that are in hand at a time: 16 KiB of doubles. */
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

/* The samples of a run that cannot be worked on in place. */
typedef struct run_copy {
    uint8_t samples[8 * 8 * RUN];
} run_copy;

/* Blocks of a run, completed by the last column and the last row. */
static void copy_in(const jpegq_plane *plane, size_t row, size_t column, size_t count,
                    run_copy *copy)
{
    size_t x = 8 * column, width = plane->width - x < 8 * count ? plane->width - x : 8 * count;
    for (size_t y = 0; y < 8; y++) {
        size_t from = 8 * row + y < plane->height ? 8 * row + y : plane->height - 1;
        uint8_t *to = copy->samples + 8 * RUN * y;
        memcpy(to, plane->samples + from * plane->stride + x, width);
        memset(to + width, to[width - 1], 8 * count - width);
    }
}

static void copy_out(const jpegq_plane *plane, size_t row, size_t column, size_t count,
                     const run_copy *copy)
{
    size_t x = 8 * column, width = plane->width - x < 8 * count ? plane->width - x : 8 * count;
    for (size_t y = 0; y < 8 && 8 * row + y < plane->height; y++)
        memcpy(plane->samples + (8 * row + y) * plane->stride + x, copy->samples + 8 * RUN * y,
               width);
}

/*
 * How many blocks of a run are worked on in place: all if they are whole, else the whole ones in
 * eights, so that kernels that take up to eight at a time have nothing left over.
 */
static size_t in_place(const jpegq_plane *plane, size_t row, size_t column, size_t count)
{
    size_t whole = whole_blocks(plane, row, column, count);
    return whole == count ? count : whole / 8 * 8;
}

static void forward_run(const jq_method *method, const jpegq_plane *plane, size_t row,
                        size_t column, size_t count, void *coefficients)
{
    size_t direct = in_place(plane, row, column, count);
    char *out = coefficients;
    run_copy copy;

    method->forward(block_at(plane, row, column), plane->stride, direct, out);
    if (direct < count) {
        copy_in(plane, row, column + direct, count - direct, &copy);
        method->forward(copy.samples, 8 * RUN, count - direct, out + 64 * direct * method->size);
    }
}

static void inverse_run(const jq_method *method, const jq_multipliers *multipliers,
                        const int16_t *quantized, const jpegq_plane *plane, size_t row,
                        size_t column, size_t count)
{
    size_t direct = in_place(plane, row, column, count);
    run_copy copy;

    method->inverse(multipliers, quantized, direct, block_at(plane, row, column), plane->stride);
    if (direct < count) {
        method->inverse(multipliers, quantized + 64 * direct, count - direct, copy.samples,
                        8 * RUN);
        copy_out(plane, row, column + direct, count - direct, &copy);
    }
}

static void inverse_real_run(const jq_multipliers *multipliers, const double *quantized,
                             const jpegq_plane *plane, size_t row, size_t column, size_t count)
{
    size_t direct = in_place(plane, row, column, count);
    run_copy copy;

    jq_inverse_real(multipliers, quantized, direct, block_at(plane, row, column), plane->stride);
    if (direct < count) {
        jq_inverse_real(multipliers, quantized + 64 * direct, count - direct, copy.samples,
                        8 * RUN);
        copy_out(plane, row, column + direct, count - direct, &copy);
    }
}

/* A run from samples to samples, by a kernel. */
static void fused_run(const jq_kernels *kernels, const jq_fused *fused, const jpegq_plane *in,
                      const jpegq_plane *out, size_t row, size_t column, size_t count)
{
    size_t direct = in_place(in, row, column, count);
    run_copy copy;

    kernels->round_trip(fused, block_at(in, row, column), in->stride, direct,
                        block_at(out, row, column), out->stride);
    if (direct < count) {
        copy_in(in, row, column + direct, count - direct, &copy);
        kernels->round_trip(fused, copy.samples, 8 * RUN, count - direct, copy.samples, 8 * RUN);
        copy_out(out, row, column + direct, count - direct, &copy);
    }
}

/* The blocks of a plane, run by run in the order of a scan. */
typedef struct walk {
    size_t rows, columns, row, column, count;
} walk;

static bool walk_on(walk *w)
{
    w->column += w->count;
    if (w->column == w->columns) {
        w->column = 0;
        w->row++;
    }
    w->count = w->columns - w->column < RUN ? w->columns - w->column : RUN;
    return w->row < w->rows;
}

/* Before the first run. */
static walk walk_through(const jpegq_plane *plane)
{
    return (walk){jpegq_blocks(plane->height), jpegq_blocks(plane->width), 0, 0, 0};
}

/* The index of a run's first coefficient. */
static size_t first_of(const walk *w)
{
    return 64 * (w->row * w->columns + w->column);
}

jpegq_status jpegq_forward(jpegq_dct dct, const jpegq_plane *plane, void *coefficients)
{
    const jq_method *method = jq_method_of(dct);
    if (!method || !is_plane(plane) || !coefficients)
        return JPEGQ_BAD_ARGUMENT;
    char *out = coefficients;
    for (walk w = walk_through(plane); walk_on(&w);)
        forward_run(method, plane, w.row, w.column, w.count, out + first_of(&w) * method->size);
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
    for (walk w = walk_through(plane); walk_on(&w);)
        inverse_run(method, &multipliers, quantized + first_of(&w), plane, w.row, w.column,
                    w.count);
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
    for (walk w = walk_through(plane); walk_on(&w);)
        inverse_real_run(&multipliers, quantized + first_of(&w), plane, w.row, w.column, w.count);
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
    if (!jq_makes_integers(&quantizer->rounding)) {
        jq_quantize_real(quantizer, coefficients, count, coefficients);
        inverse_real_run(multipliers, coefficients, out, row, column, count);
    } else {
        jq_quantize(quantizer, coefficients, count, quantized);
        inverse_run(method, multipliers, quantized, out, row, column, count);
    }
}

jpegq_status jpegq_round_trip(const jpegq_codec *codec, const jpegq_plane *in,
                              const jpegq_plane *out, int16_t *quantized)
{
    const jq_method *method = codec ? jq_method_of(codec->dct) : NULL;
    if (!method || !is_plane(in) || !is_plane(out) || in->width != out->width ||
        in->height != out->height ||
        (!jq_makes_integers(&codec->rounding) && (codec->dct != JPEGQ_DCT_EXACT || quantized)))
        return JPEGQ_BAD_ARGUMENT;

    jq_quantizer quantizer;
    jpegq_status status = jq_quantizer_init(&quantizer, codec);
    if (status != JPEGQ_OK)
        return status;
    jq_multipliers multipliers;
    method->multipliers(&codec->table, &multipliers);

    const jq_kernels *kernels = jq_kernels_chosen();
    if (codec->dct == JPEGQ_DCT_INT && !quantized && quantizer.bounded && kernels->round_trip) {
        jq_fused fused;
        kernels->prepare(&quantizer, &multipliers, &fused);
        for (walk w = walk_through(in); walk_on(&w);)
            fused_run(kernels, &fused, in, out, w.row, w.column, w.count);
        return JPEGQ_OK;
    }

    int32_t last_dc = 0;
    for (walk w = walk_through(in); walk_on(&w);) {
        int16_t here[64 * RUN];
        int16_t *run = quantized ? quantized + first_of(&w) : here;
        size_t bad;
        round_trip_run(method, &quantizer, &multipliers, in, out, w.row, w.column, w.count, run);
        if (codec->dct == JPEGQ_DCT_FAST && check_run(run, w.count, &last_dc, &bad) != JPEGQ_OK)
            return JPEGQ_OUT_OF_RANGE;
    }
    return JPEGQ_OK;
}
