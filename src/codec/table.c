/* SPDX-License-Identifier: MIT */
/* table.c: scaling a quantization table, by IJG's quality or by a factor. */
#include <math.h>

#include "jpegq.h"

static uint16_t hold(double step, unsigned largest)
{
    if (step < 1)
        return 1;
    return (uint16_t)(step > largest ? largest : step);
}

jpegq_status jpegq_table_at_quality(const jpegq_table *base, int quality, unsigned largest,
                                    jpegq_table *scaled)
{
    if (!base || !scaled || quality < 0 || quality > 100 || largest < 1 ||
        largest > JPEGQ_LARGEST_STEP)
        return JPEGQ_BAD_ARGUMENT;
    uint32_t q = quality == 0 ? 1 : (uint32_t)quality;
    uint32_t scale = q < 50 ? 5000 / q : 200 - 2 * q;
    for (int i = 0; i < 64; i++) /* 65535 * 5000 + 50 fits 32 bits */
        scaled->step[i] = hold((base->step[i] * scale + 50) / 100, largest);
    return JPEGQ_OK;
}

jpegq_status jpegq_table_times(const jpegq_table *base, double factor, double dc_factor,
                               unsigned largest, jpegq_table *scaled)
{
    if (!base || !scaled || !(factor > 0 && isfinite(factor)) ||
        !(dc_factor > 0 && isfinite(dc_factor)) || largest < 1 || largest > JPEGQ_LARGEST_STEP)
        return JPEGQ_BAD_ARGUMENT;
    for (int i = 0; i < 64; i++)
        scaled->step[i] = hold(floor(base->step[i] * (i ? factor : dc_factor) + 0.5), largest);
    return JPEGQ_OK;
}
