/* SPDX-License-Identifier: MIT */
/*
 * structure.h: the loss of structural similarity as a weighted sum of squared coefficient errors.
 *
 * With e = a - b, 2 cov_ab = var_a + var_b - var_e, so that the second factor of SSIM is
 * 1 - var_e / (var_a + var_b + C2); the first is nearly 1. The mean of 1 - SSIM is then the sum
 * over blocks of 1 / (var_a + var_b + C2), times the part of the error's energy that the window
 * sees as variance. Of a slow wave it sees little: what its mean follows is not variance.
 */
#ifndef JQ_STRUCTURE_H
#define JQ_STRUCTURE_H

#include "training.h"

/* The part of a basis function's energy that is variance in the window, by zigzag order. */
void jq_structure_gains(double gains[64]);

/* Set each picture's block weights, for what the codec makes of it. JPEGQ_NO_MEMORY. */
jpegq_status jq_structure_weigh(const jq_training *training, const jpegq_codec *codec);

#endif
