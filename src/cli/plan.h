/* SPDX-License-Identifier: MIT */
/* plan.h: which inputs meet which tables and qualities, and what their outputs are called. */
#ifndef JQ_PLAN_H
#define JQ_PLAN_H

#include "options.h"

/* One way to quantize. Texts belong to the options. */
typedef struct jq_setting {
    const char *table; /* its name as given */
    unsigned table_at; /* which of the tables, from 0 */
    int quality;       /* that scales the table, or -1 */
    const char *scale; /* of --scale, or NULL */
    jpegq_codec codec; /* with the effective table */
} jq_setting;

/*
 * Every input meets every setting: row number = input * settings + setting. With a target a setting
 * is a table, and its quality is still to be found among the options' qualities.
 */
typedef struct jq_plan {
    const jq_options *options;
    const char **inputs; /* names; of --compare, the images; of --from-coefficients, the file */
    size_t input_count;
    jq_setting *settings;
    size_t setting_count;
    jpegq_table *bases; /* a table as it stands for each of the options' tables */
    jpegq_rounding rounding;
    char *list; /* what --files-from read; names point into it */
} jq_plan;

/* Make the plan and refuse what would do harm, before any work. An exit status, with a message if
   it is not JQ_EXIT_OK. */
int jq_plan_make(const jq_options *options, jq_plan *plan, jq_message *message);

void jq_plan_free(jq_plan *plan);

/* The table at a quality, checked for the method. 0, or -1 with a message. */
int jq_plan_scale(const jq_plan *plan, jq_setting *setting, int quality, jq_message *message);

/*
 * The name of a row's reconstruction in the folder of -d, to be freed with jpegq_free; NULL if
 * memory is short. quality: that of the setting, or what a target found.
 */
char *jq_plan_output(const jq_plan *plan, size_t input, const jq_setting *setting);

/* Refuse to write a file that is one of the inputs. 0, or -1 with a message. */
int jq_plan_check_output(const jq_plan *plan, const char *output, jq_message *message);

/* Give up what the plan does not need, for good, unless the options want no sandbox. */
void jq_plan_confine(const jq_plan *plan);

/* "luma at quality 10", as comments want it; returns text. */
const char *jq_setting_text(const jq_setting *setting, char *text, size_t size);

#endif
