/* SPDX-License-Identifier: MIT */
/*
 * maps.c: jobs on feature maps: planes of reals through the codec, one after the other, and arrays
 * of floats out.
 */
#include <math.h>
#include <string.h>

#include "job.h"

bool jq_rounds_to_integers(const jpegq_rounding *rounding)
{
    return rounding->mode != JPEGQ_ROUND_NONE && rounding->mode != JPEGQ_ROUND_SOFT;
}

/* ---- Samples and codec ----------------------------------------------------------------------- */

static size_t plane_size(const jq_map *map)
{
    return (size_t)map->height * map->width;
}

static size_t plane_blocks(const jq_map *map)
{
    return jpegq_blocks(map->height) * jpegq_blocks(map->width);
}

static jpegq_real_plane plane_of(const jq_map *map, double *samples)
{
    return (jpegq_real_plane){map->width, map->height, map->width, samples};
}

/* Are samples whole numbers 0..255 when they enter the codec? */
static bool enters_as_8bit(const jq_options *o)
{
    return o->samples == JQ_SAMPLES_8BIT ||
           (o->samples == JQ_SAMPLES_DEFAULT && o->dct != JPEGQ_DCT_EXACT);
}

bool jq_map_clamps_input(const jq_options *o, const jq_map *map)
{
    return enters_as_8bit(o) || map->ranged;
}

double jq_map_sample(const jq_options *o, const jq_map *map, size_t i)
{
    double x = map->samples[i];
    if (enters_as_8bit(o))
        x = rint(x);
    if (jq_map_clamps_input(o, map))
        x = x < 0 ? 0 : x > 255 ? 255 : x;
    return x;
}

void jq_map_real_codec(const jq_job *job, jpegq_real_codec *codec)
{
    const jq_options *o = job->options;
    for (int i = 0; i < 64; i++)
        codec->step[i] = job->setting.codec.table.step[i];
    codec->rounding = o->rounding;
    if (o->dct == JPEGQ_DCT_FLOAT && o->rounding.mode == JPEGQ_ROUND_NEAREST)
        codec->rounding.mode = JPEGQ_ROUND_EVEN; /* which is what nearest is there */
    codec->clamp = o->clamp == JQ_CLAMP_BOTH;
    codec->gradient = o->gradient;
}

/* ---- The codec ------------------------------------------------------------------------------- */

/* Plane n through the double-precision codec. */
static jpegq_status run_real(const jq_job *job, size_t n, double *result, double *quantized)
{
    const jq_map *map = &job->source->map;
    jpegq_real_codec codec;
    jq_map_real_codec(job, &codec);
    codec.clamp = job->options->clamp != JQ_CLAMP_NONE;
    for (size_t i = 0; i < plane_size(map); i++)
        result[i] = jq_map_sample(job->options, map, n * plane_size(map) + i);
    const jpegq_real_plane plane = plane_of(map, result);
    return jpegq_round_trip_real(&codec, &plane, &plane, quantized);
}

/* Plane n through an 8-bit method. */
static jpegq_status run_8bit(const jq_job *job, size_t n, double *result, int16_t *quantized)
{
    const jq_map *map = &job->source->map;
    uint8_t *samples = jpegq_alloc(plane_size(map), 1);
    const jpegq_plane plane = {map->width, map->height, map->width, samples};
    if (!samples)
        return JPEGQ_NO_MEMORY;
    for (size_t i = 0; i < plane_size(map); i++)
        samples[i] = (uint8_t)jq_map_sample(job->options, map, n * plane_size(map) + i);
    jpegq_status status = jpegq_round_trip(&job->setting.codec, &plane, &plane, quantized);
    for (size_t i = 0; status == JPEGQ_OK && i < plane_size(map); i++)
        result[i] = samples[i];
    jpegq_free(samples);
    return status;
}

