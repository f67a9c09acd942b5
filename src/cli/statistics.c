/* SPDX-License-Identifier: MIT */
/* statistics.c: the row of figures that a job gives. */
#include <math.h>
#include <string.h>

#include "job.h"
#include "parallel.h"
#include "split.h"

#define BIT(column) (UINT32_C(1) << (column))

enum {
    ERRORS = 1 << JQ_COLUMN_MSE | 1 << JQ_COLUMN_PSNR | 1 << JQ_COLUMN_MAX_ERROR |
             1 << JQ_COLUMN_MEAN_ERROR,
    SIZES = 1 << JQ_COLUMN_BYTES | 1 << JQ_COLUMN_BYTES_OPTIMAL | 1 << JQ_COLUMN_BPP
};

static int fail(const char *name, jpegq_status status, jq_message *message)
{
    return jq_fail(message, name, "%s", jpegq_status_text(status));
}

/* ---- Pictures -------------------------------------------------------------------------------- */

static void put_errors(jq_row *row, const jpegq_error *error, uint32_t metrics)
{
    if (metrics & BIT(JQ_COLUMN_MSE))
        jq_row_real(row, JQ_COLUMN_MSE, jpegq_mse(error));
    if (metrics & BIT(JQ_COLUMN_PSNR))
        jq_row_real(row, JQ_COLUMN_PSNR, jpegq_psnr(error));
    if (metrics & BIT(JQ_COLUMN_MAX_ERROR))
        jq_row_integer(row, JQ_COLUMN_MAX_ERROR, error->largest);
    if (metrics & BIT(JQ_COLUMN_MEAN_ERROR))
        jq_row_real(row, JQ_COLUMN_MEAN_ERROR, (double)error->absolute / (double)error->samples);
}

int jq_row_compare(jq_row *row, const jpegq_plane *a, const jpegq_plane *b, uint32_t metrics,
                   size_t threads, const char *name, jq_message *message)
{
    jpegq_status status = JPEGQ_OK;
    double value;
    if (metrics & ERRORS) {
        jpegq_error error;
        status = jq_split_error(threads, a, b, &error);
        if (status == JPEGQ_OK)
            put_errors(row, &error, metrics);
    }
    if (status == JPEGQ_OK && metrics & BIT(JQ_COLUMN_PSNR_B)) {
        status = jpegq_psnr_b(a, b, &value);
        jq_row_real(row, JQ_COLUMN_PSNR_B, value);
    }
    if (status == JPEGQ_OK && metrics & BIT(JQ_COLUMN_SSIM)) {
        status = jpegq_ssim(a, b, JPEGQ_SSIM_GAUSSIAN, &value);
        jq_row_real(row, JQ_COLUMN_SSIM, value);
    }
    if (status == JPEGQ_OK && metrics & BIT(JQ_COLUMN_SSIM_UNIFORM)) {
        status = jpegq_ssim(a, b, JPEGQ_SSIM_UNIFORM, &value);
        jq_row_real(row, JQ_COLUMN_SSIM_UNIFORM, value);
    }
    return status == JPEGQ_OK ? 0 : fail(name, status, message);
}

/* ---- Coefficients and files ------------------------------------------------------------------ */

static double share_of_zeros(const jq_coefficients *c)
{
    size_t count = (size_t)(64 * c->rows * c->columns), zeros = 0;
    if (c->integers)
        zeros = jpegq_count_zeros(c->integers, count);
    for (size_t i = 0; c->reals && i < count; i++)
        zeros += fpclassify(c->reals[i]) == FP_ZERO;
    return (double)zeros / (double)count;
}

static size_t plane_count(const jq_job *job)
{
    return job->source->map.batch ? job->source->map.count : 1;
}

static uint64_t pixel_count(const jq_job *job)
{
    return (uint64_t)job->source->width * job->source->height * plane_count(job);
}

/* Sizes of the files, as far as they are wanted. False if there can be no such file. */
static bool measure_sizes(const jq_job *job, uint32_t metrics, uint64_t *standard,
                          uint64_t *optimal)
{
    const jpegq_file file = {job->result.width, job->result.height, job->setting.codec.table,
                             *jpegq_huffman_standard()};
    size_t each = 64 * jpegq_blocks(file.width) * jpegq_blocks(file.height);
    bool chosen_standard = job->options->huffman == JQ_HUFFMAN_STANDARD;
    bool needs_optimal = metrics & BIT(JQ_COLUMN_BYTES_OPTIMAL) ||
                         (metrics & BIT(JQ_COLUMN_BPP) && !chosen_standard);
    const int16_t *quantized = job->quantized.integers;
    *standard = *optimal = 0;
    if (!quantized)
        return false;
    for (size_t n = 0; n < plane_count(job); n++, quantized += each) { /* a file for each */
        uint64_t bytes = 0, best = 0;
        if ((needs_optimal ? jpegq_file_sizes(&file, quantized, &bytes, &best)
                           : jpegq_file_size(&file, quantized, &bytes)) != JPEGQ_OK)
            return false;
        *standard += bytes;
        *optimal += best;
    }
    return true;
}

