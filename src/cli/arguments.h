/* SPDX-License-Identifier: MIT */
/*
 * arguments.h: what stands behind an option, into the options. Functions return JQ_EXIT_OK, or
 * JQ_EXIT_USAGE after a complaint that names the option and what it takes.
 */
#ifndef JQ_ARGUMENTS_H
#define JQ_ARGUMENTS_H

#include "options.h"

/* What a person typed, short enough to leave room for what was wrong with it. */
#define JQ_SHORT "%.100s%s"
#define JQ_SHORTENED(text) text, strlen(text) > 100 ? "..." : ""

#define JQ_ALL_METRICS ((UINT32_C(1) << (JQ_LAST_METRIC + 1)) - (UINT32_C(1) << JQ_FIRST_METRIC))

/* One of a few names; a list ends with NULL. */
typedef struct jq_choice {
    const char *name;
    int value;
} jq_choice;

int jq_refuse(const char *option, const char *argument, const char *accepted);
int jq_choose(const char *option, const char *argument, const jq_choice *choices, int *value);
int jq_take_qualities(const char *argument, jq_options *o);
int jq_take_table(const char *argument, jq_options *o);
int jq_take_scale(const char *argument, jq_options *o);
int jq_take_rounding(const char *argument, jq_options *o);
int jq_take_range(const char *argument, jq_options *o);
int jq_take_block(const char *argument, jq_options *o);
int jq_take_size(const char *argument, jq_options *o);
int jq_take_max_pixels(const char *argument, jq_options *o);
int jq_take_sandbox(const char *option, const char *argument, jq_options *o);
int jq_take_decode_timeout(const char *argument, jq_options *o);
int jq_take_metrics(const char *argument, jq_options *o);
int jq_take_real_target(jq_target target, const char *option, const char *argument, jq_options *o);
int jq_take_bytes_target(const char *argument, jq_options *o);
int jq_take_crop(const char *argument, jq_options *o);
int jq_take_number(const char *option, const char *argument, uint64_t most, uint64_t *number);

#endif
