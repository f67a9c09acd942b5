/* SPDX-License-Identifier: MIT */
/* quality_list.h: lists of qualities as -q takes them: "10", "10,50,90", "75-95:5", and mixtures.
 */
#ifndef JQ_QUALITY_LIST_H
#define JQ_QUALITY_LIST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Add the qualities of a list to *count that are there, each once, in the order in which they are
 * first met. False if the text is no such list.
 */
bool jq_quality_list(const char *text, int qualities[101], size_t *count);

#endif
