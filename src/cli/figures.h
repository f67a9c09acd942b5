/* SPDX-License-Identifier: MIT */
/* figures.h: what is kept of every row, and what is made of all of them: means, BD, the plot. */
#ifndef JQ_FIGURES_H
#define JQ_FIGURES_H

#include "plan.h"

/* The measures of a row, by column; NAN for what it does not have. */
typedef struct jq_figures {
    bool valid; /* false for a row that failed */
    uint64_t images, pixels, blocks;
    double measures[JQ_LAST_METRIC - JQ_FIRST_METRIC + 1];
} jq_figures;

void jq_figures_take(jq_figures *figures, const jq_row *row);

/* Rows of --summary, one for each setting; figures: [inputs][settings]. */
void jq_summary_print(const jq_plan *plan, const jq_figures *figures, const jq_report *report,
                      jq_output *output);

/* --bd: each table against the first, for each image and on the mean. */
void jq_bd_print(const jq_plan *plan, const jq_figures *figures, jq_output *output);

/* --plot. 0, or -1 with a message. */
int jq_plot_print(const jq_plan *plan, const jq_figures *figures, jq_output *output,
                  jq_message *message);

#endif
