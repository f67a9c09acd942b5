/* SPDX-License-Identifier: MIT */
/* split.c: see split.h. */
#include "split.h"

#include <pthread.h>
#include <stdatomic.h>

#include "parallel.h"

/* Samples of a strip, unless eight rows have more: with its coefficients it stays in a L2 cache. */
enum { STRIP = 131072 };

typedef struct split {
    jq_strip_work work;
    void *context;
    uint32_t height, rows; /* of the plane, and of a strip */
    atomic_int status;
} split;

static void do_strip(void *context, size_t index)
{
    split *s = context;
    uint32_t y = (uint32_t)index * s->rows;
    uint32_t rows = s->height - y < s->rows ? s->height - y : s->rows;
    jpegq_status status = s->work(s->context, y, rows);
    if (status != JPEGQ_OK)
        atomic_store(&s->status, (int)status);
}

jpegq_status jq_split(size_t threads, uint32_t width, uint32_t height, jq_strip_work work,
                      void *context)
{
    uint32_t rows = STRIP / width / 8 * 8;
    split s = {work, context, height, rows < 8 ? 8 : rows, JPEGQ_OK};
    jq_parallel(threads, ((size_t)height + s.rows - 1) / s.rows, do_strip, &s);
    return (jpegq_status)atomic_load(&s.status);
}

jpegq_plane jq_strip_of(const jpegq_plane *plane, uint32_t y, uint32_t rows)
{
    return (jpegq_plane){plane->width, rows, plane->stride, plane->samples + y * plane->stride};
}

/* ---- Forward DCT ----------------------------------------------------------------------------- */

typedef struct forward_work {
    jpegq_dct dct;
    const jpegq_plane *plane;
    char *coefficients;
} forward_work;

static jpegq_status forward_strip(void *context, uint32_t y, uint32_t rows)
{
    const forward_work *w = context;
    jpegq_plane strip = jq_strip_of(w->plane, y, rows);
    size_t block = y / 8 * jpegq_blocks(w->plane->width);
    return jpegq_forward(w->dct, &strip, w->coefficients + 64 * block * jpegq_dct_size(w->dct));
}

jpegq_status jq_split_forward(size_t threads, jpegq_dct dct, const jpegq_plane *plane,
                              void *coefficients)
{
    forward_work w = {dct, plane, coefficients};
    return jq_split(threads, plane->width, plane->height, forward_strip, &w);
}

/* ---- Errors ---------------------------------------------------------------------------------- */

typedef struct error_work {
    const jpegq_plane *a, *b;
    pthread_mutex_t lock;
    jpegq_error sum;
} error_work;

static jpegq_status measure_strip(void *context, uint32_t y, uint32_t rows)
{
    error_work *w = context;
    jpegq_plane a = jq_strip_of(w->a, y, rows), b = jq_strip_of(w->b, y, rows);
    jpegq_error error;
    jpegq_status status = jpegq_measure_error(&a, &b, &error);
    if (status != JPEGQ_OK)
        return status;
    pthread_mutex_lock(&w->lock);
    w->sum.samples += error.samples;
    w->sum.squared += error.squared;
    w->sum.absolute += error.absolute;
    w->sum.largest = error.largest > w->sum.largest ? error.largest : w->sum.largest;
    pthread_mutex_unlock(&w->lock);
    return JPEGQ_OK;
}

jpegq_status jq_split_error(size_t threads, const jpegq_plane *a, const jpegq_plane *b,
                            jpegq_error *error)
{
    error_work w = {a, b, PTHREAD_MUTEX_INITIALIZER, {0, 0, 0, 0}};
    if (a->width != b->width || a->height != b->height)
        return JPEGQ_BAD_ARGUMENT;
    jpegq_status status = jq_split(threads, a->width, a->height, measure_strip, &w);
    *error = w.sum;
    return status;
}
