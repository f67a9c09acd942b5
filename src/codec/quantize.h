/* SPDX-License-Identifier: MIT */
/* quantize.h: a table and a rounding made ready for the coefficients of one method. */
#ifndef JQ_QUANTIZE_H
#define JQ_QUANTIZE_H

#include "jpegq.h"

typedef struct jq_quantizer {
    jpegq_dct dct;
    jpegq_rounding rounding;
    int32_t divisor[64];  /* INT, FAST: k = floor((|x| + bias) / divisor) */
    int32_t bias[64];     /* what the rounding adds before the division */
    float reciprocal[64]; /* INT, FAST: of the divisor; FLOAT: of the step in the method's scale */
    double step[64];      /* EXACT */

    /*
     * The division in 16 bits: with n = |x| + bias < 2^15 and 2^(l - 1) < d <= 2^l,
     *   floor(n / d) = floor(n m / 2^(15 + l)), m = floor(2^(15 + l) / d) + 1,
     * for m d exceeds 2^(15 + l) by 2^l at most, which adds less than 1 / d to n / d. It is done as
     * two multiplications of which the upper half is kept, by m and by 2^(17 - l).
     */
    bool narrow;  /* INT, FAST: d >= 3, so that 2^(17 - l) fits, and bias < 2^14; but not EVEN */
    bool bounded; /* narrow, steps up to 255, and none moves away from zero by more than half a step
                   */
    uint16_t bias16[64], multiplier16[64], shift16[64];
} jq_quantizer;

/* Is it one that the header allows? */
bool jq_is_rounding(const jpegq_rounding *rounding);

/* False for those that leave reals; JPEGQ_ROUND_FUNCTION makes integers of what it returns. */
static inline bool jq_makes_integers(const jpegq_rounding *rounding)
{
    return rounding->mode != JPEGQ_ROUND_NONE && rounding->mode != JPEGQ_ROUND_SOFT;
}

/* The rounding of a real quotient u. */
double jq_round(const jpegq_rounding *rounding, double u, unsigned position);

/* JPEGQ_BAD_ARGUMENT, JPEGQ_BAD_STEP */
jpegq_status jq_quantizer_init(jq_quantizer *quantizer, const jpegq_codec *codec);

/* Integers by integers, in every mode but JPEGQ_ROUND_NONE and JPEGQ_ROUND_FUNCTION, in C. */
void jq_quantize_integers(const jq_quantizer *quantizer, const int16_t *coefficients, size_t blocks,
                          int16_t *quantized);

void jq_quantize(const jq_quantizer *quantizer, const void *coefficients, size_t blocks,
                 int16_t *quantized);

void jq_quantize_real(const jq_quantizer *quantizer, const double *coefficients, size_t blocks,
                      double *quantized);

#endif
