/* SPDX-License-Identifier: MIT */
/* diagnose.h: one clear line on standard error, and names made safe for a terminal. */
#ifndef JQ_DIAGNOSE_H
#define JQ_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>

enum { JQ_EXIT_OK = 0, JQ_EXIT_FAILED = 1, JQ_EXIT_USAGE = 64, JQ_EXIT_UNREACHABLE = 99 };

/* Print "jpegq: formatted line" with control characters and bytes that are not UTF-8 masked. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void jq_complain(const char *format, ...);

/*
 * Copy text, cut to `size` bytes with its end, with "?" for every byte of a control character, of
 * one that misleads who reads the line, and of what is not well-formed UTF-8. Returns `masked`.
 */
char *jq_mask(const char *text, char *masked, size_t size);

/*
 * The length of the well-formed UTF-8 character (RFC 3629) that text begins with, 1 to 4, or 0 if
 * there is none.
 */
size_t jq_utf8_length(const char *text);

#endif
