/* SPDX-License-Identifier: MIT */
/* error.c: squared and absolute error of a plane, MSE and PSNR, and the count of zeros. */
#include <math.h>

#include "jpegq.h"

/* One row; up to 2^16 samples at a time keep the 32-bit sums from overflowing. */
static void add_row(const uint8_t *a, const uint8_t *b, size_t width, jpegq_error *error)
{
    for (size_t first = 0; first < width; first += 65536) {
        size_t end = width - first < 65536 ? width : first + 65536;
        uint32_t squared = 0, absolute = 0, largest = 0; /* 65536 * 255^2 < 2^32 */
        for (size_t x = first; x < end; x++) {
            uint32_t d = (uint32_t)(a[x] > b[x] ? a[x] - b[x] : b[x] - a[x]);
            squared += d * d;
            absolute += d;
            largest = d > largest ? d : largest;
        }
        error->squared += squared;
        error->absolute += absolute;
        error->largest = largest > error->largest ? largest : error->largest;
    }
}

jpegq_status jpegq_measure_error(const jpegq_plane *a, const jpegq_plane *b, jpegq_error *error)
{
    if (!a || !b || !error || !a->samples || !b->samples || a->width != b->width ||
        a->height != b->height || a->width == 0 || a->height == 0)
        return JPEGQ_BAD_ARGUMENT;
    *error = (jpegq_error){.samples = (uint64_t)a->width * a->height};
    for (size_t y = 0; y < a->height; y++)
        add_row(a->samples + y * a->stride, b->samples + y * b->stride, a->width, error);
    return JPEGQ_OK;
}

double jpegq_mse(const jpegq_error *error)
{
    return (double)error->squared / (double)error->samples;
}

double jpegq_psnr(const jpegq_error *error)
{
    if (error->squared == 0)
        return INFINITY;
    return 10 * log10(255.0 * 255.0 / jpegq_mse(error));
}

size_t jpegq_count_zeros(const int16_t *quantized, size_t count)
{
    size_t zeros = 0;
    for (size_t i = 0; i < count; i++)
        zeros += quantized[i] == 0;
    return zeros;
}
