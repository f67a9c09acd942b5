/* SPDX-License-Identifier: MIT */
/*
 * stb.c: PNG, JPEG and BMP through stb_image, PNG and BMP through stb_image_write. Both are
 * compiled here and nowhere else, with only the decoders that are wanted.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "whole.h"

/* PNG is deflated by libdeflate where it is installed (and LIBDEFLATE=0 was not given to make). */
#if !defined(JQ_NO_LIBDEFLATE) && __has_include(<libdeflate.h>)
#define JQ_LIBDEFLATE 1
#else
#define JQ_LIBDEFLATE 0
#endif

#if JQ_LIBDEFLATE
#include <libdeflate.h>

/*
 * stb_image_write's hook for another deflate. `data` is the filtered image, `quality` stb's
 * compression level. Returns a zlib stream to be freed with free, or NULL.
 */
static unsigned char *deflate_for_stb(unsigned char *data, int size, int *out_size, int quality)
{
    unsigned char *out = NULL;
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(quality);
    if (compressor) {
        size_t room = libdeflate_zlib_compress_bound(compressor, (size_t)size);
        out = malloc(room);
        size_t used = out ? libdeflate_zlib_compress(compressor, data, (size_t)size, out, room) : 0;
        *out_size = (int)used;
        if (used == 0 || used > INT_MAX) {
            free(out);
            out = NULL;
        }
        libdeflate_free_compressor(compressor);
    }
    return out;
}
#define STBIW_ZLIB_COMPRESS deflate_for_stb
#endif

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wundef"
#define STB_IMAGE_IMPLEMENTATION
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#include <stb/stb_image.h>
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

const char *jq_png_deflate(void)
{
#if JQ_LIBDEFLATE
    return "libdeflate";
#else
    return "stb_image_write";
#endif
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void gray_of_8(const uint8_t *pixels, size_t count, unsigned channels, uint8_t *gray)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = pixels + i * channels;
        gray[i] = channels < 3 ? p[0] : jq_gray(p[0], p[1], p[2]);
    }
}

static inline uint32_t to_8_bits(uint32_t value)
{
    return (value * 255 + 32767) / 65535;
}

static void gray_of_16(const uint16_t *pixels, size_t count, unsigned channels, uint8_t *gray)
{
    for (size_t i = 0; i < count; i++) {
        const uint16_t *p = pixels + i * channels;
        gray[i] = channels < 3 ? (uint8_t)to_8_bits(p[0])
                               : jq_gray(to_8_bits(p[0]), to_8_bits(p[1]), to_8_bits(p[2]));
    }
}

/* Decode into image->plane, which has room. */
static int decode(const char *name, const jq_bytes *bytes, bool wide, jq_image *image,
                  jq_message *message)
{
    int width, height, channels, size = (int)bytes->size;
    void *pixels =
        wide ? (void *)stbi_load_16_from_memory(bytes->data, size, &width, &height, &channels, 0)
             : (void *)stbi_load_from_memory(bytes->data, size, &width, &height, &channels, 0);
    if (!pixels)
        return jq_fail(message, name, "broken %s file (%s)", image->format, stbi_failure_reason());
    if (width != (int)image->plane.width || height != (int)image->plane.height || channels < 1 ||
        channels > 4) {
        stbi_image_free(pixels);
        return jq_fail(message, name, "broken %s file (its size changes)", image->format);
    }
    size_t count = (size_t)width * (size_t)height;
    image->channels = (unsigned)channels;
    image->largest = wide ? 65535 : 255;
    if (wide)
        gray_of_16(pixels, count, image->channels, image->plane.samples);
    else
        gray_of_8(pixels, count, image->channels, image->plane.samples);
    stbi_image_free(pixels);
    return 0;
}

int jq_read_stb(const char *name, const jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                jq_message *message)
{
    image->format = bytes->data[0] == 'B' ? "BMP" : bytes->data[0] == 0xff ? "JPEG" : "PNG";
    if (bytes->size > INT_MAX)
        return jq_fail(message, name, "%s file too large (2 GiB or more)", image->format);
    if (image->format[0] == 'J' && !jq_jpeg_is_whole(bytes))
        return jq_fail(message, name, "broken JPEG file (it lacks tables, or scans of components)");
    if (image->format[0] == 'B' && !jq_bmp_is_whole(bytes))
        return jq_fail(message, name, "broken BMP file (its pixels cannot be in %zu bytes)",
                       bytes->size);
    int size = (int)bytes->size, width, height, channels;
    if (!stbi_info_from_memory(bytes->data, size, &width, &height, &channels))
        return jq_fail(message, name, "broken %s file (%s)", image->format, stbi_failure_reason());
    height = abs(height); /* stb gives that of a BMP from top to bottom its sign */
    uint64_t pixels = (uint64_t)width * (uint64_t)height;
    if (pixels <= max_pixels && image->format[0] != 'B' && jq_claims_too_much(bytes, pixels))
        return jq_fail(message, name, "broken %s file (%d x %d pixels cannot be in %d bytes)",
                       image->format, width, height, size);
    if (jq_plane_alloc(name, (uint64_t)width, (uint64_t)height, max_pixels, &image->plane, message))
        return -1;
    return decode(name, bytes, stbi_is_16_bit_from_memory(bytes->data, size), image, message);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void write_for_stb(void *output, void *data, int size)
{
    jq_output_write(output, data, (size_t)size);
}

int jq_write_stb(const jpegq_plane *plane, jq_image_format format, jq_output *output,
                 jq_message *message)
{
    int width = (int)plane->width, height = (int)plane->height, done;
    const char *kind = format == JQ_FORMAT_PNG ? "PNG" : "BMP";
    uint64_t bytes =
        ((uint64_t)plane->width * (format == JQ_FORMAT_PNG ? 1 : 3) + 4) * plane->height;
    if (bytes > INT_MAX - 64) /* stb counts in int */
        return jq_fail(message, jq_output_name(output->name),
                       "image too large for stb's %s: use pgm", kind);
    if (format == JQ_FORMAT_PNG) {
        done = stbi_write_png_to_func(write_for_stb, output, width, height, 1, plane->samples,
                                      (int)plane->stride);
    } else {
        done = stbi_write_bmp_to_func(write_for_stb, output, width, height, 1, plane->samples);
    }
    return done ? 0 : jq_fail(message, jq_output_name(output->name), "cannot encode %s", kind);
}
