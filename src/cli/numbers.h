/* SPDX-License-Identifier: MIT */
/* numbers.h: numbers in options, which must be all of a text or end where a separator is due. */
#ifndef JQ_NUMBERS_H
#define JQ_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits only, at most `most`. *end is set behind them. */
bool jq_take_unsigned(const char *text, uint64_t most, uint64_t *number, const char **end);

/* A finite decimal number. *end is set behind it. */
bool jq_take_real(const char *text, double *number, const char **end);

/* The same for a text that is nothing but the number. */
bool jq_is_unsigned(const char *text, uint64_t most, uint64_t *number);
bool jq_is_real(const char *text, double *number);

/* Two numbers with a separator between them, as in "3,5" and "640x480". */
bool jq_is_pair(const char *text, char separator, uint64_t most, uint64_t *first, uint64_t *second);

#endif
