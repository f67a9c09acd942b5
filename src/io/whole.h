/* SPDX-License-Identifier: MIT */
/*
 * whole.h: what the headers of a PNG, JPEG or BMP file claim, and does it hold that? stb decodes
 * what is missing to garbage.
 */
#ifndef JQ_WHOLE_H
#define JQ_WHOLE_H

#include "input.h"

typedef struct jq_claim {
    uint64_t width, height;
    bool wide;     /* 16-bit samples: a PNG only */
    unsigned bits; /* of a pixel as it is stored, or more than those of a JPEG */
} jq_claim;

/* The picture that a file claims to have; its beginning may do. False if it does not say. */
bool jq_claimed(const jq_bytes *bytes, jq_claim *claim);

/* Are all chunks of a PNG there, up to its end? */
bool jq_png_is_whole(const jq_bytes *bytes);

/* Are all rows of an uncompressed BMP there? */
bool jq_bmp_is_whole(const jq_bytes *bytes);

/*
 * Has the palette of a BMP, if it has one, a colour for every pixel? Of a BMP that is whole. stb
 * takes other colours from memory that nothing was written to.
 */
bool jq_bmp_has_colors(const jq_bytes *bytes);

/* Are there all tables that the scans need, sound ones, and a scan of every component of the frame?
 */
bool jq_jpeg_is_whole(const jq_bytes *bytes);

/* Is a PNG or JPEG smaller than any compression could make that many pixels? */
bool jq_claims_too_much(const jq_bytes *bytes, uint64_t pixels);

/* Does it expand so much, to so many pixels, that a person should have to say so? */
bool jq_may_be_bomb(const jq_bytes *bytes, uint64_t pixels);

#endif
