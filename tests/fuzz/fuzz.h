/* SPDX-License-Identifier: MIT */
/* fuzz.h: what the fuzz targets share. A target is one file with a jq_fuzz in it. */
#ifndef JQ_FUZZ_H
#define JQ_FUZZ_H

#include "../../src/io/input.h"

/*
 * Run the target once. True if the bytes were taken for what they should be, false if they were
 * refused in good order. Whatever is neither ends the process (JQ_MUST, a sanitizer, a signal).
 */
bool jq_fuzz(const uint8_t *data, size_t size);

/* A property that holds for every input. */
#define JQ_MUST(condition) ((condition) ? (void)0 : jq_fuzz_broken(#condition, __FILE__, __LINE__))
_Noreturn void jq_fuzz_broken(const char *condition, const char *file, int line);

/* The name that targets give to readers. */
#define JQ_FUZZ_NAME "input"

/* Checks that the message of a refusal is "input: " and a reason; returns false. */
bool jq_fuzz_refused(const jq_message *message);

/* The bytes in memory of their own that ends where they end; jq_bytes_free. */
jq_bytes jq_fuzz_copy(const uint8_t *data, size_t size);

/* The same with a zero byte behind them; jpegq_free. */
char *jq_fuzz_text(const uint8_t *data, size_t size);

/* Choices that a target makes by all of its input, so that files need no bytes for them: FNV-1a. */
uint32_t jq_fuzz_choice(const uint8_t *data, size_t size);

/* Standard input ("-") is then these bytes. */
void jq_fuzz_give(const uint8_t *data, size_t size);

/* Standard output ("-") from now on, and what was written there since; jq_bytes_free. */
void jq_fuzz_listen(void);
jq_bytes jq_fuzz_heard(void);

#endif
