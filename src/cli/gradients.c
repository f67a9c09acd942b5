/* SPDX-License-Identifier: MIT */
/* gradients.c: --grad-output in; --grad-input, --grad-table and --grad-quality out. */
#include <string.h>

#include "job.h"

/* What is computed of one loss. */
typedef struct gradients {
    jq_map output;    /* G; plane by plane it becomes dL/dx if that is wanted */
    double steps[64]; /* dL/ds */
    double quality;
} gradients;

static int read_output_gradient(const jq_job *job, gradients *g, jq_message *message)
{
    const jq_options *o = job->options;
    const jq_map *map = &job->source->map;
    if (jq_map_read(o->grad_output, o->max_pixels, &g->output, message) != 0)
        return -1;
    if (g->output.batch == map->batch && g->output.count == map->count &&
        g->output.height == map->height && g->output.width == map->width)
        return 0;
    if (map->batch)
        return jq_fail(message, jq_input_name(o->grad_output),
                       "the gradient of the output has the output's shape, (%zu, %u, %u)",
                       map->count, map->height, map->width);
    return jq_fail(message, jq_input_name(o->grad_output),
                   "the gradient of the output has the output's shape, (%u, %u)", map->height,
                   map->width);
}

/* dL/ds of plane n, and dL/dx in place of G if `input`. */
static jpegq_status plane_gradient(const jq_job *job, const jpegq_real_codec *codec, size_t n,
                                   double *samples, bool input, gradients *g, double steps[64])
{
    const jq_map *map = &job->source->map;
    size_t size = (size_t)map->height * map->width;
    double here[64];
    for (size_t i = 0; i < size; i++)
        samples[i] = jq_map_sample(job->options, map, n * size + i);
    const jpegq_real_plane in = {map->width, map->height, map->width, samples};
    const jpegq_real_plane out = {map->width, map->height, map->width,
                                  g->output.samples + n * size};
    jpegq_status status = jpegq_gradient(codec, &in, &out, input ? &out : NULL, here);
    for (int i = 0; status == JPEGQ_OK && i < 64; i++)
        steps[i] += here[i];
    return status;
}

/* What was clamped on its way in has no gradient. */
static void mask_input(const jq_job *job, gradients *g)
{
    const jq_options *o = job->options;
    const jq_map *map = &job->source->map;
    size_t count = map->count * map->height * map->width;
    if (!jq_map_clamps_input(o, map) || o->clamp == JQ_CLAMP_FORWARD ||
        o->gradient == JPEGQ_GRADIENT_STE_CODEC)
        return;
    for (size_t i = 0; i < count; i++)
        if (map->samples[i] < 0 || map->samples[i] > 255)
            g->output.samples[i] = 0;
}

/* dL/dquality through the steps as reals, at which the codec is run once more. */
static jpegq_status quality_gradient(const jq_job *job, const jpegq_table *base, double *samples,
                                     gradients *g)
{
    const jq_options *o = job->options;
    double bases[64], steps[64] = {0}, slopes[64];
    jpegq_real_codec codec;
    jq_map_real_codec(job, &codec);
    for (int i = 0; i < 64; i++)
        bases[i] = base->step[i];
    int quality = job->setting.quality < 1 ? 1 : job->setting.quality;
    jpegq_status status =
        jpegq_steps_at_quality(bases, quality, o->largest_step, codec.step, slopes);
    for (size_t n = 0; status == JPEGQ_OK && n < job->source->map.count; n++)
        status = plane_gradient(job, &codec, n, samples, false, g, steps);
    for (int i = 0; i < 64; i++)
        g->quality += job->source->map.scale * steps[i] * slopes[i];
    return status;
}

static int compute(const jq_job *job, const jpegq_table *base, gradients *g, jq_message *message)
{
    const jq_options *o = job->options;
    const jq_map *map = &job->source->map;
    double *samples = jpegq_alloc((size_t)map->height * map->width, sizeof *samples);
    jpegq_status status = samples ? JPEGQ_OK : JPEGQ_NO_MEMORY;
    jpegq_real_codec codec;
    jq_map_real_codec(job, &codec);
    if (status == JPEGQ_OK && o->grad_quality) /* first, for it needs G */
        status = quality_gradient(job, base, samples, g);
    for (size_t n = 0; status == JPEGQ_OK && n < map->count; n++)
        status = plane_gradient(job, &codec, n, samples, o->grad_input != NULL, g, g->steps);
    jpegq_free(samples);
    if (status != JPEGQ_OK)
        return jq_job_fail(job, status, message);
    /* A value is sample * scale + low, so that the scale drops out of dL/dvalue. */
    for (int i = 0; i < 64; i++)
        g->steps[i] *= map->scale;
    mask_input(job, g);
    return 0;
}

static void write_input_gradient(const gradients *g, jq_output *output)
{
    const jq_map *map = &g->output;
    const uint64_t shape[3] = {map->count, map->height, map->width};
    jq_map_write(map->samples, 1, 0, map->size, map->batch ? 3 : 2, map->batch ? shape : shape + 1,
                 output);
}

int jq_job_gradients(const jq_job *job, const jpegq_table *base, jq_output *input, jq_output *table,
                     jq_output *quality, jq_message *message)
{
    const uint64_t shape[2] = {8, 8};
    gradients g;
    memset(&g, 0, sizeof g);
    int result = read_output_gradient(job, &g, message);
    if (result == 0)
        result = compute(job, base, &g, message);
    if (result == 0 && input)
        write_input_gradient(&g, input);
    if (result == 0 && table)
        jq_map_write(g.steps, 1, 0, g.output.size, 2, shape, table);
    if (result == 0 && quality)
        jq_map_write(&g.quality, 1, 0, g.output.size, 0, shape, quality);
    jq_map_free(&g.output);
    return result;
}
