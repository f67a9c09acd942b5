/* SPDX-License-Identifier: MIT */
/* whole.h: does a file hold what its headers claim? stb decodes what is missing to garbage. */
#ifndef JQ_WHOLE_H
#define JQ_WHOLE_H

#include "input.h"

/* Are all rows of an uncompressed BMP there? */
bool jq_bmp_is_whole(const jq_bytes *bytes);

/* Are there quantization and Huffman tables, and a scan of every component of the frame? */
bool jq_jpeg_is_whole(const jq_bytes *bytes);

/* Is a PNG or JPEG smaller than any compression could make that many pixels? */
bool jq_claims_too_much(const jq_bytes *bytes, uint64_t pixels);

#endif
