/* SPDX-License-Identifier: MIT */
/* What check.c and file.c share: reports and the memory of a case. */
#ifndef CHECK_H
#define CHECK_H

#include "oracle.h"

/* ---- check.c --------------------------------------------------------------------------------- */

typedef struct bench {
    jpegq_plane in, out;
    size_t blocks;
    jpegq_codec codec;
    uint8_t *pixels; /* djpeg's */
    int16_t *wanted; /* libjpeg's coefficients */
    int16_t *got;
    jpegq_table file_table;
} bench;

void bench_open(bench *b, uint32_t width, uint32_t height, uint64_t seed);
void bench_close(bench *b);

/* malloc(count * size), never NULL. */
void *take(size_t count, size_t size);

/* "int luma q75 baseline noise 17x9 seed 123: " and what went wrong. */
void fail_case(tally *t, const test_case *c, const char *what);

/* The same with what libjpeg said last. */
void fail_reference(tally *t, const test_case *c, const char *what);

/* Each is a comparison, and a difference if what is expected is not there. */
void expect_status(tally *t, const test_case *c, const char *what, jpegq_status got,
                   jpegq_status expected);
void compare_tables(tally *t, const test_case *c, const jpegq_table *got,
                    const jpegq_table *expected);
void compare_blocks(tally *t, const test_case *c, const char *what, const int16_t *got,
                    const int16_t *expected);
void compare_samples(tally *t, const test_case *c, const char *what, const jpegq_plane *got,
                     const uint8_t *expected);
void compare_guards(tally *t, const test_case *c, const jpegq_plane *plane);

/* ---- file.c ---------------------------------------------------------------------------------- */

/*
 * jpegq's size and file of these coefficients, with standard or optimal Huffman tables, against
 * the file that the reference holds. Now and then the account of its bits too.
 * Returns the size of the reference's file.
 */
size_t check_file(tally *t, const test_case *c, const jpegq_table *table, const int16_t *quantized,
                  coding how);

/* Both sizes at once. */
void check_sizes(tally *t, const test_case *c, const jpegq_table *table, const int16_t *quantized,
                 size_t standard, size_t optimal);

/* Blocks out of range: no function on files may take them. */
void check_no_file(tally *t, const test_case *c, const jpegq_table *table,
                   const int16_t *quantized);

#endif
