/* SPDX-License-Identifier: MIT */
/* training.c: see training.h. */
#include "training.h"

#include <math.h>
#include <string.h>

/* ---- Lessons --------------------------------------------------------------------------------- */

jpegq_codec jq_lesson_codec(const jq_lesson *lesson)
{
    jpegq_codec codec = {JPEGQ_DCT_INT, {{0}}, jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
    for (int k = 0; k < 64; k++) {
        codec.table.step[jpegq_zigzag[k]] = lesson->step[k];
        codec.rounding.offset[jpegq_zigzag[k]] = lesson->offset[k] / 1000.0;
        if (lesson->offset[k] != JQ_NEAREST)
            codec.rounding.mode = JPEGQ_ROUND_OFFSET;
    }
    return codec;
}

static uint8_t bits_of(unsigned magnitude)
{
    uint8_t bits = 0;
    for (; magnitude; magnitude >>= 1)
        bits++;
    return bits;
}

void jq_levels_make(jq_levels *levels, unsigned step, unsigned offset, unsigned largest)
{
    unsigned divisor = 8 * step, bias = offset * divisor / 1000;
    unsigned level = 0, next = divisor - bias; /* the least magnitude of the level above */
    uint8_t category = 0;
    for (unsigned x = 0; x <= largest; x++) {
        if (x >= next) {
            level++;
            next += divisor;
            category = bits_of(level);
        }
        int32_t error = (int32_t)x - (int32_t)(level * divisor);
        levels->squared[x] = (uint32_t)(error * error);
        levels->category[x] = category;
    }
}

/* ---- Pictures -------------------------------------------------------------------------------- */

static jpegq_status transpose(const jpegq_plane *from, jpegq_plane *to)
{
    *to = (jpegq_plane){from->height, from->width, from->height, NULL};
    to->samples = jpegq_alloc((size_t)to->width * to->height, 1);
    if (!to->samples)
        return JPEGQ_NO_MEMORY;
    for (size_t y = 0; y < from->height; y++)
        for (size_t x = 0; x < from->width; x++)
            to->samples[x * to->stride + y] = from->samples[y * from->stride + x];
    return JPEGQ_OK;
}

static void lay_out(jq_picture *p, const int16_t *coefficients)
{
    for (unsigned k = 0; k < 64; k++) {
        const int16_t *x = coefficients + jpegq_zigzag[k];
        uint16_t *magnitude = p->magnitude + k * p->blocks;
        for (size_t b = 0; b < p->blocks; b++) {
            magnitude[b] = (uint16_t)(x[64 * b] < 0 ? -x[64 * b] : x[64 * b]);
            if (magnitude[b] > p->largest[k])
                p->largest[k] = magnitude[b];
        }
    }
    for (size_t b = 0; b < p->blocks; b++)
        p->dc[b] = coefficients[64 * b];
}

static jpegq_status make_picture(jq_picture *p, bool weighted)
{
    p->blocks = jpegq_blocks(p->plane.width) * jpegq_blocks(p->plane.height);
    int16_t *coefficients = jpegq_alloc(p->blocks, 64 * sizeof *coefficients);
    p->magnitude = jpegq_alloc(p->blocks, 64 * sizeof *p->magnitude);
    p->dc = jpegq_alloc(p->blocks, sizeof *p->dc);
    p->category = jpegq_alloc(p->blocks, 64);
    p->nonzero = jpegq_alloc(p->blocks, sizeof *p->nonzero);
    if (weighted)
        p->weight = jpegq_alloc(p->blocks, sizeof *p->weight);
    jpegq_status status = JPEGQ_NO_MEMORY;
    if (coefficients && p->magnitude && p->dc && p->category && p->nonzero &&
        (p->weight || !weighted))
        status = jpegq_forward(JPEGQ_DCT_INT, &p->plane, coefficients);
    if (status == JPEGQ_OK)
        lay_out(p, coefficients);
    jpegq_free(coefficients);
    return status;
}

typedef struct making {
    jq_training *training;
    const jpegq_plane *planes;
    bool weighted;
    jpegq_status *statuses;
} making;

static void make_one(void *argument, size_t i)
{
    const making *m = argument;
    jq_training *t = m->training;
    jq_picture *p = &t->pictures[i];
    jpegq_status status = JPEGQ_OK;
    if (i < t->originals) {
        p->original = &m->planes[i];
        p->plane = m->planes[i];
    } else {
        status = transpose(&m->planes[i - t->originals], &p->plane);
    }
    m->statuses[i] = status == JPEGQ_OK ? make_picture(p, m->weighted) : status;
}

static jpegq_status worst_of(const jpegq_status *statuses, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (statuses[i] != JPEGQ_OK)
            return statuses[i];
    return JPEGQ_OK;
}

jpegq_status jq_training_make(jq_training *t, const jpegq_plane *planes, size_t count,
                              bool transposed, bool weighted)
{
    t->originals = count;
    t->count = transposed ? 2 * count : count;
    t->pictures = jpegq_alloc(t->count, sizeof *t->pictures);
    jpegq_status *statuses = jpegq_alloc(t->count, sizeof *statuses), status = JPEGQ_NO_MEMORY;
    if (t->pictures)
        memset(t->pictures, 0, t->count * sizeof *t->pictures);
    if (t->pictures && statuses) {
        making m = {t, planes, weighted, statuses};
        jq_training_run(t, t->count, make_one, &m);
        status = worst_of(statuses, t->count);
    }
    jpegq_free(statuses);
    return status;
}

void jq_training_free(jq_training *t)
{
    for (size_t i = 0; t->pictures && i < t->count; i++) {
        jq_picture *p = &t->pictures[i];
        if (!p->original)
            jpegq_free(p->plane.samples);
        jpegq_free(p->magnitude);
        jpegq_free(p->dc);
        jpegq_free(p->weight);
        jpegq_free(p->category);
        jpegq_free(p->nonzero);
    }
    jpegq_free(t->pictures);
    t->pictures = NULL;
}

void jq_training_run(const jq_training *t, size_t count, void (*task)(void *argument, size_t index),
                     void *argument)
{
    if (t->parallel)
        t->parallel(t->parallel_context, count, task, argument);
    else
        for (size_t i = 0; i < count; i++)
            task(argument, i);
}

/* ---- What really comes of a codec ------------------------------------------------------------ */

/* 70 dB for an identical picture: a mean over pictures stays finite. */
static const double most_psnr = 70;

typedef struct measured {
    jpegq_status status;
    uint64_t bytes;
    double psnr, ssim;
} measured;

typedef struct measuring {
    const jq_training *training;
    const jpegq_codec *codec;
    bool ssim;
    measured *results;
} measuring;

static jpegq_status measure_into(const measuring *m, const jpegq_plane *plane,
                                 const jpegq_plane *to, int16_t *quantized, measured *result)
{
    jpegq_file file = {.width = plane->width, .height = plane->height, .table = m->codec->table};
    uint64_t standard;
    jpegq_error error;
    jpegq_status status = jpegq_round_trip(m->codec, plane, to, quantized);
    if (status == JPEGQ_OK)
        status = jpegq_file_sizes(&file, quantized, &standard, &result->bytes);
    if (status == JPEGQ_OK)
        status = jpegq_measure_error(plane, to, &error);
    if (status != JPEGQ_OK)
        return status;
    result->psnr = fmin(jpegq_psnr(&error), most_psnr);
    return m->ssim ? jpegq_ssim(plane, to, JPEGQ_SSIM_GAUSSIAN, &result->ssim) : JPEGQ_OK;
}

static void measure_one(void *argument, size_t i)
{
    const measuring *m = argument;
    const jpegq_plane *plane = m->training->pictures[i].original;
    measured *result = &m->results[i];
    size_t blocks = m->training->pictures[i].blocks;
    jpegq_plane to = {plane->width, plane->height, plane->width,
                      jpegq_alloc((size_t)plane->width * plane->height, 1)};
    int16_t *quantized = jpegq_alloc(blocks, 64 * sizeof *quantized);
    memset(result, 0, sizeof *result);
    result->status =
        to.samples && quantized ? measure_into(m, plane, &to, quantized, result) : JPEGQ_NO_MEMORY;
    jpegq_free(quantized);
    jpegq_free(to.samples);
}

static void add_up(const measuring *m, double *dissimilar, jq_figures *figures)
{
    size_t count = m->training->originals;
    memset(figures, 0, sizeof *figures);
    for (size_t i = 0; i < count; i++) {
        const measured *r = &m->results[i];
        const jpegq_plane *plane = m->training->pictures[i].original;
        figures->bytes += r->bytes;
        figures->pixels += (uint64_t)plane->width * plane->height;
        figures->log_bytes += log((double)r->bytes) / (double)count;
        figures->psnr += r->psnr / (double)count;
        figures->ssim += r->ssim / (double)count;
        if (dissimilar)
            dissimilar[i] = 1 - r->ssim;
    }
}

jpegq_status jq_training_measure(const jq_training *training, const jpegq_codec *codec, bool ssim,
                                 double *dissimilar, jq_figures *figures)
{
    measuring m = {training, codec, ssim, jpegq_alloc(training->originals, sizeof(measured))};
    jpegq_status status = JPEGQ_OK;
    if (!m.results)
        return JPEGQ_NO_MEMORY;
    jq_training_run(training, training->originals, measure_one, &m);
    for (size_t i = 0; status == JPEGQ_OK && i < training->originals; i++)
        status = m.results[i].status;
    if (status == JPEGQ_OK)
        add_up(&m, dissimilar, figures);
    jpegq_free(m.results);
    return status;
}
