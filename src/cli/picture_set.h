/* SPDX-License-Identifier: MIT */
/* picture_set.h: images in memory, and what a codec makes of all of them. */
#ifndef JQ_PICTURE_SET_H
#define JQ_PICTURE_SET_H

#include "crew.h"

typedef struct jq_picture_set {
    const char *const *names; /* the caller's */
    jq_image *images;
    jpegq_plane *planes; /* the images' */
    size_t count;
    uint64_t pixels;
} jq_picture_set;

/* Of one image, or the means of several. */
typedef struct jq_point {
    double log_bytes; /* natural logarithm of the file's bytes, optimal Huffman tables */
    double psnr;      /* 70 at most */
    double ssim;      /* if it was asked for */
} jq_point;

/* One image that cannot be read fails them all. 0, or -1 with a message; free in both cases. */
int jq_picture_set_load(const jq_options *options, jq_crew *crew, const char *const *names,
                        size_t count, jq_picture_set *set, jq_message *message);

void jq_picture_set_free(jq_picture_set *set);

/*
 * What a codec makes of the images: the bytes of all files together, the means, and each image's
 * point (points[count], or NULL). 0, or -1 with a message.
 */
int jq_picture_set_measure(const jq_picture_set *set, jq_crew *crew, const jpegq_codec *codec,
                           bool ssim, uint64_t *bytes, jq_point *mean, jq_point *points,
                           jq_message *message);

#endif
