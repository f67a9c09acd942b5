/* SPDX-License-Identifier: MIT */
/* fuzz_pnm.c: PGM and PPM files, against a second reader written from pgm(5) and ppm(5). */
#include <ctype.h>
#include <string.h>

#include "../../src/io/image.h"
#include "../../src/io/pnm.h"
#include "fuzz.h"

enum { MAX_PIXELS = 1 << 20 };

/* The second reader's place in the file. */
typedef struct reader {
    const uint8_t *at, *end;
} reader;

static unsigned next(reader *r)
{
    return r->at < r->end ? *r->at++ : 0;
}

static uint64_t number(reader *r)
{
    uint64_t value = 0;
    while (r->at < r->end && !isdigit(*r->at))
        if (next(r) == '#')
            while (r->at < r->end && next(r) != '\n')
                continue;
    while (r->at < r->end && isdigit(*r->at))
        value = value * 10 + next(r) - '0';
    return value;
}

/* A sample from 0 to maxval as 0..255, to the nearest, halves up. */
static unsigned sample(reader *r, uint64_t maxval)
{
    unsigned value = next(r);
    if (maxval > 255)
        value = value << 8 | next(r);
    return (unsigned)((2u * 255u * (uint64_t)value + maxval) / (2 * maxval));
}

/* Is the picture what the second reader finds? */
static void compare(const jq_image *image, reader r)
{
    const jpegq_plane *plane = &image->plane;
    next(&r);
    unsigned kind = next(&r);
    JQ_MUST(number(&r) == plane->width);
    JQ_MUST(number(&r) == plane->height);
    uint64_t maxval = number(&r);
    JQ_MUST(maxval == image->largest);
    JQ_MUST(image->channels == (kind == '5' ? 1 : 3));
    next(&r);
    for (size_t y = 0; y < plane->height; y++) {
        for (size_t x = 0; x < plane->width; x++) {
            unsigned gray = sample(&r, maxval);
            if (kind == '6') { /* libjpeg's weights of 16 bits: image.h */
                unsigned green = sample(&r, maxval), blue = sample(&r, maxval);
                gray = (19595 * gray + 38470 * green + 7471 * blue + 32768) >> 16;
            }
            JQ_MUST(plane->samples[y * plane->stride + x] == gray);
        }
    }
}

/* Row by row it is the same picture. */
static void compare_rows(const jq_image *image, const jq_bytes *bytes)
{
    jq_pnm pnm;
    jq_message message;
    size_t width = image->plane.width;
    uint8_t *gray = jpegq_alloc(width, 1);
    JQ_MUST(gray && jq_pnm_header(JQ_FUZZ_NAME, bytes, &pnm, &message) == 0);
    JQ_MUST(jq_pnm_prepare(JQ_FUZZ_NAME, &pnm, &message) == 0);
    for (size_t y = 0; y < image->plane.height; y++) {
        const uint8_t *raster = bytes->data + pnm.raster + y * width * pnm.pixel;
        JQ_MUST(jq_pnm_gray(JQ_FUZZ_NAME, &pnm, y, 1, raster, gray, &message) == 0);
        JQ_MUST(memcmp(gray, image->plane.samples + y * image->plane.stride, width) == 0);
    }
    jq_pnm_free(&pnm);
    jpegq_free(gray);
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    if (size < 2) /* it is only called for what begins with a signature */
        return false;
    jq_bytes bytes = jq_fuzz_copy(data, size);
    jq_image image;
    jq_message message;
    memset(&image, 0, sizeof image);
    bool taken = jq_read_pnm(JQ_FUZZ_NAME, &bytes, MAX_PIXELS, &image, &message) == 0;
    if (taken) {
        jq_bytes again = jq_fuzz_copy(data, size); /* the image may have taken the others */
        compare(&image, (reader){data, data + size});
        compare_rows(&image, &again);
        jq_bytes_free(&again);
    }
    jq_image_free(&image);
    jq_bytes_free(&bytes);
    return taken || jq_fuzz_refused(&message);
}
