/* SPDX-License-Identifier: MIT */
/*
 * decode.c: PNG, JPEG and BMP files to gray pictures. What a file claims is checked here before stb
 * sees it; stb decodes it in a process of its own where that can be.
 */
#include <limits.h>

#include "cage.h"
#include "image.h"
#include "whole.h"

static int refuse(const char *name, const jq_image *image, const char *reason, jq_message *message)
{
    return jq_fail(message, name, "broken %s file (%s)", image->format, reason);
}

/* A file that is no picture of the size it claims, however it is decoded. */
static int check(const char *name, const jq_bytes *bytes, uint64_t max_pixels,
                 const jq_image *image, jq_claim *claim, jq_message *message)
{
    if (bytes->size > INT_MAX) /* stb counts in int */
        return jq_fail(message, name, "%s file too large (2 GiB or more)", image->format);
    if (!jq_claimed(bytes, claim))
        return refuse(name, image, "no size in its header", message);
    if (jq_plane_check(name, claim->width, claim->height, max_pixels, message) != 0)
        return -1;
    if (image->format[0] == 'J' && !jq_jpeg_is_whole(bytes))
        return refuse(name, image, "its tables or scans are missing or broken", message);
    if (image->format[0] == 'P' && !jq_png_is_whole(bytes))
        return refuse(name, image, "it is truncated, or a chunk is", message);
    if (image->format[0] == 'B' ? !jq_bmp_is_whole(bytes)
                                : jq_claims_too_much(bytes, claim->width * claim->height))
        return jq_fail(message, name, "broken %s file (%ju x %ju pixels cannot be in %zu bytes)",
                       image->format, (uintmax_t)claim->width, (uintmax_t)claim->height,
                       bytes->size);
    if (image->format[0] == 'B' && !jq_bmp_has_colors(bytes))
        return refuse(name, image, "a pixel is beyond its palette", message);
    if (max_pixels == JQ_MAX_PIXELS && jq_may_be_bomb(bytes, claim->width * claim->height))
        return jq_fail(message, name,
                       "%ju x %ju pixels in %zu bytes may be a decompression bomb"
                       " (--max-pixels %ju takes it)",
                       (uintmax_t)claim->width, (uintmax_t)claim->height, bytes->size,
                       (uintmax_t)(claim->width * claim->height));
    return 0;
}

static int decode_here(const char *name, const jq_bytes *bytes, const jq_picture *picture,
                       uint64_t max_pixels, jq_image *image, jq_message *message)
{
    if (jq_plane_alloc(name, picture->width, picture->height, max_pixels, &image->plane, message))
        return -1;
    const char *reason =
        jq_stb_decode(bytes->data, picture, image->plane.samples, &image->channels);
    return reason ? refuse(name, image, reason, message) : 0;
}

static int decode_in_child(const char *name, const jq_bytes *bytes, const jq_picture *picture,
                           jq_image *image, jq_message *message)
{
    if (!jq_shared_make((size_t)picture->width * picture->height, &image->shared))
        return jq_fail(message, name, "out of memory");
    image->plane =
        (jpegq_plane){picture->width, picture->height, picture->width, image->shared.data};
    return jq_cage_decode(name, image->format, &bytes->shared, picture, &image->shared,
                          &image->channels, message);
}

int jq_read_stb(const char *name, const jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                jq_message *message)
{
    jq_claim claim = {0};
    image->format = bytes->data[0] == 'B' ? "BMP" : bytes->data[0] == 0xff ? "JPEG" : "PNG";
    if (check(name, bytes, max_pixels, image, &claim, message) != 0)
        return -1;
    const jq_picture picture = {bytes->size, (uint32_t)claim.width, (uint32_t)claim.height,
                                claim.wide};
    image->largest = claim.wide ? 65535 : 255;
    return bytes->shared.data ? decode_in_child(name, bytes, &picture, image, message)
                              : decode_here(name, bytes, &picture, max_pixels, image, message);
}
