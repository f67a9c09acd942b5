/* SPDX-License-Identifier: MIT */
/* gradient_quality.c: IJG's scaling of a table by a quality, in reals, with its derivative. */
#include <math.h>

#include "jpegq.h"

jpegq_status jpegq_steps_at_quality(const double base[64], double quality, double largest,
                                    double step[64], double slope[64])
{
    if (!base || !step || !(quality >= 1 && quality <= 100) || !(largest >= 1))
        return JPEGQ_BAD_ARGUMENT;
    for (int i = 0; i < 64; i++)
        if (!(base[i] > 0 && isfinite(base[i])))
            return JPEGQ_BAD_ARGUMENT;
    double scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    double scale_slope = quality < 50 ? -5000 / (quality * quality) : -2;
    for (int i = 0; i < 64; i++) {
        double s = base[i] * scale / 100;
        bool held = s < 1 || s > largest;
        if (slope)
            slope[i] = held ? 0 : base[i] * scale_slope / 100;
        step[i] = s < 1 ? 1 : s > largest ? largest : s;
    }
    return JPEGQ_OK;
}
