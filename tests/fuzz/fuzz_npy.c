/* SPDX-License-Identifier: MIT */
/* fuzz_npy.c: .npy files as images and as coefficients, which must survive being written again. */
#include <string.h>

#include "../../src/io/dump.h"
#include "../../src/io/image.h"
#include "fuzz.h"

enum { MAX_PIXELS = 1 << 20 };

static bool as_image(jq_bytes *bytes)
{
    jq_image image;
    jq_message message;
    memset(&image, 0, sizeof image);
    bool taken = jq_read_npy_image(JQ_FUZZ_NAME, bytes, MAX_PIXELS, &image, NULL, &message) == 0;
    if (taken) {
        const jpegq_plane *plane = &image.plane;
        JQ_MUST(plane->width > 0 && plane->height > 0 && plane->samples);
        JQ_MUST((uint64_t)plane->width * plane->height <= MAX_PIXELS);
        JQ_MUST((uint64_t)plane->width * plane->height < bytes->size);
    }
    jq_image_free(&image);
    return taken || jq_fuzz_refused(&message);
}

static bool read_coefficients(const jq_bytes *bytes, bool zigzag, jq_coefficients *c)
{
    jq_message message;
    int result = jq_coefficients_parse(JQ_FUZZ_NAME, bytes, zigzag, true, MAX_PIXELS, c, &message);
    if (result == 0) {
        JQ_MUST(c->rows > 0 && c->columns > 0 && !c->reals != !c->integers);
        JQ_MUST(c->rows * c->columns * 64 <= MAX_PIXELS);
    }
    return result == 0 || jq_fuzz_refused(&message);
}

static bool as_coefficients(const jq_bytes *bytes, bool zigzag)
{
    jq_coefficients c, again;
    jq_output output;
    jq_message message;
    bool taken = read_coefficients(bytes, zigzag, &c);
    if (taken) {
        jq_fuzz_listen();
        JQ_MUST(jq_output_open(&output, "-", true, &message) == 0);
        jq_dump_write(&c, JQ_DUMP_NPY, zigzag, "", &output);
        JQ_MUST(jq_output_commit(&output, &message) == 0);
        jq_bytes written = jq_fuzz_heard();
        JQ_MUST(read_coefficients(&written, zigzag, &again));
        JQ_MUST(again.rows == c.rows && again.columns == c.columns);
        size_t count = (size_t)(c.rows * c.columns) * 64;
        JQ_MUST(c.integers ? memcmp(c.integers, again.integers, count * sizeof *c.integers) == 0
                           : memcmp(c.reals, again.reals, count * sizeof *c.reals) == 0);
        jq_coefficients_free(&again);
        jq_bytes_free(&written);
    }
    jq_coefficients_free(&c);
    return taken;
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    jq_bytes bytes = jq_fuzz_copy(data, size);
    bool image = as_image(&bytes), natural = as_coefficients(&bytes, false),
         zigzag = as_coefficients(&bytes, true);
    JQ_MUST(image + natural + zigzag <= 1);
    jq_bytes_free(&bytes);
    return image || natural || zigzag;
}
