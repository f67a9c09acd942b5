/* SPDX-License-Identifier: MIT */
/* report.h: a row of statistics, as text for a person or in a format for programs. */
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
    JQ_COLUMN_MAX_ERROR,
    JQ_COLUMN_MEAN_ERROR,
    JQ_COLUMN_ZEROS,
    JQ_COLUMN_BYTES,
    JQ_COLUMN_BYTES_OPTIMAL,
    JQ_COLUMN_BPP,
    JQ_COLUMNS
} jq_column;

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

/* The line of column names, in the formats that have one. */
void jq_report_header(jq_report_format format, jq_output *output);

void jq_report_row(const jq_row *row, jq_report_format format, jq_output *output);

#endif
