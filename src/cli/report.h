/* SPDX-License-Identifier: MIT */
/* report.h: rows of statistics, as text for a person or in a format for programs. */
#ifndef JQ_REPORT_H
#define JQ_REPORT_H

#include "../io/output.h"

typedef enum jq_report_format {
    JQ_REPORT_TEXT,
    JQ_REPORT_CSV,
    JQ_REPORT_TSV,
    JQ_REPORT_JSONL
} jq_report_format;

/* The columns, in their order. */
typedef enum jq_column {
    JQ_COLUMN_FILE,
    JQ_COLUMN_WIDTH,
    JQ_COLUMN_HEIGHT,
    JQ_COLUMN_BLOCKS,
    JQ_COLUMN_DCT,
    JQ_COLUMN_ROUND,
    JQ_COLUMN_TABLE,
    JQ_COLUMN_QUALITY,
    JQ_COLUMN_SCALE,
    JQ_COLUMN_MSE,
    JQ_COLUMN_PSNR,
    JQ_COLUMN_PSNR_B,
    JQ_COLUMN_SSIM,
    JQ_COLUMN_SSIM_UNIFORM,
    JQ_COLUMN_MAX_ERROR,
    JQ_COLUMN_MEAN_ERROR,
    JQ_COLUMN_ZEROS,
    JQ_COLUMN_BYTES,
    JQ_COLUMN_BYTES_OPTIMAL,
    JQ_COLUMN_BPP,
    JQ_COLUMN_IMAGES,
    JQ_COLUMN_PIXELS,
    JQ_COLUMN_ERROR,
    JQ_COLUMNS
} jq_column;

/* The columns that --metrics chooses from. */
#define JQ_FIRST_METRIC JQ_COLUMN_MSE
#define JQ_LAST_METRIC JQ_COLUMN_BPP

typedef struct jq_value {
    enum { JQ_EMPTY, JQ_TEXT, JQ_INTEGER, JQ_REAL } kind;
    const char *text;
    uint64_t integer;
    double real;
} jq_value;

/* A value per column; what does not apply stays JQ_EMPTY, which is all zeros. */
typedef struct jq_row {
    jq_value values[JQ_COLUMNS];
} jq_row;

void jq_row_text(jq_row *row, jq_column column, const char *text);
void jq_row_integer(jq_row *row, jq_column column, uint64_t integer);
void jq_row_real(jq_row *row, jq_column column, double real);

/* The column of that name, or JQ_COLUMNS; the name of a column. */
jq_column jq_column_named(const char *name);
const char *jq_column_name(jq_column column);

/* How rows are shown. */
typedef struct jq_report {
    jq_report_format format;
    uint32_t metrics; /* bits 1 << jq_column of the measures that are shown */
    bool many;        /* text: a line per row, not a paragraph */
    bool codec;       /* text: rows have a table and a quality */
} jq_report;

/* The line of column names, in the formats that have one. */
void jq_report_header(const jq_report *report, jq_output *output);

void jq_report_row(const jq_report *report, const jq_row *row, jq_output *output);

/* One text as csv, tsv or jsonl writes it. */
void jq_report_text(jq_report_format format, const char *text, jq_output *output);

#endif
