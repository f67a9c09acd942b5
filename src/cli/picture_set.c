/* SPDX-License-Identifier: MIT */
/* picture_set.c: see picture_set.h. */
#include "picture_set.h"

#include <math.h>
#include <string.h>

#include "../io/memory.h"

/* ---- Loading --------------------------------------------------------------------------------- */

typedef struct loading {
    const jq_options *options;
    jq_picture_set *set;
    jq_message *messages;
    int *results;
} loading;

static void load_one(void *argument, size_t i)
{
    const loading *l = argument;
    jq_image *image = &l->set->images[i];
    l->results[i] = jq_image_read(l->set->names[i], l->options->max_pixels, image, &l->messages[i]);
    l->set->planes[i] = image->plane;
}

static int first_failure(const loading *l, jq_message *message)
{
    for (size_t i = 0; i < l->set->count; i++) {
        if (l->results[i] != 0) {
            *message = l->messages[i];
            return -1;
        }
        l->set->pixels += (uint64_t)l->set->planes[i].width * l->set->planes[i].height;
    }
    return 0;
}

int jq_picture_set_load(const jq_options *options, jq_crew *crew, const char *const *names,
                        size_t count, jq_picture_set *set, jq_message *message)
{
    *set = (jq_picture_set){.names = names, .count = count};
    if (count == 0)
        return 0;
    set->images = jq_alloc_zeros(count, sizeof *set->images);
    set->planes = jq_alloc_zeros(count, sizeof *set->planes);
    loading l = {options, set, jq_alloc_zeros(count, sizeof *l.messages),
                 jq_alloc_zeros(count, sizeof *l.results)};
    int result = -1;
    if (set->images && set->planes && l.messages && l.results) {
        jq_crew_run(crew, count, load_one, &l);
        result = first_failure(&l, message);
    } else {
        jq_fail(message, "images", "out of memory");
    }
    jpegq_free(l.messages);
    jpegq_free(l.results);
    return result;
}

void jq_picture_set_free(jq_picture_set *set)
{
    for (size_t i = 0; set->images && i < set->count; i++)
        jq_image_free(&set->images[i]);
    jpegq_free(set->images);
    jpegq_free(set->planes);
    *set = (jq_picture_set){0};
}

/* ---- Measuring ------------------------------------------------------------------------------- */

typedef struct result {
    jpegq_status status;
    uint64_t bytes;
    jq_point point;
} result;

typedef struct measuring {
    const jq_picture_set *set;
    const jpegq_codec *codec;
    bool ssim;
    result *results;
} measuring;

static jpegq_status measure(const measuring *m, const jpegq_plane *plane, const jpegq_plane *to,
                            int16_t *quantized, result *r)
{
    const double most_psnr = 70; /* of identical images; as jpegq_learn_table counts them */
    jpegq_file file = {.width = plane->width, .height = plane->height, .table = m->codec->table};
    uint64_t standard;
    jpegq_error error;
    jpegq_status status = jpegq_round_trip(m->codec, plane, to, quantized);
    if (status == JPEGQ_OK)
        status = jpegq_file_sizes(&file, quantized, &standard, &r->bytes);
    if (status == JPEGQ_OK)
        status = jpegq_measure_error(plane, to, &error);
    if (status != JPEGQ_OK)
        return status;
    r->point.log_bytes = log((double)r->bytes);
    r->point.psnr = fmin(jpegq_psnr(&error), most_psnr);
    return m->ssim ? jpegq_ssim(plane, to, JPEGQ_SSIM_GAUSSIAN, &r->point.ssim) : JPEGQ_OK;
}

static void measure_one(void *argument, size_t i)
{
    const measuring *m = argument;
    const jpegq_plane *plane = &m->set->planes[i];
    size_t blocks = jpegq_blocks(plane->width) * jpegq_blocks(plane->height);
    int16_t *quantized = jpegq_alloc(blocks, 64 * sizeof *quantized);
    jpegq_plane to = {plane->width, plane->height, plane->width,
                      jpegq_alloc((size_t)plane->width * plane->height, 1)};
    result *r = &m->results[i];
    *r = (result){.status = JPEGQ_NO_MEMORY};
    if (quantized && to.samples)
        r->status = measure(m, plane, &to, quantized, r);
    jpegq_free(quantized);
    jpegq_free(to.samples);
}

static int add_up(const measuring *m, uint64_t *bytes, jq_point *mean, jq_point *points,
                  jq_message *message)
{
    double count = (double)m->set->count;
    *mean = (jq_point){0};
    *bytes = 0;
    for (size_t i = 0; i < m->set->count; i++) {
        const result *r = &m->results[i];
        if (r->status != JPEGQ_OK)
            return jq_fail(message, jq_input_name(m->set->names[i]), "%s",
                           jpegq_status_text(r->status));
        *bytes += r->bytes;
        mean->log_bytes += r->point.log_bytes / count;
        mean->psnr += r->point.psnr / count;
        mean->ssim += r->point.ssim / count;
        if (points)
            points[i] = r->point;
    }
    return 0;
}

int jq_picture_set_measure(const jq_picture_set *set, jq_crew *crew, const jpegq_codec *codec,
                           bool ssim, uint64_t *bytes, jq_point *mean, jq_point *points,
                           jq_message *message)
{
    measuring m = {set, codec, ssim, jq_alloc_zeros(set->count, sizeof *m.results)};
    if (!m.results)
        return jq_fail(message, "images", "out of memory");
    jq_crew_run(crew, set->count, measure_one, &m);
    int status = add_up(&m, bytes, mean, points, message);
    jpegq_free(m.results);
    return status;
}
