/* SPDX-License-Identifier: MIT */
/* image.c: telling formats apart, and room for a plane. */
#include "image.h"

#include <string.h>
#include <strings.h>

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

static int decode(const char *name, jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                  jq_map *map, jq_message *message)
{
    if (begins_with(bytes, "\x89PNG\r\n\x1a\n", 8) || begins_with(bytes, "\xff\xd8\xff", 3) ||
        begins_with(bytes, "BM", 2))
        return jq_read_stb(name, bytes, max_pixels, image, message);
    if (begins_with(bytes, "\x93NUMPY", 6))
        return jq_read_npy_image(name, bytes, max_pixels, image, map, message);
    if (bytes->size >= 2 && bytes->data[0] == 'P' && bytes->data[1] >= '1' && bytes->data[1] <= '7')
        return jq_read_pnm(name, bytes, max_pixels, image, message);
    return jq_fail(message, name, "not an image of a known kind (PNG, JPEG, BMP, PGM, PPM, .npy)");
}

int jq_image_open(const char *name, uint64_t max_pixels, jq_input *input, jq_message *message)
{
    /* eight bytes a pixel, and some for headers, is more than any format needs */
    uint64_t most = max_pixels < SIZE_MAX / 16 ? max_pixels * 8 + 1048576 : SIZE_MAX / 2;
    return jq_input_open(input, name, (size_t)most, message);
}

int jq_image_load(jq_input *input, uint64_t max_pixels, jq_image *image, jq_map *map,
                  jq_message *message)
{
    jq_bytes bytes;
    memset(image, 0, sizeof *image);
    if (map)
        memset(map, 0, sizeof *map);
    if (jq_input_rest(input, &bytes, message) != 0)
        return -1;
    int result = decode(input->name, &bytes, max_pixels, image, map, message);
    jq_bytes_free(&bytes);
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
