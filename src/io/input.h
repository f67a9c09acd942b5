/* SPDX-License-Identifier: MIT */
/* input.h: a file, or standard input: whole in memory, or read from its beginning on. */
#ifndef JQ_INPUT_H
#define JQ_INPUT_H

#include "message.h"
#include "shared.h"

typedef struct jq_bytes {
    uint8_t *data; /* freed by jq_bytes_free */
    size_t size;
    jq_shared shared; /* where they are, if they were asked for so */
} jq_bytes;

/* An input that is open. */
typedef struct jq_input {
    const char *name; /* for a person */
    int fd;           /* -1 when closed */
    size_t most;      /* bytes, of which more are refused */
    uint64_t size;    /* bytes from the first read on, or UINT64_MAX where only reading tells */
    jq_bytes ahead;   /* bytes that were looked at and not handed out */
    uint8_t *memory;  /* that `ahead` lies in */
    size_t enough;    /* bytes, behind which jq_input_rest need not read, or 0 */
    bool share;       /* jq_input_rest is to read into memory that can be shared */
} jq_input;

#define JQ_INPUT_CLOSED                                                                            \
    {                                                                                              \
        NULL, -1, 0, 0, {NULL, 0, {NULL, 0, 0}}, NULL, 0, false                                    \
    }

/* The bytes of a file of so many pixels or values at most: eight each, which is more than any
   format needs, and some for headers. */
size_t jq_input_limit(uint64_t values);

/* How many bytes of an input that may never end are read for what its beginning does not tell of:
   text, profiles, thumbnails, what follows the picture. */
enum { JQ_ASIDE = 1 << 26 };

/*
 * Open a file, "-" for standard input. Refuses a directory, and a file of more than `most` bytes.
 * `name` is kept, not copied. 0, or -1 with a message and nothing left open.
 */
int jq_input_open(jq_input *input, const char *name, size_t most, jq_message *message);

/*
 * Look at bytes to come: input->ahead is what was looked at so far. Returns 1 if that has grown; 0
 * if it cannot, at the end of the input or after 64 KiB; or -1 with a message.
 */
int jq_input_look(jq_input *input, jq_message *message);

/* Hand out bytes that were looked at, to nobody. size: at most input->ahead.size. */
void jq_input_skip(jq_input *input, size_t size);

/* Read `size` bytes, or what there is before the end. 0, or -1 with a message. */
int jq_input_read(jq_input *input, uint8_t *data, size_t size, size_t *got, jq_message *message);

/*
 * All that is not yet handed out, in memory, or as much as is enough. Refuses an empty input, and
 * one of more than `most` bytes. 0, or -1 with a message and no bytes.
 */
int jq_input_rest(jq_input *input, jq_bytes *bytes, jq_message *message);

/* Read what is left of a pipe to nowhere, so that who writes it may finish; but not for ever. */
int jq_input_drain(jq_input *input, jq_message *message);

/* Is it the file of that name, "-" for standard output? */
bool jq_input_is(const jq_input *input, const char *output);

void jq_input_close(jq_input *input);

/* All of a file in memory: jq_input_open, jq_input_rest and jq_input_close. */
int jq_read_file(const char *name, size_t most, jq_bytes *bytes, jq_message *message);

void jq_bytes_free(jq_bytes *bytes);

#endif
