/* SPDX-License-Identifier: MIT */
/* image.h: image files of every kind to a gray plane, and a plane to image files. */
#ifndef JQ_IMAGE_H
#define JQ_IMAGE_H

#include "map.h"

/* The limit that a person gets who gives none. */
#define JQ_MAX_PIXELS (UINT64_C(1) << 30)

/* A gray picture and what was done to make it one. */
typedef struct jq_image {
    jpegq_plane plane;
    void *memory;       /* that holds the samples, or NULL if it begins with them: jq_image_free */
    jq_shared shared;   /* where they are, if a child decoded them */
    const char *format; /* "PNG", "JPEG", "BMP", "PGM", "PPM", ".npy" */
    unsigned channels;  /* of the file: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha */
    unsigned largest;   /* the value of white in the file: 255, 65535, a PNM's maxval */
} jq_image;

/* Open the file of an image of at most max_pixels. 0, or -1 with a message and nothing open. */
int jq_image_open(const char *name, uint64_t max_pixels, jq_input *input, jq_message *message);

/*
 * Read an image of at most max_pixels, its format told by its contents; or, unless map is NULL, an
 * array of floats: then map->samples is set and the image has none. The input stays open.
 * 0, or -1 with a message.
 */
int jq_image_load(jq_input *input, uint64_t max_pixels, jq_image *image, jq_map *map,
                  jq_message *message);

/* Open, load and close. 0, or -1 with a message. */
int jq_image_read(const char *name, uint64_t max_pixels, jq_image *image, jq_message *message);

/*
 * The same for a file in memory, which may take the bytes. `image` and `map` are all zeros before,
 * and to be freed on failure too.
 */
int jq_image_decode(const char *name, jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                    jq_map *map, jq_message *message);

void jq_image_free(jq_image *image);

/* 0, or -1 with a message: no pixels, or too many. */
int jq_plane_check(const char *name, uint64_t width, uint64_t height, uint64_t max_pixels,
                   jq_message *message);

/* Room for a width x height plane. 0, or -1 with a message: no pixels, too many, or no memory. */
int jq_plane_alloc(const char *name, uint64_t width, uint64_t height, uint64_t max_pixels,
                   jpegq_plane *plane, jq_message *message);

typedef enum jq_image_format {
    JQ_FORMAT_UNKNOWN,
    JQ_FORMAT_PNG,
    JQ_FORMAT_BMP,
    JQ_FORMAT_PGM,
    JQ_FORMAT_NPY,
    JQ_FORMAT_JPEG /* written from coefficients, not by jq_image_write */
} jq_image_format;

/* The format of that name ("png"), or JQ_FORMAT_UNKNOWN. */
jq_image_format jq_format_named(const char *name);

/* The format that the ending of a file name stands for, in either case, or JQ_FORMAT_UNKNOWN. */
jq_image_format jq_format_of(const char *file_name);

/* The ending of a format's file names, without the dot. */
const char *jq_format_ending(jq_image_format format);

/* Encode a plane. 0, or -1 with a message; errors of writing show when the output is committed. */
int jq_image_write(const jpegq_plane *plane, jq_image_format format, jq_output *output,
                   jq_message *message);

/* ---- The formats, for image.c ---------------------------------------------------------------- */

/* Each reads from memory what begins with its signature, and fills image. */
int jq_read_stb(const char *name, const jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                jq_message *message);
/* This one may keep the bytes, and takes them then. */
int jq_read_pnm(const char *name, jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                jq_message *message);
/* map: where an array of floats goes; NULL if only an image will do */
int jq_read_npy_image(const char *name, const jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                      jq_map *map, jq_message *message);

int jq_write_stb(const jpegq_plane *plane, jq_image_format format, jq_output *output,
                 jq_message *message);
void jq_write_pgm(const jpegq_plane *plane, jq_output *output);
void jq_write_npy_image(const jpegq_plane *plane, jq_output *output);
/* A uint8 array of any shape. */
void jq_write_npy_samples(const uint8_t *samples, unsigned dimensions, const uint64_t *shape,
                          jq_output *output);
/* A rows x columns array of uint32. */
void jq_write_npy_counts(const uint32_t *counts, size_t rows, size_t columns, jq_output *output);

enum { JQ_PNG_LEVEL = 6, JQ_PNG_LARGEST_LEVEL = 12 }; /* libdeflate's */

/*
 * How hard to look for repetitions in all PNGs that are written: 0..JQ_PNG_LARGEST_LEVEL, at first
 * JQ_PNG_LEVEL. To be called before there are threads.
 */
void jq_png_set_level(int level);

/* How stb's PNG is deflated: "libdeflate" or "stb_image_write". */
const char *jq_png_deflate(void);

/* libjpeg's RGB to Y: its weights in 16-bit fixed point add up to 65536. */
static inline uint8_t jq_gray(uint32_t r, uint32_t g, uint32_t b)
{
    return (uint8_t)((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
}

#endif
