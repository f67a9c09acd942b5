/* SPDX-License-Identifier: MIT */
/* shared.h: memory that another process can be given. */
#ifndef JQ_SHARED_H
#define JQ_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero bits: none. */
typedef struct jq_shared {
    uint8_t *data; /* size bytes, zeros at first */
    size_t size;
    int fd; /* to map it by */
} jq_shared;

/* False if the system has no such memory, or not as much. */
bool jq_shared_make(size_t size, jq_shared *shared);

/* More of it, perhaps elsewhere. False, and nothing has changed, if there is not as much. */
bool jq_shared_grow(jq_shared *shared, size_t size);

/* Give it up here; other processes keep theirs. */
void jq_shared_free(jq_shared *shared);

#endif
