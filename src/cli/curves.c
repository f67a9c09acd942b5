/* SPDX-License-Identifier: MIT */
/* curves.c: rate-distortion curves: --plot, and Bjontegaard's deltas (--bd). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diagnose.h"
#include "figures.h"
#include "plot.h"

/* The settings of a table stand together: how many there are, and where they begin. */
static size_t qualities_of(const jq_plan *plan)
{
    return plan->setting_count / plan->options->table_count;
}

static double figure(const jq_plan *plan, const jq_figures *figures, size_t input, size_t setting,
                     jq_column column)
{
    const jq_figures *f = &figures[input * plan->setting_count + setting];
    return f->valid ? f->measures[column - JQ_FIRST_METRIC] : (double)NAN;
}

/* Over the images that have it; NAN if none has. */
static double mean(const jq_plan *plan, const jq_figures *figures, size_t setting, jq_column column)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < plan->input_count; i++) {
        double value = figure(plan, figures, i, setting, column);
        if (isfinite(value)) {
            sum += value;
            count++;
        }
    }
    return count ? sum / (double)count : (double)NAN;
}

/* ---- Bjontegaard ----------------------------------------------------------------------------- */

/* The finite points of one image and table; returns how many. */
static size_t points_of(const jq_plan *plan, const jq_figures *figures, size_t input, size_t table,
                        double *rate, double *quality)
{
    size_t count = 0, qualities = qualities_of(plan);
    for (size_t q = 0; q < qualities; q++) {
        double x = figure(plan, figures, input, table * qualities + q, JQ_COLUMN_BPP);
        double y = figure(plan, figures, input, table * qualities + q, JQ_COLUMN_PSNR);
        if (isfinite(x) && isfinite(y)) {
            rate[count] = x;
            quality[count++] = y;
        }
    }
    return count;
}

static bool delta(const jq_plan *plan, const jq_figures *figures, size_t input, size_t table,
                  double *bd_rate, double *bd_psnr)
{
    double rate_a[101], psnr_a[101], rate_b[101], psnr_b[101];
    size_t a = points_of(plan, figures, input, 0, rate_a, psnr_a);
    size_t b = points_of(plan, figures, input, table, rate_b, psnr_b);
    return jpegq_bjontegaard(rate_a, psnr_a, a, rate_b, psnr_b, b, bd_rate, bd_psnr) == JPEGQ_OK;
}

typedef struct bd_row {
    const char *file, *table, *reference;
    double rate, psnr;
    bool valid;
    size_t images;
} bd_row;

static void put_bd_number(jq_report_format format, bool valid, double value, jq_output *output)
{
    if (valid)
        jq_output_real(output, value);
    else
        jq_output_text(output, format == JQ_REPORT_JSONL ? "null" : "");
}

static void put_bd_json(const bd_row *row, jq_output *output)
{
    jq_output_text(output, "{\"file\": ");
    if (row->file)
        jq_report_text(JQ_REPORT_JSONL, row->file, output);
    else
        jq_output_text(output, "null");
    jq_output_text(output, ", \"table\": ");
    jq_report_text(JQ_REPORT_JSONL, row->table, output);
    jq_output_text(output, ", \"reference\": ");
    jq_report_text(JQ_REPORT_JSONL, row->reference, output);
    jq_output_text(output, ", \"bd_rate\": ");
    put_bd_number(JQ_REPORT_JSONL, row->valid, row->rate, output);
    jq_output_text(output, ", \"bd_psnr\": ");
    put_bd_number(JQ_REPORT_JSONL, row->valid, row->psnr, output);
    jq_output_format(output, ", \"images\": %zu}\n", row->images);
}

static void put_bd_separated(const bd_row *row, jq_report_format format, jq_output *output)
{
    const char *separator = format == JQ_REPORT_CSV ? "," : "\t";
    if (row->file)
        jq_report_text(format, row->file, output);
    jq_output_text(output, separator);
    jq_report_text(format, row->table, output);
    jq_output_text(output, separator);
    jq_report_text(format, row->reference, output);
    jq_output_text(output, separator);
    put_bd_number(format, row->valid, row->rate, output);
    jq_output_text(output, separator);
    put_bd_number(format, row->valid, row->psnr, output);
    jq_output_format(output, "%s%zu\n", separator, row->images);
}

static void put_bd_line(const bd_row *row, jq_output *output)
{
    char table[100], reference[100], file[1000];
    jq_output_format(output, "%-15s %-15s ", jq_mask(row->table, table, sizeof table),
                     jq_mask(row->reference, reference, sizeof reference));
    if (row->valid)
        jq_output_format(output, "%9.3f %9.4f  ", row->rate, row->psnr);
    else
        jq_output_format(output, "%9s %9s  ", "", "");
    if (row->file)
        jq_output_text(output, jq_mask(row->file, file, sizeof file));
    else
        jq_output_format(output, "(mean of %zu)", row->images);
    jq_output_text(output, "\n");
}

static void put_bd_row(const jq_plan *plan, const bd_row *row, jq_output *output)
{
    jq_report_format format = plan->options->format;
    if (format == JQ_REPORT_TEXT)
        put_bd_line(row, output);
    else if (format == JQ_REPORT_JSONL)
        put_bd_json(row, output);
    else
        put_bd_separated(row, format, output);
}

