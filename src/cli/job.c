/* SPDX-License-Identifier: MIT */
/* job.c: see job.h. */
#include "job.h"

#include <string.h>

int jq_job_fail(const jq_job *job, jpegq_status status, jq_message *message)
{
    if (status == JPEGQ_OUT_OF_RANGE)
        return jq_fail(message, job->source->name,
                       "--dct fast overflows on this image: libjpeg would write a corrupt file (try"
                       " --dct int, or a quality below 99)");
    return jq_fail(message, job->source->name, "%s", jpegq_status_text(status));
}

/* Room for the reconstruction and the coefficients, kept from the run before if they fit. */
static int make_room(jq_job *job, bool reals, jq_message *message)
{
    const jq_source *source = job->source;
    jq_coefficients *q = &job->quantized;
    bool same = job->owns_quantized && job->result.samples && job->result.width == source->width &&
                job->result.height == source->height && (reals ? !!q->reals : !!q->integers);
    if (same)
        return 0;
    jq_job_free(job);
    size_t blocks = (size_t)(source->rows * source->columns);
    job->owns_quantized = true;
    *q = (jq_coefficients){source->rows, source->columns, NULL, NULL};
    if (reals)
        q->reals = jpegq_alloc(blocks, 64 * sizeof *q->reals);
    else
        q->integers = jpegq_alloc(blocks, 64 * sizeof *q->integers);
    if (!q->reals && !q->integers)
        return jq_fail(message, source->name, "out of memory");
    return jq_plane_alloc(source->name, source->width, source->height, UINT64_MAX, &job->result,
                          message);
}

/* Without rounding there are no integers: the coefficients stay real. */
static jpegq_status run_unrounded(jq_job *job)
{
    const jq_source *source = job->source;
    const jpegq_codec *codec = &job->setting.codec;
    double *reals = job->quantized.reals;
    size_t blocks = (size_t)(source->rows * source->columns);
    jpegq_status status = JPEGQ_OK;
    if (!source->dct)
        status = jpegq_forward(codec->dct, &source->original.plane, reals);
    if (status == JPEGQ_OK)
        status = jpegq_quantize_real(codec, source->dct ? source->dct : reals, blocks, reals);
    if (status == JPEGQ_OK)
        status = jpegq_inverse_real(&codec->table, reals, &job->result);
    return status;
}

static jpegq_status run_shared(jq_job *job)
{
    const jq_source *source = job->source;
    const jpegq_codec *codec = &job->setting.codec;
    int16_t *quantized = job->quantized.integers;
    size_t blocks = (size_t)(source->rows * source->columns);
    jpegq_status status = jpegq_quantize(codec, source->dct, blocks, quantized);
    if (status == JPEGQ_OK && codec->dct == JPEGQ_DCT_FAST)
        status = jpegq_check_range(quantized, blocks, NULL);
    if (status == JPEGQ_OK)
        status = jpegq_inverse(codec->dct, &codec->table, quantized, &job->result);
    return status;
}

static int restore(jq_job *job, jq_message *message)
{
    const jq_source *source = job->source;
    const jpegq_codec *codec = &job->setting.codec;
    jq_job_free(job);
    job->quantized = source->given;
    if (jq_plane_alloc(source->name, source->width, source->height, UINT64_MAX, &job->result,
                       message) != 0)
        return -1;
    jpegq_status status =
        source->given.reals
            ? jpegq_inverse_real(&codec->table, source->given.reals, &job->result)
            : jpegq_inverse(codec->dct, &codec->table, source->given.integers, &job->result);
    return status == JPEGQ_OK ? 0 : jq_job_fail(job, status, message);
}

int jq_job_run(jq_job *job, bool direct, jq_message *message)
{
    const jpegq_codec *codec = &job->setting.codec;
    bool unrounded = !jq_rounds_to_integers(&codec->rounding);
    if (job->options->from_coefficients)
        return restore(job, message);
    if (!job->source->has_original)
        return jq_map_run(job, message);
    if (make_room(job, unrounded, message) != 0)
        return -1;
    jpegq_status status = unrounded ? run_unrounded(job)
                          : direct  ? jpegq_round_trip(codec, &job->source->original.plane,
                                                       &job->result, job->quantized.integers)
                                    : run_shared(job);
    return status == JPEGQ_OK ? 0 : jq_job_fail(job, status, message);
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
