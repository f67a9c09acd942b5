/* SPDX-License-Identifier: MIT */
/* scan.h: the entropy-coded segment of a scan, written or only counted. */
#ifndef JQ_SCAN_H
#define JQ_SCAN_H

#include "huffman.h"

/* Where a scan goes, and how long it is. */
typedef struct jq_segment {
    uint8_t *out;   /* NULL to count only */
    uint8_t *end;   /* of the room there; what does not fit is counted only */
    uint64_t bytes; /* made so far, stuffed zeros included */
    uint64_t zeros; /* stuffed behind FF */
} jq_segment;

/*
 * Code all blocks of a scan and complete the last byte with ones. JPEGQ_OUT_OF_RANGE for a value
 * without category, JPEGQ_BAD_ARGUMENT for a symbol without a code. If symbols is not NULL, the
 * symbols are counted too.
 */
jpegq_status jq_scan(const jq_codes *dc, const jq_codes *ac, const int16_t *quantized,
                     size_t blocks, jq_segment *segment, jpegq_symbols *symbols);

#endif
