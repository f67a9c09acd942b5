/* SPDX-License-Identifier: MIT */
/* progress.h: a line on standard error, if that is a terminal, that tells how far long work is. */
#ifndef JQ_PROGRESS_H
#define JQ_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct jq_progress {
    bool on;    /* is it wanted, and a terminal? */
    bool drawn; /* is the line there now? */
    size_t rows, files, rows_per_file;
    double start, last; /* seconds */
    uint64_t pixels;    /* gone through so far, for every row */
} jq_progress;

void jq_progress_start(jq_progress *progress, bool wanted, size_t files, size_t rows_per_file);

/* A row of that many pixels is done. */
void jq_progress_step(jq_progress *progress, size_t rows_done, uint64_t pixels);

/* Take the line away, before something else is printed and at the end. */
void jq_progress_clear(jq_progress *progress);

#endif
