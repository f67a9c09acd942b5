/* SPDX-License-Identifier: MIT */
/*
 * training.h: the pictures that a table is learned from, their coefficients laid out by position,
 * and what the table in hand makes of them.
 */
#ifndef JQ_TRAINING_H
#define JQ_TRAINING_H

#include "jpegq.h"

/*
 * Steps, and rounding offsets in thousandths, by zigzag order k: the order of the runs. Learning
 * is for JPEGQ_DCT_INT, where a magnitude x (8 times the orthonormal coefficient) becomes
 * floor((x + bias) / divisor); the divisor is 8 * step, and an offset of 500 is the nearest.
 */
typedef struct jq_lesson {
    uint16_t step[64], offset[64];
} jq_lesson;

enum { JQ_NEAREST = 500 };

/* The lesson as a codec; JPEGQ_ROUND_NEAREST if no offset differs from it. */
jpegq_codec jq_lesson_codec(const jq_lesson *lesson);

/* Magnitudes of JPEGQ_DCT_INT are 8192 at most, by far: DC is 8 * 8 * 128. */
enum { JQ_MAGNITUDES = 16384 };

/* What a divisor and a bias make of each magnitude. */
typedef struct jq_levels {
    uint32_t squared[JQ_MAGNITUDES]; /* the error's square, in the scale of the magnitudes */
    uint8_t category[JQ_MAGNITUDES]; /* SSSS of the level */
} jq_levels;

/* Fill the levels of magnitudes 0..largest. */
void jq_levels_make(jq_levels *levels, unsigned step, unsigned offset, unsigned largest);

typedef struct jq_picture {
    const jpegq_plane *original; /* the caller's; NULL for a transposed one */
    jpegq_plane plane;           /* the samples; owned if transposed */
    size_t blocks;
    uint16_t *magnitude; /* [64][blocks], by zigzag order */
    int16_t *dc;         /* [blocks] */
    unsigned largest[64];
    uint32_t *weight;  /* [blocks] of the error for SSIM, 2^JQ_WEIGHT_BITS stands for 1; or NULL */
    double structure;  /* what the weighted error is to be multiplied by to be 1 - SSIM */
    uint8_t *category; /* [64][blocks] of the quantized coefficients */
    uint64_t *nonzero; /* [blocks]: bit k as in jq_nonzero */
    uint64_t counts[2][256];            /* of DC's and AC's symbols */
    uint8_t order[2][256];              /* of the symbols, by rising counts as last settled */
    double bits[2];                     /* DC's and AC's, with 8 for each symbol of the table */
    uint64_t squared[64], weighted[64]; /* errors by position */
} jq_picture;

enum { JQ_WEIGHT_BITS = 22 }; /* weights are 1 / 58.5 at most, errors below 2^23: sums fit */

typedef struct jq_training {
    jq_picture *pictures;
    size_t count, originals; /* originals first, their transposes behind them */
    jpegq_parallel *parallel;
    void *parallel_context;
} jq_training;

/*
 * Lay out the planes, which must stay. `transposed` adds each of them with rows and columns
 * exchanged; `weighted` makes room for weights. To be freed also after a failure.
 */
jpegq_status jq_training_make(jq_training *training, const jpegq_plane *planes, size_t count,
                              bool transposed, bool weighted);

void jq_training_free(jq_training *training);

/* Run task(argument, i) for i < count, by the caller's means or one after the other. */
void jq_training_run(const jq_training *training, size_t count,
                     void (*task)(void *argument, size_t index), void *argument);

/* What really comes of a codec, of all originals together. */
typedef struct jq_figures {
    uint64_t bytes, pixels;
    double log_bytes;  /* mean of the natural logarithms of the files' bytes */
    double psnr, ssim; /* means over the originals; ssim only if it was asked for */
} jq_figures;

/* JPEGQ_NO_MEMORY. Leaves each picture's 1 - SSIM (if asked for) in dissimilar[originals]. */
jpegq_status jq_training_measure(const jq_training *training, const jpegq_codec *codec, bool ssim,
                                 double *dissimilar, jq_figures *figures);

#endif
