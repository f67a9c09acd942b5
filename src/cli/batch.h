/* SPDX-License-Identifier: MIT */
/* batch.h: all rows of a plan, by several threads, told in their order. */
#ifndef JQ_BATCH_H
#define JQ_BATCH_H

#include "plan.h"

/* Do all that the options ask for. Returns an exit status after any complaints. */
int jq_batch_run(const jq_options *options);

#endif
