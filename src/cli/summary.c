/* SPDX-License-Identifier: MIT */
/* summary.c: --summary: for each setting the mean over the images, with totals. */
#include <math.h>
#include <string.h>

#include "figures.h"
#include "job.h"

void jq_figures_take(jq_figures *figures, const jq_row *row)
{
    const jq_value *v = row->values;
    figures->valid = v[JQ_COLUMN_ERROR].kind == JQ_EMPTY;
    figures->images = v[JQ_COLUMN_IMAGES].integer;
    figures->pixels = v[JQ_COLUMN_PIXELS].integer;
    figures->blocks = v[JQ_COLUMN_BLOCKS].integer;
    for (int i = JQ_FIRST_METRIC; i <= JQ_LAST_METRIC; i++)
        figures->measures[i - JQ_FIRST_METRIC] = v[i].kind == JQ_REAL      ? v[i].real
                                                 : v[i].kind == JQ_INTEGER ? (double)v[i].integer
                                                                           : (double)NAN;
}

/* Of one setting over all images. */
typedef struct totals {
    uint64_t rows, images, pixels, blocks;
    double sum[JQ_COLUMNS], largest;
    double zeros, bits; /* weighted with blocks and pixels */
} totals;

static totals add_up(const jq_plan *plan, const jq_figures *figures, size_t setting)
{
    totals t;
    memset(&t, 0, sizeof t);
    for (size_t i = 0; i < plan->input_count; i++) {
        const jq_figures *f = &figures[i * plan->setting_count + setting];
        if (!f->valid)
            continue;
        t.rows++;
        t.images += f->images;
        t.pixels += f->pixels;
        t.blocks += f->blocks;
        for (int c = JQ_FIRST_METRIC; c <= JQ_LAST_METRIC; c++)
            t.sum[c] += f->measures[c - JQ_FIRST_METRIC];
        t.largest = fmax(t.largest, f->measures[JQ_COLUMN_MAX_ERROR - JQ_FIRST_METRIC]);
        t.zeros += f->measures[JQ_COLUMN_ZEROS - JQ_FIRST_METRIC] * (double)f->blocks;
        t.bits += f->measures[JQ_COLUMN_BPP - JQ_FIRST_METRIC] * (double)f->pixels;
    }
    return t;
}

/* Sizes are totals, the largest error is the largest; zeros and bits a pixel are those of all
   coefficients and pixels together, and the rest are means over the images. */
static double summarise(const totals *t, int column)
{
    switch (column) {
    case JQ_COLUMN_BYTES:
    case JQ_COLUMN_BYTES_OPTIMAL:
        return t->sum[column];
    case JQ_COLUMN_MAX_ERROR:
        return isnan(t->sum[column]) ? t->sum[column] : t->largest;
    case JQ_COLUMN_ZEROS:
        return t->zeros / (double)t->blocks;
    case JQ_COLUMN_BPP:
        return t->bits / (double)t->pixels;
    default:
        return t->sum[column] / (double)t->rows;
    }
}

static void fill(jq_row *row, const totals *t)
{
    jq_row_integer(row, JQ_COLUMN_IMAGES, t->images);
    jq_row_integer(row, JQ_COLUMN_PIXELS, t->pixels);
    if (t->blocks)
        jq_row_integer(row, JQ_COLUMN_BLOCKS, t->blocks);
    for (int c = JQ_FIRST_METRIC; t->images && c <= JQ_LAST_METRIC; c++) {
        double value = summarise(t, c);
        bool whole =
            c == JQ_COLUMN_BYTES || c == JQ_COLUMN_BYTES_OPTIMAL || c == JQ_COLUMN_MAX_ERROR;
        if (isnan(value))
            continue;
        if (whole && value == floor(value)) /* the error of floats need not be */
            jq_row_integer(row, (jq_column)c, (uint64_t)value);
        else
            jq_row_real(row, (jq_column)c, value);
    }
}

void jq_summary_print(const jq_plan *plan, const jq_figures *figures, const jq_report *report,
                      jq_output *output)
{
    for (size_t s = 0; s < plan->setting_count; s++) {
        jq_row row;
        totals t = add_up(plan, figures, s);
        jq_row_identify(&row, plan->options, plan->options->reference ? NULL : &plan->settings[s],
                        "");
        row.values[JQ_COLUMN_FILE].kind = JQ_EMPTY;
        if (plan->options->target != JQ_TARGET_NONE) /* a different one for each image */
            row.values[JQ_COLUMN_QUALITY].kind = JQ_EMPTY;
        fill(&row, &t);
        jq_report_row(report, &row, output);
    }
}
