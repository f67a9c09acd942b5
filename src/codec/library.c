/* SPDX-License-Identifier: MIT */
/* library.c: what belongs to the library as a whole: version, status, memory. */
#include <stdlib.h>

#include "jpegq.h"

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
    }
    return "unknown status";
}

void *jpegq_alloc(size_t count, size_t size)
{
    void *memory;
    if (count == 0 || size == 0 || count > SIZE_MAX / size)
        return NULL;
    return posix_memalign(&memory, 64, count * size) == 0 ? memory : NULL;
}

void jpegq_free(void *memory)
{
    free(memory);
}
