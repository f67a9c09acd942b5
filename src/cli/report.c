/* SPDX-License-Identifier: MIT */
/* report.c: see report.h. CSV is quoted as in RFC 4180, JSON is RFC 8259's. */
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diagnose.h"

/* The one table of columns that all formats come from. */
static const struct {
    const char *name;
    int width, decimals; /* in lines of text; 0 for columns that are not in them */
} columns[JQ_COLUMNS] = {
    [JQ_COLUMN_FILE] = {"file", 0, 0},
    [JQ_COLUMN_WIDTH] = {"width", 0, 0},
    [JQ_COLUMN_HEIGHT] = {"height", 0, 0},
    [JQ_COLUMN_BLOCKS] = {"blocks", 0, 0},
    [JQ_COLUMN_DCT] = {"dct", 0, 0},
    [JQ_COLUMN_ROUND] = {"round", 0, 0},
    [JQ_COLUMN_TABLE] = {"table", 15, 0},
    [JQ_COLUMN_QUALITY] = {"quality", 7, 0},
    [JQ_COLUMN_SCALE] = {"scale", 0, 0},
    [JQ_COLUMN_MSE] = {"mse", 10, 4},
    [JQ_COLUMN_PSNR] = {"psnr", 8, 4},
    [JQ_COLUMN_PSNR_B] = {"psnr_b", 8, 4},
    [JQ_COLUMN_SSIM] = {"ssim", 9, 6},
    [JQ_COLUMN_SSIM_UNIFORM] = {"ssim_uniform", 12, 6},
    [JQ_COLUMN_MAX_ERROR] = {"max_error", 9, 0},
    [JQ_COLUMN_MEAN_ERROR] = {"mean_error", 10, 4},
    [JQ_COLUMN_ZEROS] = {"zeros", 7, 4},
    [JQ_COLUMN_BYTES] = {"bytes", 11, 0},
    [JQ_COLUMN_BYTES_OPTIMAL] = {"bytes_optimal", 13, 0},
    [JQ_COLUMN_BPP] = {"bpp", 8, 4},
    [JQ_COLUMN_IMAGES] = {"images", 0, 0},
    [JQ_COLUMN_PIXELS] = {"pixels", 0, 0},
    [JQ_COLUMN_ERROR] = {"error", 0, 0},
};

jq_column jq_column_named(const char *name)
{
    for (int i = 0; i < JQ_COLUMNS; i++)
        if (strcmp(columns[i].name, name) == 0)
            return (jq_column)i;
    return JQ_COLUMNS;
}

const char *jq_column_name(jq_column column)
{
    return columns[column].name;
}

static bool is_shown(const jq_report *report, int column)
{
    return column < JQ_FIRST_METRIC || column > JQ_LAST_METRIC ||
           (report->metrics >> column & 1) != 0;
}

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

void jq_report_text(jq_report_format format, const char *text, jq_output *output)
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
        jq_report_text(format, value->text, output);
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

static void put_json_row(const jq_report *report, const jq_row *row, jq_output *output)
{
    for (int i = 0; i < JQ_COLUMNS; i++) {
        if (!is_shown(report, i))
            continue;
        jq_output_format(output, "%s\"%s\": ", i ? ", " : "{", columns[i].name);
        put_value(&row->values[i], JQ_REPORT_JSONL, output);
    }
    /* null alone does not say so; a mean is infinite for one image's sake */
    if (is_infinite(&row->values[JQ_COLUMN_PSNR]) &&
        row->values[JQ_COLUMN_WIDTH].kind == JQ_INTEGER)
        jq_output_text(output, ", \"identical\": true");
    jq_output_text(output, "}\n");
}

static void put_separated_row(const jq_report *report, const jq_row *row, jq_output *output)
{
    for (int i = 0; i < JQ_COLUMNS; i++) {
        if (!is_shown(report, i))
            continue;
        if (i)
            jq_output_text(output, report->format == JQ_REPORT_CSV ? "," : "\t");
        put_value(&row->values[i], report->format, output);
    }
    jq_output_text(output, "\n");
}

/* ---- For a person: one row ------------------------------------------------------------------- */

static void put_masked(const char *text, jq_output *output)
{
    char masked[4096];
    jq_output_text(output, jq_mask(text, masked, sizeof masked));
}

/* A line of its own for a measure, if the row has it. */
static void put_measure(const jq_row *row, jq_column column, const char *label, const char *unit,
                        jq_output *output)
{
    const jq_value *v = &row->values[column];
    if (v->kind != JQ_REAL)
        return;
    if (isinf(v->real))
        jq_output_format(output, "  %-10sinf%s\n", label,
                         column == JQ_COLUMN_PSNR ? " (identical)" : "");
    else
        jq_output_format(output, "  %-10s%.*f%s\n", label, columns[column].decimals, v->real, unit);
}

