/* SPDX-License-Identifier: MIT */
/* gradient.h: one block of a real plane through the codec, for the way forward and the way back. */
#ifndef JQ_GRADIENT_H
#define JQ_GRADIENT_H

#include "jpegq.h"

/* A block of a plane, and how much of it the plane has. */
typedef struct jq_real_block {
    double *samples; /* its first */
    size_t stride;
    size_t columns, rows; /* 1..8 */
} jq_real_block;

/* JPEGQ_BAD_ARGUMENT, JPEGQ_BAD_STEP */
jpegq_status jq_check_real(const jpegq_real_codec *codec, const jpegq_real_plane *in,
                           const jpegq_real_plane *out);

jq_real_block jq_real_block_at(const jpegq_real_plane *plane, size_t row, size_t column);

/* u = c / s of a block, completed by its last column and row. */
void jq_real_quotients(const jpegq_real_codec *codec, const jq_real_block *block, double u[64]);

/* R(u) of all 64. */
void jq_real_round(const jpegq_real_codec *codec, const double u[64], double quantized[64]);

/* y before it is clamped. */
void jq_real_reconstruct(const jpegq_real_codec *codec, const double quantized[64], double y[64]);

#endif
