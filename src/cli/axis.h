/* SPDX-License-Identifier: MIT */
/* axis.h: the scale of a diagram's axis: round limits, and ticks in steps of 1, 2 or 5 x 10^n. */
#ifndef JQ_AXIS_H
#define JQ_AXIS_H

#include <stddef.h>
#include <stdint.h>

/* The ticks are step * first, step * (first + 1), ..., step * last. */
typedef struct jq_axis {
    int64_t first, last;    /* first < last */
    int mantissa, exponent; /* step = mantissa * 10^exponent; mantissa is 1, 2 or 5 */
    double power;           /* 10^exponent */
} jq_axis;

/*
 * The axis for values low..high, finite, low <= high: as many steps as there can be, about
 * `intervals` (2 or more) and at most two more. Where low and high differ by less than their last
 * digits, it is widened around them.
 */
jq_axis jq_axis_of(double low, double high, unsigned intervals);

/* Where a value is on the axis: 0 at the first tick, 1 at the last. */
double jq_axis_place(const jq_axis *axis, double value);

enum { JQ_TICK_SIZE = 48 }; /* room for the text of any tick */

/*
 * The number at a tick, first..last, in UTF-8: "0.25", "40", U+2212 before a negative one; all of
 * an axis with the same decimals; "1.2e9" where the plain form would be long. Returns text.
 */
char *jq_tick_text(const jq_axis *axis, int64_t tick, char text[JQ_TICK_SIZE]);

#endif
