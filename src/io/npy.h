/* SPDX-License-Identifier: MIT */
/* npy.h: NumPy's .npy array files (NEP 1), the kinds that images and coefficients need. */
#ifndef JQ_NPY_H
#define JQ_NPY_H

#include "input.h"
#include "output.h"

enum { JQ_NPY_DIMENSIONS = 32 }; /* NumPy's own limit */

typedef struct jq_npy {
    char kind;     /* 'u', 'i', 'f', ... as in NumPy's type strings */
    unsigned size; /* bytes of an element */
    bool big_endian;
    bool fortran; /* the first index changes fastest */
    unsigned dimensions;
    uint64_t shape[JQ_NPY_DIMENSIONS];
    const uint8_t *data; /* in the bytes that were parsed */
    uint64_t elements;   /* the product of the shape; the data are there in full */
    char text[128];      /* type and shape, for messages */
} jq_npy;

/* Parse a file in memory. 0, or -1 with a message. */
int jq_npy_parse(const char *name, const jq_bytes *bytes, jq_npy *array, jq_message *message);

/*
 * Find from the beginning of an input how much of it is to be read: input->enough and input->most.
 * Returns 1 if that is known, 0 if more of the beginning is needed, or -1 with a message: it is no
 * such file, or has more than max_values elements.
 */
int jq_npy_bound(jq_input *input, uint64_t max_values, jq_message *message);

/* All of a file in memory, which may be a pipe that never ends. 0, or -1 with a message. */
int jq_npy_read(const char *name, uint64_t max_values, jq_bytes *bytes, jq_message *message);

/* Write a version 1.0 header; the elements, little-endian and in C order, are to follow. */
void jq_npy_write_header(jq_output *output, const char *type, unsigned dimensions,
                         const uint64_t *shape);

#endif
