/* SPDX-License-Identifier: MIT */
/* job.h: one input at one setting: the codec, its figures, and what is made of it. */
#ifndef JQ_JOB_H
#define JQ_JOB_H

#include "plan.h"
#include "source.h"

/* What a job has in hand from stage to stage. */
typedef struct jq_job {
    const jq_options *options;
    size_t threads;          /* that may work on it */
    bool wants_coefficients; /* something is made of them, not of the reconstruction alone */
    const jq_source *source;
    jq_setting setting;
    jpegq_plane result;        /* the reconstruction; of a feature map only its size */
    double *reals;             /* that of a feature map, as samples [count][height][width] */
    jq_coefficients quantized; /* those of the source itself with --from-coefficients; or none */
    bool owns_quantized;
    jq_row row;
} jq_job;

/*
 * Take the source through the codec, from its DCT if it has one. The job's memory is its own, and
 * is used again by the next run on a source of the same size. 0, or -1 with a message.
 */
int jq_job_run(jq_job *job, jq_message *message);

void jq_job_free(jq_job *job);

/* Why the codec failed. Returns -1. */
int jq_job_fail(const jq_job *job, jpegq_status status, jq_message *message);

/* Fill the row: what identifies it, and the measures of that mask. 0, or -1 with a message. */
int jq_job_measure(jq_job *job, uint32_t metrics, jq_message *message);

/* The part of the row that is known before anything is computed (statistics.c). */
void jq_job_identify(jq_job *job);

/* The columns that identify a row, for a job that failed too (statistics.c). */
void jq_row_identify(jq_row *row, const jq_options *options, const jq_setting *setting,
                     const char *file);

/* Measures of two planes into a row (statistics.c). 0, or -1 with a message. */
int jq_row_compare(jq_row *row, const jpegq_plane *a, const jpegq_plane *b, uint32_t metrics,
                   size_t threads, const char *name, jq_message *message);

/* One measure of a job (statistics.c). 0, or -1 with a message. */
int jq_job_value(const jq_job *job, jq_column column, double *value, jq_message *message);

/* --block (block.c) */
int jq_job_block(const jq_job *job, jq_output *output, jq_message *message);

/* ---- Feature maps (maps.c) ------------------------------------------------------------------- */

/* False for the roundings that leave reals. */
bool jq_rounds_to_integers(const jpegq_rounding *rounding);

/* Sample i of the source's map as it enters the codec. */
double jq_map_sample(const jq_options *options, const jq_map *map, size_t i);

/* Is what lies outside of 0..255 clamped there? */
bool jq_map_clamps_input(const jq_options *options, const jq_map *map);

/* The job's codec in double precision, as its gradients see it. */
void jq_map_real_codec(const jq_job *job, jpegq_real_codec *codec);

/* As jq_job_run, _measure and _write; 0, or -1 with a message. */
int jq_map_run(jq_job *job, jq_message *message);
int jq_map_measure(const jq_job *job, jq_row *row, uint32_t metrics, jq_message *message);
int jq_map_write_job(const jq_job *job, jq_output *output, jq_message *message);

/* made->reals: the DCT of all planes of a map, [count * rows][columns][64]. */
int jq_map_dct(const jq_job *job, jq_coefficients *made, jq_message *message);

/*
 * --grad-...: read G, compute, and write what is asked for; outputs may be NULL. base: the table
 * that the quality scales (gradients.c).
 */
int jq_job_gradients(const jq_job *job, const jpegq_table *base, jq_output *input, jq_output *table,
                     jq_output *quality, jq_message *message);

/* ---- What is made of a job ------------------------------------------------------------------- */

/* --dump (stages.c) */
int jq_job_dump(const jq_job *job, jq_output *output, jq_message *message);

/* The reconstruction, or the JPEG file (jpeg.c). */
int jq_job_write(const jq_job *job, jq_output *output, jq_message *message);

/* Account for the bits of that file; block_bits: one for each block (jpeg.c). */
int jq_job_account(const jq_job *job, jpegq_account *account, uint32_t *block_bits,
                   jq_message *message);

/* --bits and --bit-map; either output may be NULL (bits.c) */
int jq_job_bits(const jq_job *job, jq_output *text, jq_output *map, jq_message *message);

#endif