/* Whole numbers are kept as such if int16 holds them all. */
static int keep_integers(jq_job *job, size_t count, jq_message *message)
{
    jq_coefficients *q = &job->quantized;
    for (size_t i = 0; i < count; i++)
        if (!(q->reals[i] >= INT16_MIN && q->reals[i] <= INT16_MAX))
            return 0;
    q->integers = jpegq_alloc(count, sizeof *q->integers);
    if (!q->integers)
        return jq_fail(message, job->source->name, "out of memory");
    for (size_t i = 0; i < count; i++)
        q->integers[i] = (int16_t)q->reals[i];
    jpegq_free(q->reals);
    q->reals = NULL;
    return 0;
}

int jq_map_run(jq_job *job, jq_message *message)
{
    const jq_source *source = job->source;
    const jq_map *map = &source->map;
    bool exact = job->setting.codec.dct == JPEGQ_DCT_EXACT;
    size_t each = 64 * plane_blocks(map), all = map->count * each;
    jpegq_status status = JPEGQ_OK;

    jq_job_free(job);
    job->owns_quantized = true;
    job->quantized = (jq_coefficients){source->rows, source->columns, NULL, NULL};
    job->result = (jpegq_plane){map->width, map->height, map->width, NULL};
    job->reals = jpegq_alloc(map->count * plane_size(map), sizeof *job->reals);
    if (exact)
        job->quantized.reals = jpegq_alloc(all, sizeof *job->quantized.reals);
    else
        job->quantized.integers = jpegq_alloc(all, sizeof *job->quantized.integers);
    if (!job->reals || (!job->quantized.reals && !job->quantized.integers))
        return jq_fail(message, source->name, "out of memory");
    for (size_t n = 0; n < map->count && status == JPEGQ_OK; n++) {
        double *result = job->reals + n * plane_size(map);
        status = exact ? run_real(job, n, result, job->quantized.reals + n * each)
                       : run_8bit(job, n, result, job->quantized.integers + n * each);
    }
    if (status != JPEGQ_OK)
        return jq_job_fail(job, status, message);
    return exact && jq_rounds_to_integers(&job->options->rounding)
               ? keep_integers(job, all, message)
               : 0;
}

int jq_map_dct(const jq_job *job, jq_coefficients *made, jq_message *message)
{
    const jq_map *map = &job->source->map;
    size_t each = 64 * plane_blocks(map);
    double *samples = jpegq_alloc(plane_size(map), sizeof *samples);
    jpegq_status status = JPEGQ_NO_MEMORY;
    made->reals = jpegq_alloc(map->count * each, sizeof *made->reals);
    jpegq_real_codec unit;
    memset(&unit, 0, sizeof unit);
    unit.rounding = jpegq_rounding_of(JPEGQ_ROUND_NONE, 0);
    for (int i = 0; i < 64; i++)
        unit.step[i] = 1;
    const jpegq_real_plane plane = plane_of(map, samples);
    for (size_t n = 0; samples && made->reals && n < map->count; n++) {
        for (size_t i = 0; i < plane_size(map); i++)
            samples[i] = jq_map_sample(job->options, map, n * plane_size(map) + i);
        status = jpegq_round_trip_real(&unit, &plane, &plane, made->reals + n * each);
    }
    jpegq_free(samples);
    return status == JPEGQ_OK ? 0 : jq_job_fail(job, status, message);
}

/* ---- Figures and output ---------------------------------------------------------------------- */

int jq_map_measure(const jq_job *job, jq_row *row, uint32_t metrics, jq_message *message)
{
    const jq_map *map = &job->source->map;
    jpegq_real_plane before = plane_of(map, map->samples), after = plane_of(map, job->reals);
    jpegq_real_error error;
    before.height = after.height = (uint32_t)map->count * map->height; /* as one tall plane */
    jpegq_status status = jpegq_measure_real(&before, &after, &error);
    if (status != JPEGQ_OK)
        return jq_job_fail(job, status, message);
    const struct {
        jq_column column;
        double value;
    } measures[] = {{JQ_COLUMN_MSE, error.mse},
                    {JQ_COLUMN_PSNR, error.psnr},
                    {JQ_COLUMN_MAX_ERROR, error.largest},
                    {JQ_COLUMN_MEAN_ERROR, error.mean}};
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (metrics >> measures[i].column & 1)
            jq_row_real(row, measures[i].column, measures[i].value);
    return 0;
}

