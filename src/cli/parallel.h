/* SPDX-License-Identifier: MIT */
/* parallel.h: the parts of one work, done by several threads. */
#ifndef JQ_PARALLEL_H
#define JQ_PARALLEL_H

#include <stddef.h>

/*
 * Do each of the parts 0..parts - 1 once, in any order, by as many threads as there are parts but
 * at most `threads`, the calling one among them. Returns when all are done. Fewer threads do if
 * there cannot be more.
 */
void jq_parallel(size_t threads, size_t parts, void (*part)(void *context, size_t index),
                 void *context);

#endif
