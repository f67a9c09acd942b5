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

/* ---- What a job is made of ------------------------------------------------------------------- */

/* "luma at quality 10", as comments want it; returns text. */
const char *jq_job_table_text(const jq_job *job, char *text, size_t size);

/*
 * The unquantized coefficients of the original in the method's own scale, to be freed with
 * jpegq_free. 0, or -1 with a message and NULL.
 */
int jq_job_forward(const jq_job *job, void **coefficients, jq_message *message);

/* --block (block.c) */
int jq_job_block(const jq_job *job, jq_output *output, jq_message *message);

/* --dump (stages.c) */
int jq_job_dump(const jq_job *job, jq_output *output, jq_message *message);

/* --stats (statistics.c) */
void jq_job_statistics(const jq_job *job, jq_output *output);

/* The output as a JPEG file (jpeg.c). */
int jq_job_jpeg(const jq_job *job, jq_output *output, jq_message *message);

/* Account for the bits of that file; block_bits: one for each block (jpeg.c). */
int jq_job_account(const jq_job *job, jpegq_account *account, uint32_t *block_bits,
                   jq_message *message);

/* --bits and --bit-map; either output may be NULL (bits.c) */
int jq_job_bits(const jq_job *job, jq_output *text, jq_output *map, jq_message *message);

#endif
