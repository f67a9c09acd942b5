/* SPDX-License-Identifier: MIT */
/* table_text.h: quantization tables as text, in the format of cjpeg -qtables. */
#ifndef JQ_TABLE_TEXT_H
#define JQ_TABLE_TEXT_H

#include "input.h"
#include "output.h"

/* Read the first of the one to four tables in a file. 0, or -1 with a message. */
int jq_table_read(const char *name, jpegq_table *table, jq_message *message);

/* The same for text in memory. */
int jq_table_parse(const char *name, const jq_bytes *text, jpegq_table *table, jq_message *message);

/* Eight lines of eight steps. */
void jq_table_write(const jpegq_table *table, jq_output *output);

#endif
