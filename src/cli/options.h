/* SPDX-License-Identifier: MIT */
/* options.h: the command line, parsed and checked as far as that goes without opening a file. */
#ifndef JQ_OPTIONS_H
#define JQ_OPTIONS_H

#include "../io/dump.h"
#include "../io/image.h"
#include "report.h"

typedef enum jq_stage { JQ_STAGE_QUANTIZED, JQ_STAGE_DCT, JQ_STAGE_DEQUANTIZED } jq_stage;

typedef enum jq_huffman { JQ_HUFFMAN_STANDARD, JQ_HUFFMAN_OPTIMAL } jq_huffman;

/* Texts point into argv. */
typedef struct jq_options {
    int quality;       /* 0..100, or -1 if not given */
    const char *table; /* a preset or a file */
    bool exact_table;
    const char *scale; /* as given, or NULL */
    double factor, dc_factor;
    unsigned largest_step; /* 255, or 32767 without baseline */
    bool print_table;

    const char *dct_name, *round_name;
    jpegq_dct dct;
    jpegq_rounding rounding;

    const char *dump; /* file, or NULL */
    jq_dump_format dump_format;
    jq_stage stage;
    const char *stage_name;
    bool zigzag;
    bool block;
    uint64_t block_row, block_column;
    const char *from_coefficients; /* file, or NULL */
    uint64_t width, height;        /* of --size, or 0 */

    jq_huffman huffman;
    bool bits;
    const char *bit_map; /* file, or NULL */
    jq_image_format bit_map_format;

    bool stats;
    jq_report_format format;

    const char *input, *output; /* NULL if not given */
    jq_image_format output_format;
    bool clobber;
    uint64_t max_pixels;
    bool verbose;
} jq_options;

/*
 * Parse and check. Returns JQ_EXIT_OK; JQ_EXIT_USAGE after a complaint; or -1 if --help or
 * --version was all that was asked for, and is now to be printed by the caller (*help tells which).
 */
int jq_options_parse(int argc, char **argv, jq_options *options, bool *help);

#endif
