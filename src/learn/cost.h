/* SPDX-License-Identifier: MIT */
/*
 * cost.h: the bits and the error of a picture when one position of the table changes.
 *
 * The error of a coefficient is its own whatever the others do (the DCT is orthonormal). The
 * symbols are not: a coefficient that becomes zero joins two runs. But only the symbols at and
 * behind that coefficient change, so that they are counted exactly in one pass over the position.
 */
#ifndef JQ_COST_H
#define JQ_COST_H

#include "training.h"

/* What a step and an offset at one position come to. */
typedef struct jq_effect {
    double bits[2];             /* of the picture: DC's and AC's */
    uint64_t squared, weighted; /* errors at the position */
    uint64_t counts[256];       /* of DC's symbols for position 0, else of AC's */
} jq_effect;

/* Quantize a picture by the lesson: all that jq_picture keeps of it. */
void jq_cost_settle(jq_picture *picture, const jq_lesson *lesson, jq_levels *levels);

/* What it would come to if position k (zigzag order) had this step and offset. */
void jq_cost_try(const jq_picture *picture, unsigned k, unsigned step, unsigned offset,
                 jq_levels *levels, jq_effect *effect);

/* Let it be so. */
void jq_cost_take(jq_picture *picture, unsigned k, unsigned step, unsigned offset,
                  jq_levels *levels, jq_effect *effect);

#endif
