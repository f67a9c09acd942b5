/* SPDX-License-Identifier: MIT */
/* library.c: what belongs to the library as a whole: version, status, memory. */
#if defined(__linux__)
#define _GNU_SOURCE /* madvise */
#include <sys/mman.h>
#endif
#include <stdlib.h>

#include "jpegq.h"

/*
 * LINE: what a cache and a vector are at most aligned to. HUGE_PAGE: that of x86-64, and of AArch64
 * with pages of 4 KiB. LARGE: from where on such pages are worth while.
 */
enum { LINE = 64, HUGE_PAGE = 2 << 20, LARGE = 2 * HUGE_PAGE };

const char *jpegq_version(void)
{
    return JPEGQ_VERSION;
}

const char *jpegq_status_text(jpegq_status status)
{
    switch (status) {
    case JPEGQ_OK:
        return "no error";
    case JPEGQ_BAD_ARGUMENT:
        return "invalid argument";
    case JPEGQ_NO_MEMORY:
        return "out of memory";
    case JPEGQ_BAD_STEP:
        return "the table has a step that this DCT method cannot divide by";
    case JPEGQ_OUT_OF_RANGE:
        return "a quantized coefficient is out of the range of a baseline JPEG file";
    case JPEGQ_TOO_LARGE:
        return "a side of the image is too large for a JPEG file";
    case JPEGQ_UNREACHABLE:
        return "no quantization table reaches the target";
    }
    return "unknown status";
}

void *jpegq_alloc(size_t count, size_t size)
{
    void *memory;
    if (count == 0 || size == 0 || count > SIZE_MAX / size)
        return NULL;
    size *= count;
    if (posix_memalign(&memory, size < LARGE ? LINE : HUGE_PAGE, size) != 0)
        return NULL;
#if defined(MADV_HUGEPAGE)
    /* a hint: to touch a plane for the first time, page by page, takes longer than its DCT */
    if (size >= LARGE)
        (void)madvise(memory, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return memory;
}

void jpegq_free(void *memory)
{
    free(memory);
}
