/* SPDX-License-Identifier: MIT */
/* source.h: one input in memory, shared by all settings: an image and its DCT, or coefficients. */
#ifndef JQ_SOURCE_H
#define JQ_SOURCE_H

#include "options.h"

/* Read only once it is loaded; threads share it. */
typedef struct jq_source {
    const char *file; /* as given */
    const char *name; /* for a person */
    uint32_t width, height;
    bool has_original;
    jq_map map;             /* a feature map; of an image its samples if they are wanted as reals */
    jq_image original;      /* or, of --from-coefficients, none */
    void *dct;              /* of the original in the method's scale, or NULL */
    jq_coefficients given;  /* of --from-coefficients */
    uint64_t rows, columns; /* of blocks */
} jq_source;

/*
 * Load an input; `forward` asks for the DCT. 0, or -1 with a message. To be freed in both cases.
 */
int jq_source_load(const jq_options *options, const char *file, bool forward, jq_source *source,
                   jq_message *message);

void jq_source_free(jq_source *source);

#endif
