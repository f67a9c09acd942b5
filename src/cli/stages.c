/* SPDX-License-Identifier: MIT */
/* stages.c: --dump: the coefficients of all blocks at the stage that was asked for. */
#include <stdio.h>

#include "job.h"

/* Unquantized, in the orthonormal scale. */
static int make_dct(const jq_job *job, jq_coefficients *c, jq_message *message)
{
    const jq_source *source = job->source;
    jpegq_dct dct = job->setting.codec.dct;
    size_t blocks = (size_t)(c->rows * c->columns);
    void *raw = jpegq_alloc(blocks, 64 * jpegq_dct_size(dct));
    c->reals = jpegq_alloc(blocks, 64 * sizeof *c->reals);
    bool room = raw && c->reals;
    if (room) {
        jpegq_forward(dct, &source->original.plane, raw);
        jpegq_normalize(dct, raw, blocks, c->reals);
    }
    jpegq_free(raw);
    return room ? 0 : jq_fail(message, source->name, "out of memory");
}

static int dequantize_integers(const jq_job *job, jq_coefficients *c, jq_message *message)
{
    size_t blocks = (size_t)(c->rows * c->columns);
    c->integers = jpegq_alloc(blocks, 64 * sizeof *c->integers);
    if (!c->integers)
        return jq_fail(message, job->source->name, "out of memory");
    for (size_t b = 0; b < blocks; b++) {
        int32_t wide[64];
        jpegq_dequantize(&job->setting.codec.table, job->quantized.integers + 64 * b, 1, wide);
        for (size_t i = 0; i < 64; i++) {
            if (wide[i] < INT16_MIN || wide[i] > INT16_MAX)
                return jq_fail(message, job->source->name,
                               "dequantized coefficient %d of block %zu,%zu"
                               " does not fit 16 bits",
                               wide[i], b / (size_t)c->columns, b % (size_t)c->columns);
            c->integers[64 * b + i] = (int16_t)wide[i];
        }
    }
    return 0;
}

static int dequantize_reals(const jq_job *job, jq_coefficients *c, jq_message *message)
{
    size_t blocks = (size_t)(c->rows * c->columns);
    c->reals = jpegq_alloc(blocks, 64 * sizeof *c->reals);
    if (!c->reals)
        return jq_fail(message, job->source->name, "out of memory");
    jpegq_dequantize_real(&job->setting.codec.table, job->quantized.reals, blocks, c->reals);
    return 0;
}

static void write_dump(const jq_job *job, const jq_coefficients *c, jq_output *output)
{
    const jq_options *o = job->options;
    char table[400], comment[1024];
    snprintf(comment, sizeof comment,
             "jpegq %s: image %u x %u, stage %s, order %s, dct %s, round %.40s, table %s",
             jpegq_version(), job->result.width, job->result.height,
             o->stage_name ? o->stage_name : "quantized", o->zigzag ? "zigzag" : "natural",
             o->dct_name, o->round_name, jq_setting_text(&job->setting, table, sizeof table));
    jq_dump_write(c, o->dump_format, o->zigzag, comment, output);
}

int jq_job_dump(const jq_job *job, jq_output *output, jq_message *message)
{
    jq_coefficients made = {job->quantized.rows, job->quantized.columns, NULL, NULL};
    int result = 0;
    if (!job->quantized.integers && jq_rounds_to_integers(&job->options->rounding) &&
        !job->options->from_coefficients && job->options->stage != JQ_STAGE_DCT)
        return jq_fail(message, job->source->name, "a quantized coefficient does not fit 16 bits");
    if (job->options->stage == JQ_STAGE_DCT && job->reals)
        result = jq_map_dct(job, &made, message);
    else if (job->options->stage == JQ_STAGE_DCT)
        result = make_dct(job, &made, message);
    else if (job->options->stage == JQ_STAGE_DEQUANTIZED)
        result = job->quantized.reals ? dequantize_reals(job, &made, message)
                                      : dequantize_integers(job, &made, message);
    if (result == 0)
        write_dump(job, made.integers || made.reals ? &made : &job->quantized, output);
    jq_coefficients_free(&made);
    return result;
}
