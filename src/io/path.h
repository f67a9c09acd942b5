/* SPDX-License-Identifier: MIT */
/* path.h: which file a name leads to, also one that is not there yet. */
#ifndef JQ_PATH_H
#define JQ_PATH_H

#include <sys/types.h>

#include "jpegq.h"

enum { JQ_LONGEST_PATH = 4096 }; /* with its end: PATH_MAX of Linux */

/* Length of the folder part of a path, with its slash. */
size_t jq_folder_length(const char *path);

/*
 * Follow the symbolic links that a name leads through in the last part of its path, as many as
 * Linux does. 0, or an errno.
 */
int jq_resolve(const char *name, char path[JQ_LONGEST_PATH]);

/*
 * The number of the descriptor that a name as /dev/fd/3 or /dev/stdout stands for, or -1. The
 * system leads these names to the file behind the descriptor, where there is /proc; an output would
 * be replaced by its name and with its contents so far.
 */
int jq_descriptor_of(const char *name);

/* What tells a file from all others. */
typedef struct jq_identity {
    dev_t device;
    ino_t inode;
} jq_identity;

/*
 * The functions below return 1 for yes, 0 for no, or -1 with errno where a failing system leaves it
 * open. A file that this process cannot reach is none.
 */

/* Is there a regular file of that name, "-" for what standard input reads from? Which? */
int jq_identify(const char *name, jq_identity *identity);

/* Do two names of outputs lead to the same regular file, existing or to be made? "-" does not. */
int jq_same_file(const char *a, const char *b);

/* Would writing to a name change what is read from another one, "-" for standard input? */
int jq_is_input(const char *output, const char *input);

#endif
