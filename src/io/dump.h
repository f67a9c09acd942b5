/* SPDX-License-Identifier: MIT */
/* dump.h: coefficients of all blocks to .npy, .csv and .txt, and from .npy. */
#ifndef JQ_DUMP_H
#define JQ_DUMP_H

#include "input.h"
#include "output.h"

/* Coefficients [rows][columns][64] in natural order: integers, or reals where that is set. */
typedef struct jq_coefficients {
    uint64_t rows, columns;
    int16_t *integers; /* freed by jq_coefficients_free */
    double *reals;
} jq_coefficients;

typedef enum jq_dump_format {
    JQ_DUMP_UNKNOWN,
    JQ_DUMP_NPY,
    JQ_DUMP_CSV,
    JQ_DUMP_TXT
} jq_dump_format;

/* The format of that name ("npy"), or that a file name ends with; or JQ_DUMP_UNKNOWN. */
jq_dump_format jq_dump_format_named(const char *name);
jq_dump_format jq_dump_format_of(const char *file_name);

/* `comment` is one line without "# " and newline. Errors of writing show in jq_output_commit. */
void jq_dump_write(const jq_coefficients *coefficients, jq_dump_format format, bool zigzag,
                   const char *comment, jq_output *output);

/*
 * Read quantized coefficients from a .npy file of int16 or, if `reals` is allowed, float64: shape
 * (R, C, 8, 8), or (R, C, 64) in zigzag order. At most max_pixels. 0, or -1 with a message.
 */
int jq_coefficients_read(const char *name, bool zigzag, bool reals, uint64_t max_pixels,
                         jq_coefficients *coefficients, jq_message *message);

/* The same for a file in memory. */
int jq_coefficients_parse(const char *name, const jq_bytes *bytes, bool zigzag, bool reals,
                          uint64_t max_pixels, jq_coefficients *coefficients, jq_message *message);

void jq_coefficients_free(jq_coefficients *coefficients);

#endif
