/* SPDX-License-Identifier: MIT */
/*
 * pnm.h: binary PGM and PPM (the formats that Netpbm's pgm(5) and ppm(5) define), 8 and 16 bit, at
 * once or by rows.
 */
#ifndef JQ_PNM_H
#define JQ_PNM_H

#include "input.h"
#include "output.h"

/* What the header of a file says, and how its samples become 0..255. */
typedef struct jq_pnm {
    uint64_t width, height;
    unsigned channels; /* 1 or 3 */
    unsigned maxval;   /* 1..65535 */
    size_t pixel;      /* bytes of a pixel */
    size_t raster;     /* offset of the first sample */
    uint8_t *scaled;   /* maxval + 1 samples, or NULL if samples stay as they are */
} jq_pnm;

/*
 * Read the header of a binary PGM or PPM file. 0, or -1 with a message: it is none, or there is
 * more of it to come.
 */
int jq_pnm_header(const char *name, const jq_bytes *bytes, jq_pnm *pnm, jq_message *message);

/*
 * Refuse a picture without pixels, of more than max_pixels, or of more bytes than the `have` that
 * there are behind the header. 0, or -1 with a message.
 */
int jq_pnm_check(const char *name, const jq_pnm *pnm, uint64_t max_pixels, uint64_t have,
                 jq_message *message);

/* The message of a file that ends `have` bytes behind its header. Returns -1. */
int jq_pnm_fail_short(const char *name, const jq_pnm *pnm, uint64_t have, jq_message *message);

/* Get ready for jq_pnm_gray. 0, or -1 with a message; jq_pnm_free is to be called in both cases. */
int jq_pnm_prepare(const char *name, jq_pnm *pnm, jq_message *message);
void jq_pnm_free(jq_pnm *pnm);

/*
 * Turn whole rows of a raster to gray samples, which may go to the same memory; first_row is which
 * they are, for a message. Samples are scaled from 0..maxval to 0..255 as cjpeg scales them. 0, or
 * -1 with a message: a sample is above maxval.
 */
int jq_pnm_gray(const char *name, const jq_pnm *pnm, uint64_t first_row, size_t rows,
                const uint8_t *raster, uint8_t *gray, jq_message *message);

/* The header of a PGM file of that size and maxval 255; returns how many bytes it has. */
size_t jq_write_pgm_header(uint64_t width, uint64_t height, jq_output *output);

#endif