static void put_largest_and_mean(const jq_value *v, jq_output *output)
{
    bool largest = v[JQ_COLUMN_MAX_ERROR].kind != JQ_EMPTY;
    bool whole = v[JQ_COLUMN_MAX_ERROR].kind == JQ_INTEGER;
    bool mean = v[JQ_COLUMN_MEAN_ERROR].kind == JQ_REAL;
    if (!largest && !mean)
        return;
    jq_output_text(output, "  error     ");
    if (whole)
        jq_output_format(output, "%ju", (uintmax_t)v[JQ_COLUMN_MAX_ERROR].integer);
    else if (largest)
        jq_output_format(output, "%.4f", v[JQ_COLUMN_MAX_ERROR].real);
    if (largest)
        jq_output_format(output, " at most%s", mean ? ", " : "");
    if (mean)
        jq_output_format(output, "%.4f on average", v[JQ_COLUMN_MEAN_ERROR].real);
    jq_output_text(output, "\n");
}

static void put_bytes(const jq_value *v, jq_output *output)
{
    bool standard = v[JQ_COLUMN_BYTES].kind == JQ_INTEGER;
    bool optimal = v[JQ_COLUMN_BYTES_OPTIMAL].kind == JQ_INTEGER;
    bool bpp = v[JQ_COLUMN_BPP].kind == JQ_REAL;
    if (!standard && !optimal && !bpp)
        return;
    jq_output_text(output, "  bytes     ");
    if (standard)
        jq_output_format(output, "%ju%s", (uintmax_t)v[JQ_COLUMN_BYTES].integer,
                         optimal || bpp ? ", " : "");
    if (optimal)
        jq_output_format(output, "%ju with optimal Huffman tables%s",
                         (uintmax_t)v[JQ_COLUMN_BYTES_OPTIMAL].integer, bpp ? ", " : "");
    if (bpp)
        jq_output_format(output, "%.4f bpp", v[JQ_COLUMN_BPP].real);
    jq_output_text(output, "\n");
}

static void put_setting(const jq_value *v, jq_output *output)
{
    if (v[JQ_COLUMN_TABLE].kind != JQ_TEXT)
        return;
    jq_output_text(output, "  table     ");
    put_masked(v[JQ_COLUMN_TABLE].text, output);
    if (v[JQ_COLUMN_QUALITY].kind == JQ_INTEGER)
        jq_output_format(output, ", quality %ju", (uintmax_t)v[JQ_COLUMN_QUALITY].integer);
    else if (v[JQ_COLUMN_SCALE].kind == JQ_TEXT)
        jq_output_format(output, ", scale %.100s", v[JQ_COLUMN_SCALE].text);
    else
        jq_output_text(output, ", as it stands");
    jq_output_format(output, "\n  DCT       %s, round %.100s\n", v[JQ_COLUMN_DCT].text,
                     v[JQ_COLUMN_ROUND].text);
}

/* In place of a file, in a summary. */
static void put_images(const jq_value *v, jq_output *output)
{
    uintmax_t images = v[JQ_COLUMN_IMAGES].integer;
    jq_output_format(output, "(of %ju image%s)", images, images == 1 ? "" : "s");
}

static void put_paragraph(const jq_row *row, jq_output *output)
{
    const jq_value *v = row->values;
    uintmax_t blocks = v[JQ_COLUMN_BLOCKS].integer;

    if (v[JQ_COLUMN_FILE].kind == JQ_TEXT)
        put_masked(v[JQ_COLUMN_FILE].text, output);
    else
        put_images(v, output);
    if (v[JQ_COLUMN_WIDTH].kind == JQ_INTEGER)
        jq_output_format(output, "\n  size      %ju x %ju", (uintmax_t)v[JQ_COLUMN_WIDTH].integer,
                         (uintmax_t)v[JQ_COLUMN_HEIGHT].integer);
    else
        jq_output_format(output, "\n  size      %ju pixels",
                         (uintmax_t)v[JQ_COLUMN_PIXELS].integer);
    if (v[JQ_COLUMN_WIDTH].kind == JQ_INTEGER && v[JQ_COLUMN_IMAGES].integer > 1)
        jq_output_format(output, ", %ju planes", (uintmax_t)v[JQ_COLUMN_IMAGES].integer);
    if (v[JQ_COLUMN_BLOCKS].kind == JQ_INTEGER)
        jq_output_format(output, ", %ju block%s", blocks, blocks == 1 ? "" : "s");
    jq_output_text(output, "\n");
    put_setting(v, output);
    put_measure(row, JQ_COLUMN_MSE, "MSE", "", output);
    put_measure(row, JQ_COLUMN_PSNR, "PSNR", " dB", output);
    put_measure(row, JQ_COLUMN_PSNR_B, "PSNR-B", " dB", output);
    put_measure(row, JQ_COLUMN_SSIM, "SSIM", "", output);
    put_measure(row, JQ_COLUMN_SSIM_UNIFORM, "SSIM 8x8", "", output);
    put_largest_and_mean(v, output);
    if (v[JQ_COLUMN_ZEROS].kind == JQ_REAL)
        jq_output_format(output, "  zeros     %.2f %% of %ju coefficients\n",
                         100 * v[JQ_COLUMN_ZEROS].real, 64 * blocks);
    put_bytes(v, output);
}

