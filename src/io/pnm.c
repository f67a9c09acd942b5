/* SPDX-License-Identifier: MIT */
/* pnm.c: see pnm.h. */
#include "pnm.h"

#include <stdio.h>
#include <string.h>

#include "image.h"

/* ---- Headers --------------------------------------------------------------------------------- */

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

int jq_pnm_header(const char *name, const jq_bytes *bytes, jq_pnm *pnm, jq_message *message)
{
    uint8_t kind = bytes->data[1];
    uint64_t maxval;
    if (kind != '5' && kind != '6')
        return jq_fail(message, name, "P%c is not supported, only binary PGM (P5) and PPM (P6)",
                       kind);
    *pnm = (jq_pnm){.channels = kind == '5' ? 1 : 3};
    size_t at = 2;
    if (at < bytes->size && !is_space(bytes->data[at]) && bytes->data[at] != '#')
        return jq_fail(message, name, "bad PNM header: no white space after P%c", kind);
    if (!read_number(bytes, &at, &pnm->width) || !read_number(bytes, &at, &pnm->height))
        return jq_fail(message, name,
                       "bad PNM header: width and height are not whole numbers"
                       " below 2^32");
    if (!read_number(bytes, &at, &maxval) || maxval < 1 || maxval > 65535)
        return jq_fail(message, name, "bad PNM header: the maximum value is not 1..65535");
    if (at == bytes->size || !is_space(bytes->data[at]))
        return jq_fail(message, name, "bad PNM header: no white space after the maximum value");
    pnm->maxval = (unsigned)maxval;
    pnm->pixel = pnm->channels * (maxval > 255 ? 2u : 1u);
    pnm->raster = at + 1;
    return 0;
}

int jq_pnm_fail_short(const char *name, const jq_pnm *pnm, uint64_t have, jq_message *message)
{
    return jq_fail(message, name, "truncated: %ju x %ju pixels need %ju bytes, %ju are there",
                   (uintmax_t)pnm->width, (uintmax_t)pnm->height,
                   (uintmax_t)(pnm->width * pnm->height * pnm->pixel), (uintmax_t)have);
}

int jq_pnm_check(const char *name, const jq_pnm *pnm, uint64_t max_pixels, uint64_t have,
                 jq_message *message)
{
    if (jq_plane_check(name, pnm->width, pnm->height, max_pixels, message) != 0)
        return -1;
    if (pnm->width * pnm->height > have / pnm->pixel)
        return jq_pnm_fail_short(name, pnm, have, message);
    return 0;
}

/* ---- Samples --------------------------------------------------------------------------------- */

int jq_pnm_prepare(const char *name, jq_pnm *pnm, jq_message *message)
{
    uint32_t maxval = pnm->maxval;
    if (maxval == 255)
        return 0;
    pnm->scaled = jpegq_alloc(maxval + 1, 1);
    if (!pnm->scaled)
        return jq_fail(message, name, "out of memory");
    for (uint32_t v = 0; v <= maxval; v++) /* rounded; 65535 * 255 + 32767 fits 32 bits */
        pnm->scaled[v] = (uint8_t)((v * 255 + maxval / 2) / maxval);
    return 0;
}

void jq_pnm_free(jq_pnm *pnm)
{
    jpegq_free(pnm->scaled);
    pnm->scaled = NULL;
}

/* The value at index i of a raster, in 0..65535. */
static inline uint32_t value_at(const uint8_t *raster, size_t i, bool wide)
{
    return wide ? (uint32_t)raster[2 * i] << 8 | raster[2 * i + 1] : raster[i];
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

/* A pixel is not shorter than a sample, so that in place none is overwritten before it is read. */
static void convert(const jq_pnm *pnm, const uint8_t *raster, size_t pixels, uint8_t *gray)
{
    const uint8_t *scaled = pnm->scaled;
    bool wide = pnm->maxval > 255;
    if (pnm->channels == 1 && !scaled) {
        if (gray != raster)
            memcpy(gray, raster, pixels);
        return;
    }
    if (pnm->channels == 1) {
        for (size_t i = 0; i < pixels; i++)
            gray[i] = scaled[value_at(raster, i, wide)];
        return;
    }
    for (size_t i = 0; i < pixels; i++) {
        uint32_t r = value_at(raster, 3 * i, wide), g = value_at(raster, 3 * i + 1, wide),
                 b = value_at(raster, 3 * i + 2, wide);
        gray[i] = scaled ? jq_gray(scaled[r], scaled[g], scaled[b]) : jq_gray(r, g, b);
    }
}

int jq_pnm_gray(const char *name, const jq_pnm *pnm, uint64_t first_row, size_t rows,
                const uint8_t *raster, uint8_t *gray, jq_message *message)
{
    size_t pixels = rows * (size_t)pnm->width, values = pixels * pnm->channels;
    size_t bad = first_too_large(raster, values, pnm->maxval);
    if (bad < values)
        return jq_fail(message, name, "the sample in row %ju, column %ju is above the maximum %u",
                       (uintmax_t)(first_row + bad / pnm->channels / pnm->width),
                       (uintmax_t)(bad / pnm->channels % pnm->width), pnm->maxval);
    convert(pnm, raster, pixels, gray);
    return 0;
}

/* ---- Whole pictures -------------------------------------------------------------------------- */

/* The picture is made in the memory of the file if its pixels have a byte, else in its own. */
static int make_plane(const char *name, const jq_pnm *pnm, jq_bytes *bytes, jq_image *image,
                      jq_message *message)
{
    if (pnm->pixel > 1)
        return jq_plane_alloc(name, pnm->width, pnm->height, UINT64_MAX, &image->plane, message);
    image->plane = (jpegq_plane){(uint32_t)pnm->width, (uint32_t)pnm->height, (size_t)pnm->width,
                                 bytes->data + pnm->raster};
    image->memory = bytes->data;
    bytes->data = NULL;
    return 0;
}

int jq_read_pnm(const char *name, jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                jq_message *message)
{
    jq_pnm pnm;
    if (jq_pnm_header(name, bytes, &pnm, message) != 0 ||
        jq_pnm_check(name, &pnm, max_pixels, bytes->size - pnm.raster, message) != 0)
        return -1;
    const uint8_t *raster = bytes->data + pnm.raster;
    int result = jq_pnm_prepare(name, &pnm, message);
    if (result == 0)
        result = make_plane(name, &pnm, bytes, image, message);
    if (result == 0)
        result =
            jq_pnm_gray(name, &pnm, 0, (size_t)pnm.height, raster, image->plane.samples, message);
    jq_pnm_free(&pnm);
    image->format = pnm.channels == 1 ? "PGM" : "PPM";
    image->channels = pnm.channels;
    image->largest = pnm.maxval;
    return result;
}

size_t jq_write_pgm_header(uint64_t width, uint64_t height, jq_output *output)
{
    char text[64];
    int length =
        snprintf(text, sizeof text, "P5\n%ju %ju\n255\n", (uintmax_t)width, (uintmax_t)height);
    jq_output_write(output, text, (size_t)length);
    return (size_t)length;
}

void jq_write_pgm(const jpegq_plane *plane, jq_output *output)
{
    jq_write_pgm_header(plane->width, plane->height, output);
    for (size_t y = 0; y < plane->height; y++)
        jq_output_write(output, plane->samples + y * plane->stride, plane->width);
}
