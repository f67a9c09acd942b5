/* SPDX-License-Identifier: MIT */
/* learn.h: jpegq --learn-table. */
#ifndef JQ_LEARN_H
#define JQ_LEARN_H

#include "picture_set.h"
#include "plan.h"

/* Learn what the options ask for; an exit status. */
int jq_learn_run(const jq_options *options);

/* ---- For learn_report.c ---------------------------------------------------------------------- */

/* A table that was learned. */
typedef struct jq_learned {
    int quality;   /* whose luma the goal is that of, or -1 */
    double target; /* dB, SSIM, or bits a pixel */
    jpegq_codec codec;
    uint64_t bytes; /* of the training images' files */
    jq_point mean;
    char *table_name, *offsets_name; /* of the files; the latter NULL without offsets */
} jq_learned;

typedef struct jq_lesson_plan {
    const jq_options *options;
    jq_plan plan; /* the training images' names */
    jq_crew crew;
    jq_picture_set training, validation;
    bool ssim; /* is it measured? */
    jpegq_goal goal;
    jq_learned *learned; /* by rising quality */
    size_t count;
    jq_output text; /* standard output */
} jq_lesson_plan;

/* "PSNR at least 31.3881 dB, as luma at quality 20"; returns text. */
const char *jq_goal_text(const jq_lesson_plan *l, const jq_learned *learned, char *text,
                         size_t size);

/* The header and a row of the curve of learning. */
void jq_learn_print_header(jq_lesson_plan *l, const jq_learned *learned);
void jq_learn_print_round(jq_lesson_plan *l, const jpegq_round *round);

/* What learned tables make of both sets, beside the built-in ones. 0, or -1 with a message. */
int jq_learn_compare(jq_lesson_plan *l, const jq_learned *learned, jq_message *message);

/* Bjontegaard's deltas of a family. 0, or -1 with a message. */
int jq_learn_compare_family(jq_lesson_plan *l, jq_message *message);

/* The two files. 0, or -1 with a message. */
int jq_learn_write(jq_lesson_plan *l, const jq_learned *learned, jq_message *message);

#endif
