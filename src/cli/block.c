/* SPDX-License-Identifier: MIT */
/* block.c: --block: one 8x8 block through all stages, as grids that a person reads. */
#include "job.h"

static void put_grid(const char *title, const double *values, int decimals, jq_output *output)
{
    jq_output_format(output, "\n%s\n", title);
    for (int i = 0; i < 64; i++)
        jq_output_format(output, " %*.*f%s", decimals ? 9 : 5, decimals, values[i],
                         i % 8 == 7 ? "\n" : "");
}

/* The block of the plane, completed by its last column and row, as a plane of its own. */
static jpegq_plane whole_block(const jpegq_plane *plane, size_t row, size_t column,
                               uint8_t samples[64])
{
    for (size_t i = 0; i < 64; i++) {
        size_t y = 8 * row + i / 8, x = 8 * column + i % 8;
        y = y < plane->height ? y : plane->height - 1;
        x = x < plane->width ? x : plane->width - 1;
        samples[i] = plane->samples[y * plane->stride + x];
    }
    return (jpegq_plane){8, 8, 8, samples};
}

/* All stages of one block. */
typedef struct stages {
    double samples[64], dct[64], table[64], quantized[64], dequantized[64], result[64], error[64];
} stages;

static jpegq_status quantize(const jpegq_codec *codec, const void *raw, stages *s, uint8_t *result)
{
    const jpegq_plane out = {8, 8, 8, result};
    int16_t quantized[64];
    jpegq_status status;

    if (!jq_rounds_to_integers(&codec->rounding)) {
        status = jpegq_quantize_real(codec, s->dct, 1, s->quantized);
        return status == JPEGQ_OK ? jpegq_inverse_real(&codec->table, s->quantized, &out) : status;
    }
    status = jpegq_quantize(codec, raw, 1, quantized);
    for (int i = 0; status == JPEGQ_OK && i < 64; i++)
        s->quantized[i] = quantized[i];
    return status == JPEGQ_OK ? jpegq_inverse(codec->dct, &codec->table, quantized, &out) : status;
}

static jpegq_status compute(const jpegq_codec *codec, const jpegq_plane *block, stages *s)
{
    double raw[64]; /* of any method's type: none is larger */
    uint8_t result[64] = {0};

    jpegq_status status = jpegq_forward(codec->dct, block, raw);
    if (status == JPEGQ_OK)
        status = jpegq_normalize(codec->dct, raw, 1, s->dct);
    if (status == JPEGQ_OK)
        status = quantize(codec, raw, s, result);
    if (status == JPEGQ_OK)
        status = jpegq_dequantize_real(&codec->table, s->quantized, 1, s->dequantized);
    for (int i = 0; status == JPEGQ_OK && i < 64; i++) {
        s->samples[i] = block->samples[i];
        s->table[i] = codec->table.step[i];
        s->result[i] = result[i];
        s->error[i] = s->result[i] - s->samples[i];
    }
    return status;
}

int jq_job_block(const jq_job *job, jq_output *output, jq_message *message)
{
    const jq_options *o = job->options;
    const jpegq_plane *plane = &job->source->original.plane;
    size_t rows = jpegq_blocks(plane->height), columns = jpegq_blocks(plane->width);
    if (o->block_row >= rows || o->block_column >= columns)
        return jq_fail(message, job->source->name, "block %ju,%ju is not in 0..%zu,0..%zu",
                       (uintmax_t)o->block_row, (uintmax_t)o->block_column, rows - 1, columns - 1);

    uint8_t samples[64];
    stages s;
    jpegq_plane block = whole_block(plane, (size_t)o->block_row, (size_t)o->block_column, samples);
    jpegq_status status = compute(&job->setting.codec, &block, &s);
    if (status != JPEGQ_OK)
        return jq_fail(message, job->source->name, "%s", jpegq_status_text(status));

    int decimals = jq_rounds_to_integers(&o->rounding) ? 0 : 3;
    jq_output_format(output, "block %ju,%ju: rows %ju to %ju, columns %ju to %ju\n",
                     (uintmax_t)o->block_row, (uintmax_t)o->block_column,
                     (uintmax_t)o->block_row * 8, (uintmax_t)o->block_row * 8 + 7,
                     (uintmax_t)o->block_column * 8, (uintmax_t)o->block_column * 8 + 7);
    put_grid("samples", s.samples, 0, output);
    put_grid("DCT coefficients", s.dct, 3, output);
    put_grid("table", s.table, 0, output);
    put_grid("quantized", s.quantized, decimals, output);
    put_grid("dequantized", s.dequantized, decimals, output);
    put_grid("reconstructed", s.result, 0, output);
    put_grid("difference", s.error, 0, output);
    return 0;
}
