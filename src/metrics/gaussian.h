/* SPDX-License-Identifier: MIT */
/* gaussian.h: the weights of SSIM's Gaussian window. */
#ifndef JQ_GAUSSIAN_H
#define JQ_GAUSSIAN_H

#include <stddef.h>

enum { JQ_GAUSSIAN = 11 }; /* samples a side of the window */

/* A Gaussian of sigma 1.5 at up to JQ_GAUSSIAN samples around its centre, normalised to a sum of 1.
 */
void jq_gaussian(size_t taps, double *weights);

#endif
