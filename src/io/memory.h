/* SPDX-License-Identifier: MIT */
/* memory.h: memory for cli and io beyond jpegq_alloc, through which all of it comes. */
#ifndef JQ_MEMORY_H
#define JQ_MEMORY_H

#include <string.h>

#include "jpegq.h"

/* jpegq_alloc, filled with zeros. To be freed with jpegq_free. */
static inline void *jq_alloc_zeros(size_t count, size_t size)
{
    void *memory = jpegq_alloc(count, size);
    return memory ? memset(memory, 0, count * size) : NULL;
}

#endif
