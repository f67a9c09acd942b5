/* SPDX-License-Identifier: MIT */
/* split.h: work on a plane by strips of whole block rows, on several threads. */
#ifndef JQ_SPLIT_H
#define JQ_SPLIT_H

#include "jpegq.h"

/* Rows of a plane: y, a multiple of 8, and how many. */
typedef jpegq_status (*jq_strip_work)(void *context, uint32_t y, uint32_t rows);

/*
 * Do all strips of a plane of that size, in any order, by at most that many threads. JPEGQ_OK, or
 * what a strip came to that failed.
 */
jpegq_status jq_split(size_t threads, uint32_t width, uint32_t height, jq_strip_work work,
                      void *context);

/* These rows of a plane, as a plane. */
jpegq_plane jq_strip_of(const jpegq_plane *plane, uint32_t y, uint32_t rows);

/* jpegq_forward, by strips. */
jpegq_status jq_split_forward(size_t threads, jpegq_dct dct, const jpegq_plane *plane,
                              void *coefficients);

/* jpegq_measure_error, by strips: its sums are integers, so that their order does not matter. */
jpegq_status jq_split_error(size_t threads, const jpegq_plane *a, const jpegq_plane *b,
                            jpegq_error *error);

#endif
