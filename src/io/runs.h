/* SPDX-License-Identifier: MIT */
/*
 * runs.h: deflate (RFC 1951) with Huffman codes and runs of one byte only. On filtered photographs,
 * where longer repetitions are accidents that cost more than they save, it makes less than a search
 * for them does, in a fraction of the time.
 */
#ifndef JQ_RUNS_H
#define JQ_RUNS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that jq_deflate_runs may write for `size`: its codes are never longer than 15 bits. */
size_t jq_runs_bound(size_t size);

/*
 * A raw deflate stream of data, not empty. out: NULL to count only, or room for jq_runs_bound. Its
 * bytes, or 0 if memory is short.
 */
size_t jq_deflate_runs(const uint8_t *data, size_t size, uint8_t *out);

#endif
