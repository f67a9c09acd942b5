/* SPDX-License-Identifier: MIT */
/* report.c: see report.h. CSV is quoted as in RFC 4180, JSON is RFC 8259's. */
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diagnose.h"

/* The one table of columns that all machine formats come from. */
static const char *const names[JQ_COLUMNS] = {
    "file",       "width",   "height", "blocks",        "dct",  "round",
    "table",      "quality", "scale",  "mse",           "psnr", "max_error",
    "mean_error", "zeros",   "bytes",  "bytes_optimal", "bpp",
};

void jq_row_text(jq_row *row, jq_column column, const char *text)
{
    row->values[column] = (jq_value){.kind = JQ_TEXT, .text = text};
}

void jq_row_integer(jq_row *row, jq_column column, uint64_t integer)
{
    row->values[column] = (jq_value){.kind = JQ_INTEGER, .integer = integer};
}

void jq_row_real(jq_row *row, jq_column column, double real)
{
    row->values[column] = (jq_value){.kind = JQ_REAL, .real = real};
}

/* ---- Texts in the machine formats ------------------------------------------------------------ */

static void put_csv(const char *text, jq_output *output)
{
    if (!strpbrk(text, ",\"\r\n")) {
        jq_output_text(output, text);
        return;
    }
    jq_output_text(output, "\"");
    for (; *text; text++)
        jq_output_write(output, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    jq_output_text(output, "\"");
}

static void put_tsv(const char *text, jq_output *output)
{
    for (; *text; text++) {
        if (*text == '\t')
            jq_output_text(output, "\\t");
        else if (*text == '\n')
            jq_output_text(output, "\\n");
        else if (*text == '\r')
            jq_output_text(output, "\\r");
        else if (*text == '\\')
            jq_output_text(output, "\\\\");
        else
            jq_output_write(output, text, 1);
    }
}

static void put_json(const char *text, jq_output *output)
{
    jq_output_text(output, "\"");
    while (*text) {
        size_t length = jq_utf8_length(text);
        if (*text == '"' || *text == '\\')
            jq_output_text(output, "\\");
        if (length == 0)
            jq_output_text(output, "\\ufffd");
        else if ((unsigned char)*text < 0x20 || *text == 0x7f)
            jq_output_format(output, "\\u%04x", (unsigned)(unsigned char)*text);
        else
            jq_output_write(output, text, length);
        text += length ? length : 1;
    }
    jq_output_text(output, "\"");
}

/* ---- Values and rows ------------------------------------------------------------------------- */

static void put_text(const char *text, jq_report_format format, jq_output *output)
{
    if (format == JQ_REPORT_CSV)
        put_csv(text, output);
    else if (format == JQ_REPORT_TSV)
        put_tsv(text, output);
    else
        put_json(text, output);
}

static void put_value(const jq_value *value, jq_report_format format, jq_output *output)
{
    bool json = format == JQ_REPORT_JSONL;
    switch (value->kind) {
    case JQ_EMPTY:
        jq_output_text(output, json ? "null" : "");
        break;
    case JQ_TEXT:
        put_text(value->text, format, output);
        break;
    case JQ_INTEGER:
        jq_output_integer(output, (int64_t)value->integer);
        break;
    case JQ_REAL:
        if (isfinite(value->real))
            jq_output_real(output, value->real);
        else
            jq_output_text(output, json ? "null" : "inf");
        break;
    }
}

static bool is_infinite(const jq_value *value)
{
    return value->kind == JQ_REAL && isinf(value->real);
}

static void put_json_row(const jq_row *row, jq_output *output)
{
    for (int i = 0; i < JQ_COLUMNS; i++) {
        jq_output_format(output, "%s\"%s\": ", i ? ", " : "{", names[i]);
        put_value(&row->values[i], JQ_REPORT_JSONL, output);
    }
    if (is_infinite(&row->values[JQ_COLUMN_PSNR]))
        jq_output_text(output, ", \"identical\": true");
    jq_output_text(output, "}\n");
}

/* ---- For a person ---------------------------------------------------------------------------- */

static void put_errors(const jq_value *v, jq_output *output)
{
    jq_output_format(output, "  MSE       %.4f\n", v[JQ_COLUMN_MSE].real);
    if (is_infinite(&v[JQ_COLUMN_PSNR]))
        jq_output_text(output, "  PSNR      inf (identical)\n");
    else
        jq_output_format(output, "  PSNR      %.4f dB\n", v[JQ_COLUMN_PSNR].real);
    jq_output_format(output, "  error     %ju at most, %.4f on average\n",
                     (uintmax_t)v[JQ_COLUMN_MAX_ERROR].integer, v[JQ_COLUMN_MEAN_ERROR].real);
}

static void put_text_row(const jq_row *row, jq_output *output)
{
    char masked[4096];
    const jq_value *v = row->values;
    uintmax_t blocks = v[JQ_COLUMN_BLOCKS].integer;

    jq_output_text(output, jq_mask(v[JQ_COLUMN_FILE].text, masked, sizeof masked));
    jq_output_format(output, "\n  size      %ju x %ju, %ju block%s\n",
                     (uintmax_t)v[JQ_COLUMN_WIDTH].integer, (uintmax_t)v[JQ_COLUMN_HEIGHT].integer,
                     blocks, blocks == 1 ? "" : "s");
    jq_output_text(output, "  table     ");
    jq_output_text(output, jq_mask(v[JQ_COLUMN_TABLE].text, masked, sizeof masked));
    if (v[JQ_COLUMN_QUALITY].kind == JQ_INTEGER)
        jq_output_format(output, ", quality %ju", (uintmax_t)v[JQ_COLUMN_QUALITY].integer);
    else if (v[JQ_COLUMN_SCALE].kind == JQ_TEXT)
        jq_output_format(output, ", scale %.100s", v[JQ_COLUMN_SCALE].text);
    else
        jq_output_text(output, ", as it stands");
    jq_output_format(output, "\n  DCT       %s, round %.100s\n", v[JQ_COLUMN_DCT].text,
                     v[JQ_COLUMN_ROUND].text);
    if (v[JQ_COLUMN_MSE].kind == JQ_REAL)
        put_errors(v, output);
    if (v[JQ_COLUMN_ZEROS].kind == JQ_REAL)
        jq_output_format(output, "  zeros     %.2f %% of %ju coefficients\n",
                         100 * v[JQ_COLUMN_ZEROS].real, 64 * blocks);
    if (v[JQ_COLUMN_BYTES].kind == JQ_INTEGER)
        jq_output_format(output, "  bytes     %ju, %ju with optimal Huffman tables, %.4f bpp\n",
                         (uintmax_t)v[JQ_COLUMN_BYTES].integer,
                         (uintmax_t)v[JQ_COLUMN_BYTES_OPTIMAL].integer, v[JQ_COLUMN_BPP].real);
}

void jq_report_header(jq_report_format format, jq_output *output)
{
    if (format != JQ_REPORT_CSV && format != JQ_REPORT_TSV)
        return;
    for (int i = 0; i < JQ_COLUMNS; i++)
        jq_output_format(output, "%s%s",
                         i == 0                    ? ""
                         : format == JQ_REPORT_CSV ? ","
                                                   : "\t",
                         names[i]);
    jq_output_text(output, "\n");
}

void jq_report_row(const jq_row *row, jq_report_format format, jq_output *output)
{
    if (format == JQ_REPORT_TEXT) {
        put_text_row(row, output);
        return;
    }
    if (format == JQ_REPORT_JSONL) {
        put_json_row(row, output);
        return;
    }
    for (int i = 0; i < JQ_COLUMNS; i++) {
        if (i)
            jq_output_text(output, format == JQ_REPORT_CSV ? "," : "\t");
        put_value(&row->values[i], format, output);
    }
    jq_output_text(output, "\n");
}