/* ---- For a person: a line per row ------------------------------------------------------------ */

/* Columns without a width, and those that the report does not show, are not in lines. */
static bool is_in_lines(const jq_report *report, int column)
{
    bool of_codec = column == JQ_COLUMN_TABLE || column == JQ_COLUMN_QUALITY;
    return columns[column].width > 0 && is_shown(report, column) && (report->codec || !of_codec);
}

static void put_cell(const jq_row *row, int column, jq_output *output)
{
    char text[64] = "";
    const jq_value *v = &row->values[column];
    if (column == JQ_COLUMN_QUALITY && v->kind == JQ_EMPTY)
        v = &row->values[JQ_COLUMN_SCALE]; /* which there is instead, or nothing */
    if (v->kind == JQ_TEXT)
        jq_mask(v->text, text, sizeof text);
    else if (v->kind == JQ_INTEGER)
        snprintf(text, sizeof text, "%ju", (uintmax_t)v->integer);
    else if (v->kind == JQ_REAL)
        snprintf(text, sizeof text, "%.*f",
                 column == JQ_COLUMN_MAX_ERROR ? 4 : columns[column].decimals, v->real);
    /* names to the left, numbers to the right */
    int width = column == JQ_COLUMN_TABLE ? -columns[column].width : columns[column].width;
    jq_output_format(output, "%*s ", width, text);
}

static void put_line(const jq_report *report, const jq_row *row, jq_output *output)
{
    const jq_value *v = row->values;
    for (int i = 0; i < JQ_COLUMNS; i++)
        if (is_in_lines(report, i))
            put_cell(row, i, output);
    jq_output_text(output, " ");
    if (v[JQ_COLUMN_ERROR].kind == JQ_TEXT) {
        put_masked(v[JQ_COLUMN_ERROR].text, output); /* which begins with the name */
    } else if (v[JQ_COLUMN_FILE].kind == JQ_TEXT) {
        put_masked(v[JQ_COLUMN_FILE].text, output);
    } else {
        put_images(v, output);
    }
    jq_output_text(output, "\n");
}

static void put_line_header(const jq_report *report, jq_output *output)
{
    for (int i = 0; i < JQ_COLUMNS; i++)
        if (is_in_lines(report, i))
            jq_output_format(output, "%*s ",
                             i == JQ_COLUMN_TABLE ? -columns[i].width : columns[i].width,
                             columns[i].name);
    jq_output_text(output, " file\n");
}

/* ---- Reports --------------------------------------------------------------------------------- */

void jq_report_header(const jq_report *report, jq_output *output)
{
    if (report->format == JQ_REPORT_TEXT && report->many)
        put_line_header(report, output);
    if (report->format != JQ_REPORT_CSV && report->format != JQ_REPORT_TSV)
        return;
    for (int i = 0; i < JQ_COLUMNS; i++)
        if (is_shown(report, i))
            jq_output_format(output, "%s%s",
                             i == 0                            ? ""
                             : report->format == JQ_REPORT_CSV ? ","
                                                               : "\t",
                             columns[i].name);
    jq_output_text(output, "\n");
}

void jq_report_row(const jq_report *report, const jq_row *row, jq_output *output)
{
    if (report->format == JQ_REPORT_JSONL)
        put_json_row(report, row, output);
    else if (report->format != JQ_REPORT_TEXT)
        put_separated_row(report, row, output);
    else if (report->many)
        put_line(report, row, output);
    else if (row->values[JQ_COLUMN_ERROR].kind != JQ_TEXT) /* which standard error has told */
        put_paragraph(row, output);
}
