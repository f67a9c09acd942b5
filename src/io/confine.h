/* SPDX-License-Identifier: MIT */
/*
 * confine.h: giving up the right to open what is not needed, for good (Linux's Landlock). What is
 * open stays open.
 */
#ifndef JQ_CONFINE_H
#define JQ_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the system can do it. */
bool jq_can_confine(void);

/*
 * From now on only these files can be opened for reading, only in the folders of these outputs can
 * files be made, written, renamed and removed, and nothing can be executed. Names of files that are
 * not there, and "-", are passed over; a device among the outputs can be written. Where there are
 * more than JQ_MOST_READABLE files all can be read. For all threads that are made later. False
 * where the system cannot do it; nothing is given up then.
 */
enum { JQ_MOST_READABLE = 1000 };
bool jq_confine(const char *const *inputs, size_t input_count, const char *const *outputs,
                size_t output_count);

#endif
