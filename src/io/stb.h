/* SPDX-License-Identifier: MIT */
/* stb.h: stb_image's decoders, apart from everything else. */
#ifndef JQ_STB_H
#define JQ_STB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file, and the picture that its header claims. */
typedef struct jq_picture {
    size_t bytes; /* of the file, less than 2 GiB */
    uint32_t width, height;
    bool wide; /* 16-bit samples */
} jq_picture;

/*
 * Decode a PNG, JPEG or BMP file to width * height gray samples. NULL, or in a few static words why
 * not. Uses no memory but what jq_stb_memory gave to this thread, or else the library's.
 */
const char *jq_stb_decode(const uint8_t *file, const jq_picture *picture, uint8_t *gray,
                          unsigned *channels);

/* How much memory is enough to decode any file of that claim. */
size_t jq_stb_needs(const jq_picture *picture);

/* Memory for this thread's next call of jq_stb_decode, all zeros; NULL ends that. */
void jq_stb_memory(uint8_t *memory, size_t size);

#endif
