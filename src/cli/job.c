/* SPDX-License-Identifier: MIT */
/* job.c: see job.h. */
#include "job.h"

#include <string.h>

#include "split.h"

int jq_job_fail(const jq_job *job, jpegq_status status, jq_message *message)
{
    if (status == JPEGQ_OUT_OF_RANGE)
        return jq_fail(message, job->source->name,
                       "--dct fast overflows on this image: libjpeg would write a corrupt file (try"
                       " --dct int, or a quality below 99)");
    return jq_fail(message, job->source->name, "%s", jpegq_status_text(status));
}

/* The coefficients that a job keeps. */
typedef enum keeping { KEEP_NONE, KEEP_INTEGERS, KEEP_REALS } keeping;

/* Room for the reconstruction and the coefficients, kept from the run before if they fit. */
static int make_room(jq_job *job, keeping kept, jq_message *message)
{
    const jq_source *source = job->source;
    jq_coefficients *q = &job->quantized;
    bool same = job->owns_quantized && job->result.samples && job->result.width == source->width &&
                job->result.height == source->height && (kept == KEEP_REALS) == !!q->reals &&
                (kept == KEEP_INTEGERS) == !!q->integers;
    if (same)
        return 0;
    jq_job_free(job);
    size_t blocks = (size_t)(source->rows * source->columns);
    job->owns_quantized = true;
    *q = (jq_coefficients){source->rows, source->columns, NULL, NULL};
    if (kept == KEEP_REALS)
        q->reals = jpegq_alloc(blocks, 64 * sizeof *q->reals);
    else if (kept == KEEP_INTEGERS)
        q->integers = jpegq_alloc(blocks, 64 * sizeof *q->integers);
    if (kept != KEEP_NONE && !q->reals && !q->integers)
        return jq_fail(message, source->name, "out of memory");
    return jq_plane_alloc(source->name, source->width, source->height, UINT64_MAX, &job->result,
                          message);
}

/* ---- Strips, of whole block rows: their blocks are those of the plane ------------------------ */

static size_t first_block(const jq_job *job, uint32_t y)
{
    return y / 8 * (size_t)job->source->columns;
}

static size_t blocks_of(const jq_job *job, uint32_t rows)
{
    return jpegq_blocks(rows) * (size_t)job->source->columns;
}

/* From pixel to pixel; what fast's coefficients must be does not depend on strips: see stream.c. */
static jpegq_status run_direct(void *context, uint32_t y, uint32_t rows)
{
    const jq_job *job = context;
    jpegq_plane in = jq_strip_of(&job->source->original.plane, y, rows);
    jpegq_plane out = jq_strip_of(&job->result, y, rows);
    int16_t *quantized = job->quantized.integers;
    return jpegq_round_trip(&job->setting.codec, &in, &out,
                            quantized ? quantized + 64 * first_block(job, y) : NULL);
}

/* Without rounding there are no integers: the coefficients stay real. */
static jpegq_status run_unrounded(void *context, uint32_t y, uint32_t rows)
{
    const jq_job *job = context;
    const jpegq_codec *codec = &job->setting.codec;
    jpegq_plane in = jq_strip_of(&job->source->original.plane, y, rows);
    jpegq_plane out = jq_strip_of(&job->result, y, rows);
    const double *dct = job->source->dct;
    double *reals = job->quantized.reals + 64 * first_block(job, y);
    jpegq_status status = JPEGQ_OK;
    if (!dct)
        status = jpegq_forward(codec->dct, &in, reals);
    if (status == JPEGQ_OK)
        status = jpegq_quantize_real(codec, dct ? dct + 64 * first_block(job, y) : reals,
                                     blocks_of(job, rows), reals);
    if (status == JPEGQ_OK)
        status = jpegq_inverse_real(&codec->table, reals, &out);
    return status;
}

/* From the DCT that all settings share. */
static jpegq_status run_shared(void *context, uint32_t y, uint32_t rows)
{
    const jq_job *job = context;
    const jpegq_codec *codec = &job->setting.codec;
    jpegq_plane out = jq_strip_of(&job->result, y, rows);
    const char *dct = job->source->dct;
    size_t first = 64 * first_block(job, y), blocks = blocks_of(job, rows);
    int16_t *quantized = job->quantized.integers + first;
    jpegq_status status =
        jpegq_quantize(codec, dct + first * jpegq_dct_size(codec->dct), blocks, quantized);
    if (status == JPEGQ_OK && codec->dct == JPEGQ_DCT_FAST)
        status = jpegq_check_range(quantized, blocks, NULL);
    if (status == JPEGQ_OK)
        status = jpegq_inverse(codec->dct, &codec->table, quantized, &out);
    return status;
}

static jpegq_status restore_strip(void *context, uint32_t y, uint32_t rows)
{
    const jq_job *job = context;
    const jpegq_codec *codec = &job->setting.codec;
    const jq_coefficients *given = &job->source->given;
    jpegq_plane out = jq_strip_of(&job->result, y, rows);
    size_t first = 64 * first_block(job, y);
    if (given->reals)
        return jpegq_inverse_real(&codec->table, given->reals + first, &out);
    return jpegq_inverse(codec->dct, &codec->table, given->integers + first, &out);
}

static int run(jq_job *job, jq_strip_work work, jq_message *message)
{
    jpegq_status status =
        jq_split(job->threads, job->source->width, job->source->height, work, job);
    return status == JPEGQ_OK ? 0 : jq_job_fail(job, status, message);
}

static int restore(jq_job *job, jq_message *message)
{
    const jq_source *source = job->source;
    jq_job_free(job);
    job->quantized = source->given;
    if (jq_plane_alloc(source->name, source->width, source->height, UINT64_MAX, &job->result,
                       message) != 0)
        return -1;
    return run(job, restore_strip, message);
}

int jq_job_run(jq_job *job, jq_message *message)
{
    bool unrounded = !jq_rounds_to_integers(&job->setting.codec.rounding);
    bool direct = !job->source->dct && (!unrounded || !job->wants_coefficients);
    keeping kept = direct && !job->wants_coefficients ? KEEP_NONE
                   : unrounded                        ? KEEP_REALS
                                                      : KEEP_INTEGERS;
    if (job->options->from_coefficients)
        return restore(job, message);
    if (!job->source->has_original)
        return jq_map_run(job, message);
    if (make_room(job, kept, message) != 0)
        return -1;
    return run(job, direct ? run_direct : unrounded ? run_unrounded : run_shared, message);
}

void jq_job_free(jq_job *job)
{
    jpegq_free(job->result.samples);
    jpegq_free(job->reals);
    job->reals = NULL;
    if (job->owns_quantized)
        jq_coefficients_free(&job->quantized);
    memset(&job->result, 0, sizeof job->result);
    memset(&job->quantized, 0, sizeof job->quantized);
    job->owns_quantized = false;
}
