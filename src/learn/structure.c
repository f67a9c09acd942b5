/* SPDX-License-Identifier: MIT */
/* structure.c: see structure.h. */
#include "structure.h"

#include <math.h>
#include <string.h>

#include "../metrics/gaussian.h"

enum { TAPS = JQ_GAUSSIAN, REACH = TAPS / 2 }; /* the window of jpegq_ssim */

void jq_structure_gains(double gains[64])
{
    const double pi = 3.14159265358979323846;
    double window[TAPS], kept[8]; /* energy of each one-dimensional basis function's local mean */
    jq_gaussian(TAPS, window);
    for (int u = 0; u < 8; u++) {
        double smooth[8 + 2 * REACH] = {0};
        for (int x = 0; x < 8; x++)
            for (int i = 0; i < TAPS; i++)
                smooth[x + i] += window[i] * (u ? 0.5 : sqrt(0.125)) *
                                 cos((2 * x + 1) * u * pi / 16); /* T.81 A.3.3 */
        kept[u] = 0;
        for (int x = 0; x < 8 + 2 * REACH; x++)
            kept[u] += smooth[x] * smooth[x];
    }
    for (int k = 0; k < 64; k++)
        gains[k] = 1 - kept[jpegq_zigzag[k] / 8] * kept[jpegq_zigzag[k] % 8];
}

/* ---- Weights of blocks ----------------------------------------------------------------------- */

/* A plane's rows around one row, weighted: sums of samples and of their squares. */
static void sum_columns(const jpegq_plane *plane, size_t y, const float window[TAPS], float *first,
                        float *second)
{
    memset(first, 0, plane->width * sizeof *first);
    memset(second, 0, plane->width * sizeof *second);
    for (int i = 0; i < TAPS; i++) {
        int64_t at = (int64_t)y + i - REACH; /* beyond the border the last row is repeated */
        at = at < 0 ? 0 : at >= plane->height ? (int64_t)plane->height - 1 : at;
        const uint8_t *row = plane->samples + (size_t)at * plane->stride;
        for (size_t x = 0; x < plane->width; x++) {
            first[x] += window[i] * row[x];
            second[x] += window[i] * (float)(row[x] * row[x]);
        }
    }
}

/* values[-REACH..width + REACH), the ends repeated, to weighted sums */
static void sum_rows(float *values, size_t width, const float window[TAPS], float *sums)
{
    for (int i = 1; i <= REACH; i++) {
        values[-i] = values[0];
        values[width + (size_t)i - 1] = values[width - 1];
    }
    memset(sums, 0, width * sizeof *sums);
    for (int i = 0; i < TAPS; i++)
        for (size_t x = 0; x < width; x++)
            sums[x] += window[i] * values[(ptrdiff_t)x + i - REACH];
}

/* Room for a row's sums down the columns, with its borders, and across. */
typedef struct rows {
    float *first, *second, *mean, *square;
} rows;

static void add_variances(const jpegq_plane *plane, size_t y, const float window[TAPS],
                          const rows *r, float *variances)
{
    sum_columns(plane, y, window, r->first, r->second);
    sum_rows(r->first, plane->width, window, r->mean);
    sum_rows(r->second, plane->width, window, r->square);
    for (size_t x = 0; x < plane->width; x++)
        variances[x] += fmaxf(r->square[x] - r->mean[x] * r->mean[x], 0);
}

/* The mean of 1 / (var_a + var_b + C2) in each block of a row of blocks. */
static void weigh_row(const jpegq_plane *a, const jpegq_plane *b, size_t block_row,
                      const float window[TAPS], const rows *r, float *variances, double *sums,
                      uint32_t *weights)
{
    const float c2 = (0.03F * 255) * (0.03F * 255);
    size_t columns = jpegq_blocks(a->width), top = 8 * block_row;
    size_t bottom = top + 8 < a->height ? top + 8 : a->height;
    memset(sums, 0, columns * sizeof *sums);
    for (size_t y = top; y < bottom; y++) {
        memset(variances, 0, a->width * sizeof *variances);
        add_variances(a, y, window, r, variances);
        add_variances(b, y, window, r, variances);
        for (size_t x = 0; x < a->width; x++)
            sums[x / 8] += (double)(1 / (variances[x] + c2));
    }
    for (size_t c = 0; c < columns; c++) {
        size_t width = 8 * c + 8 < a->width ? 8 : a->width - 8 * c;
        double mean = sums[c] / (double)(width * (bottom - top));
        weights[c] = (uint32_t)(mean * (1 << JQ_WEIGHT_BITS) + 0.5);
    }
}

static void weigh(jq_picture *p, const jpegq_plane *to, float *room)
{
    size_t width = p->plane.width, padded = width + 2 * REACH;
    double window[TAPS], *sums = (void *)room; /* half as many blocks as samples, or fewer */
    float taps[TAPS], *at = room + 2 * width + 2;
    rows r = {at + REACH, at + padded + REACH, at + 2 * padded, at + 2 * padded + width};
    float *variances = at + 2 * padded + 2 * width;
    jq_gaussian(TAPS, window);
    for (int i = 0; i < TAPS; i++)
        taps[i] = (float)window[i];
    size_t columns = jpegq_blocks(p->plane.width), height = jpegq_blocks(p->plane.height);
    for (size_t row = 0; row < height; row++)
        weigh_row(&p->plane, to, row, taps, &r, variances, sums, p->weight + row * columns);
}

typedef struct weighing {
    const jq_training *training;
    const jpegq_codec *codec;
    jpegq_status *statuses;
} weighing;

static void weigh_one(void *argument, size_t i)
{
    const weighing *w = argument;
    jq_picture *p = &w->training->pictures[i];
    jpegq_plane to = p->plane;
    to.stride = to.width;
    to.samples = jpegq_alloc((size_t)to.width * to.height, 1);
    float *room = jpegq_alloc(7 * (size_t)to.width + 4 * REACH + 2, sizeof *room);
    jpegq_status status = JPEGQ_NO_MEMORY;
    if (to.samples && room)
        status = jpegq_round_trip(w->codec, &p->plane, &to, NULL);
    if (status == JPEGQ_OK)
        weigh(p, &to, room);
    jpegq_free(room);
    jpegq_free(to.samples);
    w->statuses[i] = status;
}

jpegq_status jq_structure_weigh(const jq_training *training, const jpegq_codec *codec)
{
    weighing w = {training, codec, jpegq_alloc(training->count, sizeof(jpegq_status))};
    jpegq_status status = JPEGQ_OK;
    if (!w.statuses)
        return JPEGQ_NO_MEMORY;
    jq_training_run(training, training->count, weigh_one, &w);
    for (size_t i = 0; status == JPEGQ_OK && i < training->count; i++)
        status = w.statuses[i];
    jpegq_free(w.statuses);
    return status;
}
