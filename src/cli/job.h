/* SPDX-License-Identifier: MIT */
/* job.h: one image through the codec, and everything that was asked to be made of it. */
#ifndef JQ_JOB_H
#define JQ_JOB_H

#include "options.h"

/* What a job has in hand from stage to stage; all memory is its own until jq_job_free. */
typedef struct jq_job {
    const jq_options *options;
    const char *name;  /* of the input, for a person */
    const char *table; /* its name as given */
    int quality;       /* that scales the table, or -1 */
    jpegq_codec codec; /* with the effective table */
    bool has_original;
    jq_image original;
    jpegq_plane result; /* the reconstruction */
    jq_coefficients quantized;
} jq_job;

/* Run the job that the options describe. Returns an exit status after any complaint. */
int jq_job_run(const jq_options *options);

/* Everything about one block of the original, stage by stage (block.c). */
int jq_block_print(const jq_job *job, jq_output *output, jq_message *message);

#endif
