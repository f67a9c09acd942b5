/* SPDX-License-Identifier: MIT */
/* offsets_text.h: a rounding offset for each coefficient position, as text. */
#ifndef JQ_OFFSETS_TEXT_H
#define JQ_OFFSETS_TEXT_H

#include "input.h"
#include "output.h"

/*
 * Read 64 decimal numbers 0..1 in natural order, between white space; # begins a comment that ends
 * with the line. 0, or -1 with a message.
 */
int jq_offsets_read(const char *name, double offsets[64], jq_message *message);

/* The same for text in memory. */
int jq_offsets_parse(const char *name, const jq_bytes *text, double offsets[64],
                     jq_message *message);

/* Eight lines of eight offsets, to three decimal places. */
void jq_offsets_write(const double offsets[64], jq_output *output);

#endif
