/* SPDX-License-Identifier: MIT */
/* image.c: telling formats apart, and room for a plane. */
#include "image.h"

#include <string.h>
#include <strings.h>

#include "cage.h"
#include "npy.h"
#include "pnm.h"
#include "whole.h"

int jq_plane_check(const char *name, uint64_t width, uint64_t height, uint64_t max_pixels,
                   jq_message *message)
{
    if (width == 0 || height == 0)
        return jq_fail(message, name, "image has no pixels (%ju x %ju)", (uintmax_t)width,
                       (uintmax_t)height);
    if (width > UINT32_MAX || height > UINT32_MAX || width > max_pixels / height)
        return jq_fail(message, name,
                       "image of %ju x %ju pixels is over the limit of %ju"
                       " (--max-pixels)",
                       (uintmax_t)width, (uintmax_t)height, (uintmax_t)max_pixels);
    return 0;
}

int jq_plane_alloc(const char *name, uint64_t width, uint64_t height, uint64_t max_pixels,
                   jpegq_plane *plane, jq_message *message)
{
    if (jq_plane_check(name, width, height, max_pixels, message) != 0)
        return -1;
    *plane = (jpegq_plane){(uint32_t)width, (uint32_t)height, (size_t)width, NULL};
    plane->samples = jpegq_alloc((size_t)height, (size_t)width);
    return plane->samples ? 0 : jq_fail(message, name, "out of memory");
}

static bool begins_with(const jq_bytes *bytes, const char *signature, size_t size)
{
    return bytes->size >= size && memcmp(bytes->data, signature, size) == 0;
}

typedef enum kind { UNKNOWN, STB, PNM, NPY } kind;

static kind kind_of(const jq_bytes *bytes)
{
    if (begins_with(bytes, "\x89PNG\r\n\x1a\n", 8) || begins_with(bytes, "\xff\xd8\xff", 3) ||
        begins_with(bytes, "BM", 2))
        return STB;
    if (begins_with(bytes, "\x93NUMPY", 6))
        return NPY;
    if (bytes->size >= 2 && bytes->data[0] == 'P' && bytes->data[1] >= '1' && bytes->data[1] <= '7')
        return PNM;
    return UNKNOWN;
}

int jq_image_decode(const char *name, jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                    jq_map *map, jq_message *message)
{
    switch (kind_of(bytes)) {
    case STB:
        return jq_read_stb(name, bytes, max_pixels, image, message);
    case PNM:
        return jq_read_pnm(name, bytes, max_pixels, image, message);
    case NPY:
        return jq_read_npy_image(name, bytes, max_pixels, image, map, message);
    case UNKNOWN:
        break;
    }
    return jq_fail(message, name, "not an image of a known kind (PNG, JPEG, BMP, PGM, PPM, .npy)");
}

/* ---- Before all of it is read ---------------------------------------------------------------- */

/* The bytes of a PNG, JPEG or BMP that has that picture: no compression makes much more of them. */
static size_t stb_limit(const jq_claim *claim)
{
    uint64_t row = (claim->width * claim->bits + 7) / 8 + 2; /* two filters, if interlaced */
    if (claim->height > (SIZE_MAX / 4 - JQ_ASIDE) / row)
        return SIZE_MAX / 2;
    uint64_t samples = claim->height * row;
    return (size_t)(samples + samples / 64 + JQ_ASIDE);
}

/*
 * How much of an input that may never end is to be read, from its beginning. Returns 1 if that is
 * known, 0 if more of the beginning is needed, or -1 with a message.
 */
static int bound(jq_input *input, uint64_t max_pixels, jq_message *message)
{
    jq_claim claim;
    jq_pnm pnm;
    jq_message not_yet;
    uint64_t extent;
    kind k = kind_of(&input->ahead);
    if (k == NPY)
        return jq_npy_bound(input, max_pixels, message);
    input->most = input->most < JQ_ASIDE ? input->most : JQ_ASIDE;
    if (k == UNKNOWN)
        return input->ahead.size >= 8;
    if (k == STB) {
        if (!jq_claimed(&input->ahead, &claim))
            return 0;
        if (jq_plane_check(input->name, claim.width, claim.height, max_pixels, message) != 0)
            return -1;
        input->most = stb_limit(&claim);
        return 1;
    }
    if (jq_pnm_header(input->name, &input->ahead, &pnm, &not_yet) != 0)
        return 0;
    if (jq_pnm_check(input->name, &pnm, max_pixels, UINT64_MAX, message) != 0)
        return -1;
    extent = pnm.raster + pnm.width * pnm.height * pnm.pixel;
    if (extent >= SIZE_MAX / 2)
        return jq_fail(message, input->name, "input too large");
    input->enough = input->most = (size_t)extent;
    return 1;
}

