/* SPDX-License-Identifier: MIT */
/*
 * source.h: one input in memory, shared by all settings: an image and its DCT, or coefficients. Or
 * an input that is read strip by strip, for one setting.
 */
#ifndef JQ_SOURCE_H
#define JQ_SOURCE_H

#include "../io/pnm.h"
#include "options.h"

/* Read only once it is loaded; threads share it. */
typedef struct jq_source {
    const char *file; /* as given */
    const char *name; /* for a person */
    uint32_t width, height;
    bool has_original;
    jq_map map;            /* a feature map; of an image its samples if they are wanted as reals */
    jq_image original;     /* or, of --from-coefficients, none */
    void *dct;             /* of the original in the method's scale, or NULL */
    jq_coefficients given; /* of --from-coefficients */
    bool streams;          /* nothing is in memory: `input` is behind the header `pnm` */
    jq_input input;
    jq_pnm pnm;
    uint64_t rows, columns; /* of blocks */
} jq_source;

typedef enum jq_wanted {
    JQ_WANT_IMAGE,
    JQ_WANT_DCT,   /* and the image */
    JQ_WANT_STREAM /* where the input is a PGM or PPM file, or else the image */
} jq_wanted;

/*
 * Load an input, by as many threads as `threads` says. 0, or -1 with a message. To be freed in both
 * cases.
 */
int jq_source_load(const jq_options *options, const char *file, jq_wanted wanted, size_t threads,
                   jq_source *source, jq_message *message);

void jq_source_free(jq_source *source);

#endif