static void put_bd_header(const jq_plan *plan, jq_output *output)
{
    jq_report_format format = plan->options->format;
    if (format == JQ_REPORT_TEXT)
        jq_output_format(output, "%-15s %-15s %9s %9s  %s\n", "table", "reference", "bd_rate",
                         "bd_psnr", "file");
    if (!plan->options->header)
        return;
    if (format == JQ_REPORT_CSV)
        jq_output_text(output, "file,table,reference,bd_rate,bd_psnr,images\n");
    if (format == JQ_REPORT_TSV)
        jq_output_text(output, "file\ttable\treference\tbd_rate\tbd_psnr\timages\n");
}

void jq_bd_print(const jq_plan *plan, const jq_figures *figures, jq_output *output)
{
    const jq_options *o = plan->options;
    put_bd_header(plan, output);
    for (size_t t = 1; t < o->table_count; t++) {
        bd_row all = {NULL, o->tables[t], o->tables[0], 0, 0, false, 0};
        for (size_t i = 0; i < plan->input_count; i++) {
            bd_row row = {plan->inputs[i], o->tables[t], o->tables[0], 0, 0, false, 1};
            row.valid = delta(plan, figures, i, t, &row.rate, &row.psnr);
            put_bd_row(plan, &row, output);
            if (row.valid) {
                all.images++;
                all.rate += row.rate;
                all.psnr += row.psnr;
            }
        }
        all.valid = all.images > 0;
        if (all.valid) {
            all.rate /= (double)all.images;
            all.psnr /= (double)all.images;
        }
        put_bd_row(plan, &all, output);
    }
}

/* ---- The plot -------------------------------------------------------------------------------- */

/* Curves with the memory of their points: x and y of curve c begin at c * qualities. */
typedef struct curves {
    jq_curve *all;
    double *x, *y;
    const char **labels; /* of the qualities, the same for every table */
    char (*texts)[8];
    size_t count, qualities;
} curves;

static bool alloc_curves(curves *c, size_t count, size_t qualities)
{
    *c = (curves){.count = 0, .qualities = qualities};
    c->all = jpegq_alloc(count, sizeof *c->all);
    c->x = jpegq_alloc(count, qualities * sizeof *c->x);
    c->y = jpegq_alloc(count, qualities * sizeof *c->y);
    c->labels = jpegq_alloc(qualities, sizeof *c->labels);
    c->texts = jpegq_alloc(qualities, sizeof *c->texts);
    return c->all && c->x && c->y && c->labels && c->texts;
}

static void free_curves(curves *c)
{
    jpegq_free(c->all);
    jpegq_free(c->x);
    jpegq_free(c->y);
    jpegq_free(c->labels);
    jpegq_free(c->texts);
}

/* Points in the order of their rates, with their labels. */
static void sort_points(double *x, double *y, const char **labels, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0 && x[j] < x[j - 1]; j--) {
            double tx = x[j], ty = y[j];
            x[j] = x[j - 1];
            y[j] = y[j - 1];
            x[j - 1] = tx;
            y[j - 1] = ty;
            if (labels) {
                const char *t = labels[j];
                labels[j] = labels[j - 1];
                labels[j - 1] = t;
            }
        }
    }
}

/* The curve of a table for one image, or its mean (input beyond the last). */
static void add_curve(const jq_plan *plan, const jq_figures *figures, size_t table, size_t input,
                      curves *c)
{
    const jq_options *o = plan->options;
    bool thin = input < plan->input_count;
    double *x = c->x + c->count * c->qualities, *y = c->y + c->count * c->qualities;
    for (size_t q = 0; q < c->qualities; q++) {
        size_t setting = table * c->qualities + q;
        x[q] = thin ? figure(plan, figures, input, setting, JQ_COLUMN_BPP)
                    : mean(plan, figures, setting, JQ_COLUMN_BPP);
        y[q] = thin ? figure(plan, figures, input, setting, o->plot_metric)
                    : mean(plan, figures, setting, o->plot_metric);
    }
    /* labels are for the first table's points: the others' lie close to them */
    bool labelled = !thin && table == 0 && o->quality_count > 0;
    sort_points(x, y, labelled ? c->labels : NULL, c->qualities);
    c->all[c->count++] =
        (jq_curve){o->tables[table],           (unsigned)table, thin, c->qualities, x, y,
                   labelled ? c->labels : NULL};
}

int jq_plot_print(const jq_plan *plan, const jq_figures *figures, jq_output *output,
                  jq_message *message)
{
    const jq_options *o = plan->options;
    size_t thin = plan->input_count > 1 ? plan->input_count : 0;
    curves c;
    char title[100];
    if (!alloc_curves(&c, o->table_count * (thin + 1), qualities_of(plan))) {
        free_curves(&c);
        return jq_fail(message, o->plot, "out of memory");
    }
    for (size_t q = 0; q < c.qualities; q++) {
        snprintf(c.texts[q], sizeof c.texts[q], "%d", plan->settings[q].quality);
        c.labels[q] = c.texts[q];
    }
    for (size_t t = 0; t < o->table_count; t++)
        for (size_t i = 0; i < thin; i++)
            add_curve(plan, figures, t, i, &c);
    for (size_t t = 0; t < o->table_count; t++)
        add_curve(plan, figures, t, plan->input_count, &c);
    snprintf(title, sizeof title, "%s%zu image%s%s", thin ? "Mean of " : "", plan->input_count,
             thin ? "s" : "", o->quality_count > 0 ? " (numbers: quality)" : "");
    const jq_plot plot = {title, "bits a pixel",
                          o->plot_metric == JQ_COLUMN_SSIM ? "SSIM" : "PSNR (dB)", c.all, c.count};
    jq_plot_write(&plot, output);
    free_curves(&c);
    return 0;
}