/* 0, or -1 with a message. Files have a size, and are only looked at to know of which kind they
   are. */
static int look_ahead(jq_input *input, uint64_t max_pixels, jq_message *message)
{
    int known = 0, grown = 1;
    while (known == 0 && grown > 0) {
        if (input->ahead.size > 0)
            known = input->size == UINT64_MAX ? bound(input, max_pixels, message)
                                              : input->ahead.size >= 8;
        if (known == 0)
            grown = jq_input_look(input, message);
    }
    return known < 0 || grown < 0 ? -1 : 0;
}

int jq_image_open(const char *name, uint64_t max_pixels, jq_input *input, jq_message *message)
{
    return jq_input_open(input, name, jq_input_limit(max_pixels), message);
}

int jq_image_load(jq_input *input, uint64_t max_pixels, jq_image *image, jq_map *map,
                  jq_message *message)
{
    jq_bytes bytes;
    memset(image, 0, sizeof *image);
    if (map)
        memset(map, 0, sizeof *map);
    if (look_ahead(input, max_pixels, message) != 0)
        return -1;
    kind k = kind_of(&input->ahead);
    if (k == UNKNOWN && input->ahead.size > 0)
        return jq_image_decode(input->name, &input->ahead, max_pixels, image, map, message);
    input->share = k == STB && jq_cage_open();
    if (jq_input_rest(input, &bytes, message) != 0)
        return -1;
    int result = jq_image_decode(input->name, &bytes, max_pixels, image, map, message);
    jq_bytes_free(&bytes);
    if (result == 0)
        result = jq_input_drain(input, message);
    if (result != 0)
        jq_image_free(image);
    if (result != 0 && map)
        jq_map_free(map);
    return result;
}

int jq_image_read(const char *name, uint64_t max_pixels, jq_image *image, jq_message *message)
{
    jq_input input;
    memset(image, 0, sizeof *image);
    if (jq_image_open(name, max_pixels, &input, message) != 0)
        return -1;
    int result = jq_image_load(&input, max_pixels, image, NULL, message);
    jq_input_close(&input);
    return result;
}

void jq_image_free(jq_image *image)
{
    if (image->shared.data)
        jq_shared_free(&image->shared);
    else
        jpegq_free(image->memory ? image->memory : image->plane.samples);
    image->memory = NULL;
    image->plane.samples = NULL;
}

static const struct {
    const char *name;
    jq_image_format format;
} formats[] = {
    {"png", JQ_FORMAT_PNG}, {"bmp", JQ_FORMAT_BMP},  {"pgm", JQ_FORMAT_PGM},
    {"npy", JQ_FORMAT_NPY}, {"jpg", JQ_FORMAT_JPEG}, {"jpeg", JQ_FORMAT_JPEG},
};

jq_image_format jq_format_named(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcasecmp(formats[i].name, name) == 0)
            return formats[i].format;
    return JQ_FORMAT_UNKNOWN;
}

const char *jq_format_ending(jq_image_format format)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].format == format)
            return formats[i].name;
    return "";
}

jq_image_format jq_format_of(const char *file_name)
{
    const char *slash = strrchr(file_name, '/');
    const char *dot = strrchr(slash ? slash : file_name, '.');
    return dot ? jq_format_named(dot + 1) : JQ_FORMAT_UNKNOWN;
}

int jq_image_write(const jpegq_plane *plane, jq_image_format format, jq_output *output,
                   jq_message *message)
{
    switch (format) {
    case JQ_FORMAT_PNG:
    case JQ_FORMAT_BMP:
        return jq_write_stb(plane, format, output, message);
    case JQ_FORMAT_PGM:
        jq_write_pgm(plane, output);
        return 0;
    case JQ_FORMAT_NPY:
        jq_write_npy_image(plane, output);
        return 0;
    case JQ_FORMAT_JPEG:
    case JQ_FORMAT_UNKNOWN:
        break;
    }
    return jq_fail(message, jq_output_name(output->name), "unknown image format");
}
