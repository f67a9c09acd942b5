/* SPDX-License-Identifier: MIT */
/* rows.h: sums over rows of samples that several measures need. */
#ifndef JQ_ROWS_H
#define JQ_ROWS_H

#include "jpegq.h"

/* Add what two rows differ by to error's squared and absolute, and raise its largest. */
void jq_add_error(const uint8_t *a, const uint8_t *b, size_t count, jpegq_error *error);

/* The sum of the squared differences of two rows; b may be a + 1. */
uint64_t jq_squared_differences(const uint8_t *a, const uint8_t *b, size_t count);

#endif
