/* SPDX-License-Identifier: MIT */
/* statistics.c: the row of figures that a job gives. */
#include <math.h>
#include <string.h>

#include "job.h"

static void fill_errors(const jq_job *job, jq_row *row)
{
    jpegq_error error;
    jpegq_measure_error(&job->original.plane, &job->result, &error);
    jq_row_real(row, JQ_COLUMN_MSE, jpegq_mse(&error));
    jq_row_real(row, JQ_COLUMN_PSNR, jpegq_psnr(&error));
    jq_row_integer(row, JQ_COLUMN_MAX_ERROR, error.largest);
    jq_row_real(row, JQ_COLUMN_MEAN_ERROR, (double)error.absolute / (double)error.samples);
}

/* Sizes of files, if there can be one of these coefficients. */
static void fill_bytes(const jq_job *job, jq_row *row)
{
    const jpegq_file file = {job->result.width, job->result.height, job->codec.table,
                             *jpegq_huffman_standard()};
    uint64_t standard, optimal;
    if (!job->quantized.integers ||
        jpegq_file_sizes(&file, job->quantized.integers, &standard, &optimal) != JPEGQ_OK)
        return;
    uint64_t chosen = job->options->huffman == JQ_HUFFMAN_STANDARD ? standard : optimal;
    jq_row_integer(row, JQ_COLUMN_BYTES, standard);
    jq_row_integer(row, JQ_COLUMN_BYTES_OPTIMAL, optimal);
    jq_row_real(row, JQ_COLUMN_BPP,
                8 * (double)chosen / ((double)job->result.width * job->result.height));
}

static size_t count_zeros(const jq_coefficients *c)
{
    size_t count = (size_t)(64 * c->rows * c->columns), zeros = 0;
    if (c->integers)
        return jpegq_count_zeros(c->integers, count);
    for (size_t i = 0; i < count; i++)
        zeros += fpclassify(c->reals[i]) == FP_ZERO;
    return zeros;
}

void jq_job_statistics(const jq_job *job, jq_output *output)
{
    const jq_options *o = job->options;
    const jq_coefficients *q = &job->quantized;
    jq_row row;
    memset(&row, 0, sizeof row);
    jq_row_text(&row, JQ_COLUMN_FILE, o->input ? o->input : o->from_coefficients);
    jq_row_integer(&row, JQ_COLUMN_WIDTH, job->result.width);
    jq_row_integer(&row, JQ_COLUMN_HEIGHT, job->result.height);
    jq_row_integer(&row, JQ_COLUMN_BLOCKS, q->rows * q->columns);
    jq_row_text(&row, JQ_COLUMN_DCT, o->dct_name);
    jq_row_text(&row, JQ_COLUMN_ROUND, o->round_name);
    jq_row_text(&row, JQ_COLUMN_TABLE, job->table);
    if (job->quality >= 0)
        jq_row_integer(&row, JQ_COLUMN_QUALITY, (uint64_t)job->quality);
    if (o->scale)
        jq_row_text(&row, JQ_COLUMN_SCALE, o->scale);
    if (job->has_original)
        fill_errors(job, &row);
    jq_row_real(&row, JQ_COLUMN_ZEROS,
                (double)count_zeros(q) / (double)(64 * q->rows * q->columns));
    fill_bytes(job, &row);
    jq_report_header(o->format, output);
    jq_report_row(&row, o->format, output);
}
