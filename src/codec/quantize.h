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
} jq_quantizer;

/* JPEGQ_BAD_ARGUMENT, JPEGQ_BAD_STEP */
jpegq_status jq_quantizer_init(jq_quantizer *quantizer, const jpegq_codec *codec);

void jq_quantize(const jq_quantizer *quantizer, const void *coefficients, size_t blocks,
                 int16_t *quantized);

void jq_quantize_real(const jq_quantizer *quantizer, const double *coefficients, size_t blocks,
                      double *quantized);

#endif
