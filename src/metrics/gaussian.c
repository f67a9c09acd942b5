/* SPDX-License-Identifier: MIT */
/* gaussian.c: see gaussian.h. */
#include "gaussian.h"

void jq_gaussian(size_t taps, double *weights)
{
    /* exp(-d^2 / (2 sigma^2)) at d = 0, 1/2, 1 ... 5, not left to a libm's last bit */
    static const double gaussian[JQ_GAUSSIAN] = {
        1,
        0.945959468906765462894,
        0.800737402916808040778,
        0.606530659712633423604,
        0.411112290507187435926,
        0.249352208777296198818,
        0.135335283236612691894,
        0.0657285286165304831206,
        0.0285655007845503726435,
        0.0111089965382423064961,
        0.00386592013947280674539,
    };
    double sum = 0;
    for (size_t i = 0; i < taps; i++) {
        size_t from_start = 2 * i, end = taps - 1; /* in halves of a sample */
        weights[i] = gaussian[from_start < end ? end - from_start : from_start - end];
        sum += weights[i];
    }
    for (size_t i = 0; i < taps; i++)
        weights[i] /= sum;
}
