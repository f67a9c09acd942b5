/* SPDX-License-Identifier: MIT */
/* axis.c: see axis.h. Ticks are counted in whole steps, so that their texts are exact. */
#include "axis.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/* A value in steps. Two divisions, because a step may be more than a double holds. */
static double in_steps(const jq_axis *axis, double value)
{
    return value / axis->power / axis->mantissa;
}

/* What cannot be told apart, or is as good as zero, gets some room on either side. */
static void widen(double *low, double *high)
{
    const double tiny = 1e-200; /* 10^exponent and its inverse stay within a double's range */
    double size = fmax(fabs(*low), fabs(*high));
    /* a billionth: ten digits in a tick's text, and ticks far from 2^53 steps */
    if (*high / 2 - *low / 2 > fmax(size * 1e-9, tiny))
        return;
    double room = size > tiny ? size / 20 : 1;
    *low = fmax(*low - room, -DBL_MAX);
    *high = fmin(*high + room, DBL_MAX);
}

/* The smallest step of 1, 2 or 5 x 10^n that is not below `least`. */
static void choose_step(double least, jq_axis *axis)
{
    static const int mantissas[] = {1, 2, 5};
    axis->exponent = (int)floor(log10(least));
    axis->power = pow(10, axis->exponent);
    for (size_t i = 0; i < sizeof mantissas / sizeof *mantissas; i++) {
        axis->mantissa = mantissas[i];
        if (axis->mantissa * axis->power >= least * (1 - 1e-9))
            return;
    }
    axis->mantissa = 1;
    axis->exponent++;
    axis->power = pow(10, axis->exponent);
}

jq_axis jq_axis_of(double low, double high, unsigned intervals)
{
    const double slack = 1e-9; /* 0.3 / 0.1 is 2.9999999999999996, and is on the third tick */
    jq_axis axis;
    widen(&low, &high);
    choose_step(high / intervals - low / intervals, &axis);
    axis.first = (int64_t)floor(in_steps(&axis, low) + slack);
    axis.last = (int64_t)ceil(in_steps(&axis, high) - slack);
    if (axis.last <= axis.first)
        axis.last = axis.first + 1;
    return axis;
}

double jq_axis_place(const jq_axis *axis, double value)
{
    return (in_steps(axis, value) - (double)axis->first) / (double)(axis->last - axis->first);
}

/* ---- Texts ----------------------------------------------------------------------------------- */

static const char *sign_of(int64_t number)
{
    return number < 0 ? "\xe2\x88\x92" : ""; /* U+2212, the minus sign */
}

/* magnitude * 10^-decimals */
static void put_decimals(const char *sign, uint64_t magnitude, int decimals, char *text,
                         size_t size)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%0*ju", decimals + 1, (uintmax_t)magnitude);
    snprintf(text, size, "%s%.*s%s%s", sign, length - decimals, digits, decimals ? "." : "",
             digits + length - decimals);
}

/* magnitude * 10^exponent */
static void put_power(const char *sign, uint64_t magnitude, int exponent, char *text, size_t size)
{
    char digits[32];
    for (; magnitude % 10 == 0; magnitude /= 10)
        exponent++;
    int length = snprintf(digits, sizeof digits, "%ju", (uintmax_t)magnitude);
    snprintf(text, size, "%s%c%s%se%d", sign, digits[0], length > 1 ? "." : "", digits + 1,
             exponent + length - 1);
}

char *jq_tick_text(const jq_axis *axis, int64_t tick, char text[JQ_TICK_SIZE])
{
    int64_t number = tick * axis->mantissa;
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    const char *sign = sign_of(number);
    int exponent = axis->exponent;
    if (number == 0) {
        put_decimals("", 0, exponent < 0 && exponent >= -6 ? -exponent : 0, text, JQ_TICK_SIZE);
    } else if (exponent <= 0 && exponent >= -6) {
        put_decimals(sign, magnitude, -exponent, text, JQ_TICK_SIZE);
    } else if (exponent > 0 && exponent <= 6 && magnitude < 1000000) {
        for (; exponent > 0; exponent--)
            magnitude *= 10;
        put_decimals(sign, magnitude, 0, text, JQ_TICK_SIZE);
    } else {
        put_power(sign, magnitude, exponent, text, JQ_TICK_SIZE);
    }
    return text;
}