static void put_sizes(const jq_job *job, jq_row *row, uint32_t metrics)
{
    uint64_t standard, optimal;
    if (!measure_sizes(job, metrics, &standard, &optimal))
        return;
    uint64_t chosen = job->options->huffman == JQ_HUFFMAN_STANDARD ? standard : optimal;
    if (metrics & BIT(JQ_COLUMN_BYTES))
        jq_row_integer(row, JQ_COLUMN_BYTES, standard);
    if (metrics & BIT(JQ_COLUMN_BYTES_OPTIMAL))
        jq_row_integer(row, JQ_COLUMN_BYTES_OPTIMAL, optimal);
    if (metrics & BIT(JQ_COLUMN_BPP))
        jq_row_real(row, JQ_COLUMN_BPP, 8 * (double)chosen / (double)pixel_count(job));
}

/* ---- Rows ------------------------------------------------------------------------------------ */

void jq_row_identify(jq_row *row, const jq_options *options, const jq_setting *setting,
                     const char *file)
{
    memset(row, 0, sizeof *row);
    jq_row_text(row, JQ_COLUMN_FILE, file);
    jq_row_integer(row, JQ_COLUMN_IMAGES, 1);
    if (!setting)
        return;
    jq_row_text(row, JQ_COLUMN_DCT, options->dct_name);
    jq_row_text(row, JQ_COLUMN_ROUND, options->round_name);
    jq_row_text(row, JQ_COLUMN_TABLE, setting->table);
    if (setting->quality >= 0)
        jq_row_integer(row, JQ_COLUMN_QUALITY, (uint64_t)setting->quality);
    if (setting->scale)
        jq_row_text(row, JQ_COLUMN_SCALE, setting->scale);
}

static int compare(const jq_job *job, jq_row *row, uint32_t metrics, jq_message *message)
{
    const jq_source *source = job->source;
    if (job->reals)
        return metrics & ERRORS ? jq_map_measure(job, row, metrics, message) : 0;
    return jq_row_compare(row, &source->original.plane, &job->result, metrics, job->threads,
                          source->name, message);
}

void jq_job_identify(jq_job *job)
{
    jq_row *row = &job->row;
    const jq_source *source = job->source;
    jq_row_identify(row, job->options, &job->setting, source->file);
    jq_row_integer(row, JQ_COLUMN_WIDTH, source->width);
    jq_row_integer(row, JQ_COLUMN_HEIGHT, source->height);
    jq_row_integer(row, JQ_COLUMN_BLOCKS, source->rows * source->columns);
    jq_row_integer(row, JQ_COLUMN_IMAGES, plane_count(job));
    jq_row_integer(row, JQ_COLUMN_PIXELS, pixel_count(job));
}

/* Measures that go through the pictures or coefficients together, those that take longest first. */
static const uint32_t groups[] = {BIT(JQ_COLUMN_SSIM),   SIZES,  BIT(JQ_COLUMN_SSIM_UNIFORM),
                                  BIT(JQ_COLUMN_PSNR_B), ERRORS, BIT(JQ_COLUMN_ZEROS)};

enum { GROUPS = sizeof groups / sizeof *groups };

typedef struct measuring {
    const jq_job *job;
    jq_row *row; /* each group has columns of its own */
    uint32_t metrics;
    int results[GROUPS];
    jq_message messages[GROUPS];
} measuring;

static void measure_group(void *context, size_t group)
{
    measuring *m = context;
    uint32_t metrics = m->metrics & groups[group];
    if (metrics & ~(uint32_t)SIZES & ~BIT(JQ_COLUMN_ZEROS) && !m->job->options->from_coefficients)
        m->results[group] = compare(m->job, m->row, metrics, &m->messages[group]);
    if (metrics & BIT(JQ_COLUMN_ZEROS))
        jq_row_real(m->row, JQ_COLUMN_ZEROS, share_of_zeros(&m->job->quantized));
    if (metrics & SIZES)
        put_sizes(m->job, m->row, metrics);
}

int jq_job_measure(jq_job *job, uint32_t metrics, jq_message *message)
{
    measuring m = {.job = job, .row = &job->row, .metrics = metrics};
    jq_job_identify(job);
    jq_parallel(metrics ? job->threads : 1, GROUPS, measure_group, &m);
    for (size_t i = 0; i < GROUPS; i++) {
        if (m.results[i] != 0) {
            *message = m.messages[i];
            return -1;
        }
    }
    return 0;
}

int jq_job_value(const jq_job *job, jq_column column, double *value, jq_message *message)
{
    jq_row row;
    memset(&row, 0, sizeof row);
    if (BIT(column) & SIZES)
        put_sizes(job, &row, BIT(column));
    else if (compare(job, &row, BIT(column), message) != 0)
        return -1;
    const jq_value *v = &row.values[column];
    if (v->kind == JQ_EMPTY)
        return jq_fail(message, job->source->name, "has no size: no JPEG file can hold it");
    *value = v->kind == JQ_INTEGER ? (double)v->integer : v->real;
    return 0;
}
