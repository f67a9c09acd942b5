/* SPDX-License-Identifier: MIT */
/* png.h: the rows of a gray PNG, filtered and deflated (PNG specification, 9 and 10). */
#ifndef JQ_PNG_H
#define JQ_PNG_H

#include "jpegq.h"

/*
 * A zlib stream of the plane's rows, each with its filter type before it, made in `rows`, which has
 * room for (width + 1) * height bytes. level: libdeflate's, 0..12. To be freed with jpegq_free;
 * NULL if memory is short.
 */
uint8_t *jq_png_deflate_plane(const jpegq_plane *plane, uint8_t *rows, int level, size_t *size);

#endif
