/* SPDX-License-Identifier: MIT */
/* options.h: the command line, parsed and checked as far as that goes without opening a file. */
#ifndef JQ_OPTIONS_H
#define JQ_OPTIONS_H

#include "../io/cage.h"
#include "../io/dump.h"
#include "../io/image.h"
#include "report.h"
#include "sheet.h"

typedef enum jq_stage { JQ_STAGE_QUANTIZED, JQ_STAGE_DCT, JQ_STAGE_DEQUANTIZED } jq_stage;
typedef enum jq_huffman { JQ_HUFFMAN_STANDARD, JQ_HUFFMAN_OPTIMAL } jq_huffman;

typedef enum jq_target {
    JQ_TARGET_NONE,
    JQ_TARGET_PSNR, /* at least: the lowest quality that has it */
    JQ_TARGET_SSIM,
    JQ_TARGET_BYTES, /* at most: the highest quality that has it */
    JQ_TARGET_BPP
} jq_target;

enum { JQ_MOST_TABLES = 100, JQ_MOST_THREADS = 256, JQ_MOST_VALIDATED = 1000 };

/* How values of a feature map enter the codec. */
typedef enum jq_samples {
    JQ_SAMPLES_DEFAULT, /* as reals with --dct exact, else rounded to 8 bits */
    JQ_SAMPLES_8BIT,
    JQ_SAMPLES_REAL
} jq_samples;

typedef enum jq_clamp {
    JQ_CLAMP_BOTH,    /* the output is clamped, and has no gradient there */
    JQ_CLAMP_FORWARD, /* it is clamped, but its gradient passes */
    JQ_CLAMP_NONE     /* it is not clamped */
} jq_clamp;

typedef enum jq_type {
    JQ_TYPE_DEFAULT, /* that of the input */
    JQ_TYPE_UINT8,
    JQ_TYPE_FLOAT32,
    JQ_TYPE_FLOAT64
} jq_type;

/* Texts point into argv. */
typedef struct jq_options {
    int qualities[101]; /* in the order given, each once */
    size_t quality_count;
    const char *tables[JQ_MOST_TABLES]; /* presets and files; at least one */
    size_t table_count;
    bool exact_table;
    const char *scale; /* as given, or NULL */
    double factor, dc_factor;
    unsigned largest_step; /* 255, or 32767 without baseline */
    bool print_table;

    const char *dct_name, *round_name;
    jpegq_dct dct;
    jpegq_rounding rounding;
    const char *offsets; /* file of --round offsets:FILE, which the plan reads; or NULL */

    const char *dump; /* file, or NULL */
    jq_dump_format dump_format;
    jq_stage stage;
    const char *stage_name;
    bool zigzag;
    bool block;
    uint64_t block_row, block_column;
    const char *from_coefficients; /* file, or NULL */
    uint64_t width, height;        /* of --size, or 0 */

    jq_range range;
    jq_samples samples;
    jq_clamp clamp;
    jq_type output_type;
    jpegq_gradient_mode gradient;
    const char *gradient_name;                          /* or NULL */
    const char *grad_output;                            /* file to read, or NULL */
    const char *grad_input, *grad_table, *grad_quality; /* files to write, or NULL */

    const char *learn_table; /* file or folder to write, or NULL */
    bool learn_for_given, no_rounding;
    jpegq_aim learn_for;
    const char *validate[JQ_MOST_VALIDATED];
    size_t validate_count;

    jq_huffman huffman;
    bool bits;
    const char *bit_map; /* file, or NULL */
    jq_image_format bit_map_format;

    bool stats;
    jq_report_format format;
    uint32_t metrics; /* bits 1 << jq_column of the measures that are shown */
    bool header, summary, bd;
    const char *reference; /* of --compare, or NULL */

    jq_target target;
    double target_value; /* dB, SSIM, bytes or bits a pixel */

    const char *plot; /* file, or NULL */
    jq_column plot_metric;
    const char *sheet; /* file, or NULL */
    jq_view view;
    const char *diff; /* file, or NULL */
    uint64_t diff_gain;

    const char **inputs; /* of the command line */
    size_t input_count;
    const char *files_from; /* file of names, or NULL */
    bool null_separated;
    const char *output;    /* NULL if not given */
    const char *directory; /* of -d, or NULL */
    bool no_output;        /* -n */
    jq_image_format output_format;
    int png_level; /* see jq_png_set_level */
    bool clobber, sync;
    uint64_t max_pixels;
    jq_sandbox sandbox;
    unsigned decode_timeout; /* seconds */
    unsigned threads;
    bool progress;
    bool verbose;
} jq_options;

/*
 * Parse and check. Returns JQ_EXIT_OK; JQ_EXIT_USAGE after a complaint; or -1 if --help or
 * --version was all that was asked for, and is now to be printed by the caller (*help tells which).
 */
int jq_options_parse(int argc, char **argv, jq_options *options, bool *help);

/* What it ends with: do they go together? Settles what was not given (options_check.c). */
int jq_options_check(jq_options *options);

#endif
