/* SPDX-License-Identifier: MIT */
/* shared.c: see shared.h. */
#if defined(__linux__)
#define _GNU_SOURCE /* memfd_create, mremap */
#endif
#include "shared.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>

bool jq_shared_make(size_t size, jq_shared *shared)
{
    *shared = (jq_shared){NULL, size, memfd_create("jpegq", MFD_CLOEXEC)};
    if (shared->fd < 0)
        return false;
    if (size > PTRDIFF_MAX || ftruncate(shared->fd, (off_t)size) != 0 ||
        (shared->data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, shared->fd, 0)) ==
            MAP_FAILED) {
        close(shared->fd);
        shared->data = NULL;
        return false;
    }
    return true;
}

bool jq_shared_grow(jq_shared *shared, size_t size)
{
    if (size > PTRDIFF_MAX || ftruncate(shared->fd, (off_t)size) != 0)
        return false;
    void *data = mremap(shared->data, shared->size, size, MREMAP_MAYMOVE);
    if (data == MAP_FAILED)
        return false;
    shared->data = data;
    shared->size = size;
    return true;
}

void jq_shared_free(jq_shared *shared)
{
    if (shared->data) {
        munmap(shared->data, shared->size);
        close(shared->fd);
    }
    *shared = (jq_shared){NULL, 0, 0};
}

#else

bool jq_shared_make(size_t size, jq_shared *shared)
{
    *shared = (jq_shared){NULL, size, -1};
    return false;
}

bool jq_shared_grow(jq_shared *shared, size_t size)
{
    (void)shared;
    (void)size;
    return false;
}

void jq_shared_free(jq_shared *shared)
{
    *shared = (jq_shared){NULL, 0, 0};
}

#endif