static void write_reals(const jq_job *job, const double *values, unsigned size, jq_output *output)
{
    const jq_map *map = &job->source->map;
    const uint64_t shape[3] = {map->count, map->height, map->width};
    jq_map_write(values, map->scale, map->low, size, map->batch ? 3 : 2,
                 map->batch ? shape : shape + 1, output);
}

/* Samples of a map as whole numbers 0..255. */
static int write_samples(const jq_job *job, jq_output *output, jq_message *message)
{
    const jq_map *map = &job->source->map;
    size_t count = map->count * plane_size(map);
    const uint64_t shape[3] = {map->count, map->height, map->width};
    uint8_t *samples = jpegq_alloc(count, 1);
    jpegq_plane plane = {map->width, map->height, map->width, samples};
    int result = 0;
    if (!samples)
        return jq_fail(message, job->source->name, "out of memory");
    for (size_t i = 0; i < count; i++) {
        double x = rint(job->reals[i]);
        samples[i] = (uint8_t)(!(x > 0) ? 0 : x > 255 ? 255 : x);
    }
    if (job->options->output_format == JQ_FORMAT_NPY)
        jq_write_npy_samples(samples, map->batch ? 3 : 2, map->batch ? shape : shape + 1, output);
    else
        result = jq_image_write(&plane, job->options->output_format, output, message);
    jpegq_free(samples);
    return result;
}

/* An image as floats: unrounded where the method is. */
static int write_image_reals(const jq_job *job, unsigned size, jq_output *output,
                             jq_message *message)
{
    const jpegq_plane *plane = &job->result;
    size_t width = plane->width, height = plane->height;
    double *values = jpegq_alloc(height * width, sizeof *values);
    jpegq_status status = values ? JPEGQ_OK : JPEGQ_NO_MEMORY;
    if (values && job->setting.codec.dct == JPEGQ_DCT_EXACT)
        status = run_real(job, 0, values, NULL);
    else if (values)
        for (size_t i = 0; i < height * width; i++)
            values[i] = plane->samples[i / width * plane->stride + i % width];
    if (status == JPEGQ_OK)
        write_reals(job, values, size, output);
    jpegq_free(values);
    return status == JPEGQ_OK ? 0 : jq_job_fail(job, status, message);
}

int jq_map_write_job(const jq_job *job, jq_output *output, jq_message *message)
{
    const jq_options *o = job->options;
    const jq_map *map = &job->source->map;
    unsigned size = o->output_type == JQ_TYPE_FLOAT32   ? 4
                    : o->output_type == JQ_TYPE_FLOAT64 ? 8
                    : o->output_type == JQ_TYPE_UINT8   ? 0
                                                        : map->size;
    if (o->output_format != JQ_FORMAT_NPY)
        size = 0;
    if (size == 0 && o->clamp == JQ_CLAMP_NONE)
        return jq_fail(message, job->source->name,
                       "8-bit samples are always clamped (--clamp none is for --output-type float32"
                       " and float64)");
    if (size > 0 && !job->reals)
        return write_image_reals(job, size, output, message);
    if (size > 0) {
        write_reals(job, job->reals, size, output);
        return 0;
    }
    if (!job->reals)
        return jq_image_write(&job->result, o->output_format, output, message);
    if (map->batch && o->output_format != JQ_FORMAT_NPY)
        return jq_fail(message, job->source->name, "a batch can only be written as .npy");
    return write_samples(job, output, message);
}
