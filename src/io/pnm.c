/* SPDX-License-Identifier: MIT */
/*
 * pnm.c: binary PGM and PPM (the formats that Netpbm's pgm(5) and ppm(5) define), 8 and 16 bit.
 * Samples are scaled from 0..maxval to 0..255 as cjpeg scales them.
 */
#include <string.h>

#include "image.h"

typedef struct pnm_header {
    uint64_t width, height, maxval;
    unsigned channels;
    size_t raster; /* offset of the first sample */
} pnm_header;

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A decimal number after white space and comments; *at moves behind its last digit. */
static bool read_number(const jq_bytes *bytes, size_t *at, uint64_t *number)
{
    size_t i = *at;
    while (i < bytes->size && (is_space(bytes->data[i]) || bytes->data[i] == '#')) {
        if (bytes->data[i] == '#')
            while (i < bytes->size && bytes->data[i] != '\n')
                i++;
        else
            i++;
    }
    size_t first = i;
    *number = 0;
    while (i < bytes->size && bytes->data[i] >= '0' && bytes->data[i] <= '9') {
        if (*number > UINT32_MAX) /* enough to be refused as too large, and no overflow */
            return false;
        *number = *number * 10 + (uint64_t)(bytes->data[i++] - '0');
    }
    *at = i;
    return i > first;
}

static int read_header(const char *name, const jq_bytes *bytes, pnm_header *header,
                       jq_message *message)
{
    uint8_t kind = bytes->data[1];
    if (kind != '5' && kind != '6')
        return jq_fail(message, name, "P%c is not supported, only binary PGM (P5) and PPM (P6)",
                       kind);
    header->channels = kind == '5' ? 1 : 3;
    size_t at = 2;
    if (at < bytes->size && !is_space(bytes->data[at]) && bytes->data[at] != '#')
        return jq_fail(message, name, "bad PNM header: no white space after P%c", kind);
    if (!read_number(bytes, &at, &header->width) || !read_number(bytes, &at, &header->height))
        return jq_fail(message, name,
                       "bad PNM header: width and height are not whole numbers"
                       " below 2^32");
    if (!read_number(bytes, &at, &header->maxval) || header->maxval < 1 || header->maxval > 65535)
        return jq_fail(message, name, "bad PNM header: the maximum value is not 1..65535");
    if (at == bytes->size || !is_space(bytes->data[at]))
        return jq_fail(message, name, "bad PNM header: no white space after the maximum value");
    header->raster = at + 1;
    return 0;
}

/* The value at index i of a raster, in 0..65535. */
static inline uint32_t value_at(const uint8_t *raster, size_t i, bool wide)
{
    return wide ? (uint32_t)raster[2 * i] << 8 | raster[2 * i + 1] : raster[i];
}

/* 0..maxval to 0..255, rounded */
static inline uint32_t rescale(uint32_t value, uint32_t maxval)
{
    return (value * 255 + maxval / 2) / maxval; /* 65535 * 255 + 32767 fits 32 bits */
}

static void convert(const uint8_t *raster, const pnm_header *header, uint8_t *gray, size_t pixels)
{
    uint32_t maxval = (uint32_t)header->maxval;
    bool wide = maxval > 255;

    if (header->channels == 1) {
        for (size_t i = 0; i < pixels; i++)
            gray[i] = (uint8_t)rescale(value_at(raster, i, wide), maxval);
        return;
    }
    for (size_t i = 0; i < pixels; i++)
        gray[i] = jq_gray(rescale(value_at(raster, 3 * i, wide), maxval),
                          rescale(value_at(raster, 3 * i + 1, wide), maxval),
                          rescale(value_at(raster, 3 * i + 2, wide), maxval));
}

/* The index of the first value above maxval, or `values`. */
static size_t first_too_large(const uint8_t *raster, size_t values, uint32_t maxval)
{
    if (maxval == 255 || maxval == 65535)
        return values;
    for (size_t i = 0; i < values; i++)
        if (value_at(raster, i, maxval > 255) > maxval)
            return i;
    return values;
}

int jq_read_pnm(const char *name, const jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                jq_message *message)
{
    pnm_header header = {0};
    if (read_header(name, bytes, &header, message) != 0)
        return -1;
    size_t sample = header.channels * (header.maxval > 255 ? 2u : 1u);
    size_t have = bytes->size - header.raster;
    /* before any memory is asked for: does the file hold what it claims? */
    if (header.width > 0 && header.height > 0 && header.width <= max_pixels / header.height &&
        header.width * header.height > have / sample)
        return jq_fail(message, name, "truncated: %ju x %ju pixels need %ju bytes, %zu are there",
                       (uintmax_t)header.width, (uintmax_t)header.height,
                       (uintmax_t)(header.width * header.height * sample), have);
    if (jq_plane_alloc(name, header.width, header.height, max_pixels, &image->plane, message) != 0)
        return -1;

    const uint8_t *raster = bytes->data + header.raster;
    size_t pixels = (size_t)(header.width * header.height);
    size_t bad = first_too_large(raster, pixels * header.channels, (uint32_t)header.maxval);
    if (bad < pixels * header.channels)
        return jq_fail(message, name, "the sample in row %zu, column %zu is above the maximum %ju",
                       bad / header.channels / (size_t)header.width,
                       bad / header.channels % (size_t)header.width, (uintmax_t)header.maxval);
    if (header.channels == 1 && header.maxval == 255)
        memcpy(image->plane.samples, raster, pixels);
    else
        convert(raster, &header, image->plane.samples, pixels);
    image->format = header.channels == 1 ? "PGM" : "PPM";
    image->channels = header.channels;
    image->largest = (unsigned)header.maxval;
    return 0;
}

void jq_write_pgm(const jpegq_plane *plane, jq_output *output)
{
    jq_output_format(output, "P5\n%u %u\n255\n", plane->width, plane->height);
    for (size_t y = 0; y < plane->height; y++)
        jq_output_write(output, plane->samples + y * plane->stride, plane->width);
}
