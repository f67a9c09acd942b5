/* SPDX-License-Identifier: MIT */
/* descent.h: coordinate descent over the steps and offsets of a table, by estimated cost. */
#ifndef JQ_DESCENT_H
#define JQ_DESCENT_H

#include "judge.h"

enum { JQ_MOST_TRIALS = 24 }; /* steps and offsets tried at a position */

typedef struct jq_trial {
    uint16_t step, offset;
    double bits, squared, weighted; /* scratch: of one picture, all positions */
} jq_trial;

/* A table in hand, and what it makes of the pictures, by count of symbols and sum of errors. */
typedef struct jq_descent {
    const jpegq_learning *learning;
    const jq_training *training;
    jq_judge judge;
    jq_lesson lesson;
    double gains[64];  /* of structure.h; for JPEGQ_AIM_SSIM */
    jq_trial *results; /* [JQ_MOST_TRIALS][pictures] */
} jq_descent;

/* JPEGQ_NO_MEMORY. The training must stay; the lesson is yet to be settled. */
jpegq_status jq_descent_make(jq_descent *descent, const jpegq_learning *learning,
                             const jq_training *training);

void jq_descent_free(jq_descent *descent);

/* Take up a lesson. */
void jq_descent_settle(jq_descent *descent, const jq_lesson *lesson);

/* Make estimates agree with what was measured of the lesson in hand. dissimilar: [originals]. */
void jq_descent_correct(jq_descent *descent, const jq_account *measured, const double *dissimilar);

jq_account jq_descent_estimate(const jq_descent *descent);

/* Go through all positions once, taking what is best at each; returns how many were changed. */
unsigned jq_descent_round(jq_descent *descent);

/*
 * The change of one position that goes farthest towards the goal for what it costs; false if there
 * is none left.
 */
bool jq_descent_step_to_goal(jq_descent *descent);

#endif
