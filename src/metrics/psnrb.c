/* SPDX-License-Identifier: MIT */
/* psnrb.c: PSNR-B, the peak signal-to-noise ratio that counts block edges (Yim and Bovik 2011). */
#include <math.h>

#include "rows.h"

jpegq_status jpegq_blocking_effect(const jpegq_plane *plane, double *bef)
{
    if (!plane || !bef || !plane->samples || plane->width == 0 || plane->height == 0)
        return JPEGQ_BAD_ARGUMENT;
    uint64_t width = plane->width, height = plane->height;
    uint64_t pairs = height * (width - 1) + width * (height - 1);
    uint64_t edge_pairs = height * ((width - 1) / 8) + width * ((height - 1) / 8);
    *bef = 0;
    if (width == 1 || height == 1 || edge_pairs == 0)
        return JPEGQ_OK;

    uint64_t all = 0, edges = 0;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = plane->samples + y * plane->stride;
        all += jq_squared_differences(row, row + 1, width - 1);
        for (size_t x = 8; x < width; x += 8) {
            int32_t d = row[x] - row[x - 1];
            edges += (uint32_t)(d * d);
        }
        if (y + 1 < height) {
            uint64_t down = jq_squared_differences(row, row + plane->stride, width);
            all += down;
            edges += (y + 1) % 8 == 0 ? down : 0;
        }
    }
    double at_edges = (double)edges / (double)edge_pairs;
    double elsewhere = (double)(all - edges) / (double)(pairs - edge_pairs);
    if (at_edges > elsewhere)
        *bef = 3 / log2((double)(width < height ? width : height)) * (at_edges - elsewhere);
    return JPEGQ_OK;
}

jpegq_status jpegq_psnr_b(const jpegq_plane *reference, const jpegq_plane *degraded, double *psnr_b)
{
    jpegq_error error;
    double bef;
    if (!psnr_b)
        return JPEGQ_BAD_ARGUMENT;
    jpegq_status status = jpegq_measure_error(reference, degraded, &error);
    if (status == JPEGQ_OK)
        status = jpegq_blocking_effect(degraded, &bef);
    if (status != JPEGQ_OK)
        return status;
    *psnr_b = error.squared == 0 ? INFINITY : 10 * log10(255.0 * 255.0 / (jpegq_mse(&error) + bef));
    return JPEGQ_OK;
}
