/* SPDX-License-Identifier: MIT */
/* error.c: squared and absolute error of a plane, MSE and PSNR, and the count of zeros. */
#include <math.h>

#include "codec/kernels.h"
#include "rows.h"

enum { PART = 65536 }; /* samples at a time, so that 32-bit sums do not overflow: 2^16 * 255^2 */

static uint32_t squared_part(const uint8_t *a, const uint8_t *b, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t d = a[i] - b[i];
        sum += (uint32_t)(d * d);
    }
    return sum;
}

/* A loop for each sum: compilers make better vectors of them than of one for all. */
static void add_part(const uint8_t *a, const uint8_t *b, size_t count, jpegq_error *error)
{
    uint32_t absolute = 0;
    uint8_t largest = 0;
    for (size_t i = 0; i < count; i++)
        absolute += (uint32_t)(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]);
    for (size_t i = 0; i < count; i++) {
        uint8_t d = (uint8_t)(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]);
        largest = d > largest ? d : largest;
    }
    error->squared += squared_part(a, b, count);
    error->absolute += absolute;
    error->largest = largest > error->largest ? largest : error->largest;
}

void jq_add_error(const uint8_t *a, const uint8_t *b, size_t count, jpegq_error *error)
{
    const jq_kernels *kernels = jq_kernels_chosen();
    if (kernels->add_error) {
        kernels->add_error(a, b, count, error);
        return;
    }
    for (size_t i = 0; i < count; i += PART)
        add_part(a + i, b + i, count - i < PART ? count - i : PART, error);
}

uint64_t jq_squared_differences(const uint8_t *a, const uint8_t *b, size_t count)
{
    jpegq_error error = {0};
    uint64_t sum = 0;
    const jq_kernels *kernels = jq_kernels_chosen();
    if (kernels->add_error) {
        kernels->add_error(a, b, count, &error);
        return error.squared;
    }
    for (size_t i = 0; i < count; i += PART)
        sum += squared_part(a + i, b + i, count - i < PART ? count - i : PART);
    return sum;
}

jpegq_status jpegq_measure_error(const jpegq_plane *a, const jpegq_plane *b, jpegq_error *error)
{
    if (!a || !b || !error || !a->samples || !b->samples || a->width != b->width ||
        a->height != b->height || a->width == 0 || a->height == 0)
        return JPEGQ_BAD_ARGUMENT;
    *error = (jpegq_error){.samples = (uint64_t)a->width * a->height};
    for (size_t y = 0; y < a->height; y++)
        jq_add_error(a->samples + y * a->stride, b->samples + y * b->stride, a->width, error);
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

jpegq_status jpegq_measure_real(const jpegq_real_plane *a, const jpegq_real_plane *b,
                                jpegq_real_error *error)
{
    if (!a || !b || !error || !a->samples || !b->samples || a->width != b->width ||
        a->height != b->height || a->width == 0 || a->height == 0)
        return JPEGQ_BAD_ARGUMENT;
    double squared = 0, absolute = 0, largest = 0;
    for (size_t y = 0; y < a->height; y++) {
        double row_squared = 0, row_absolute = 0; /* short sums lose less */
        for (size_t x = 0; x < a->width; x++) {
            double d = fabs(a->samples[y * a->stride + x] - b->samples[y * b->stride + x]);
            row_squared += d * d;
            row_absolute += d;
            largest = d > largest ? d : largest;
        }
        squared += row_squared;
        absolute += row_absolute;
    }
    double samples = (double)a->width * a->height;
    *error = (jpegq_real_error){squared / samples, INFINITY, largest, absolute / samples};
    if (largest > 0)
        error->psnr = 10 * log10(255.0 * 255.0 / error->mse);
    return JPEGQ_OK;
}

size_t jpegq_count_zeros(const int16_t *quantized, size_t count)
{
    const jq_kernels *kernels = jq_kernels_chosen();
    size_t zeros = 0;
    if (kernels->count_zeros)
        return kernels->count_zeros(quantized, count);
    for (size_t i = 0; i < count; i++)
        zeros += quantized[i] == 0;
    return zeros;
}
