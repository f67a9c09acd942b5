/* SPDX-License-Identifier: MIT */
/* input.h: a whole file, or standard input, in memory. */
#ifndef JQ_INPUT_H
#define JQ_INPUT_H

#include "message.h"

typedef struct jq_bytes {
    uint8_t *data; /* freed by jq_bytes_free */
    size_t size;
} jq_bytes;

/*
 * Read all of a file, "-" for standard input, into memory. Refuses a directory, an empty file and
 * more than `most` bytes. 0, or -1 with a message.
 */
int jq_read_file(const char *name, size_t most, jq_bytes *bytes, jq_message *message);

void jq_bytes_free(jq_bytes *bytes);

#endif
