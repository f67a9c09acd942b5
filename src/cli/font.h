/* SPDX-License-Identifier: MIT */
/*
 * font.h: a small bitmap font for captions in images, ASCII 32..126, every character equally wide.
 *
 * A cell of 6 x 12 pixels: 5 columns of ink and a blank one, 9 rows above the base line (capitals
 * and figures take all, small letters 6) and 3 below.
 */
#ifndef JQ_FONT_H
#define JQ_FONT_H

#include "jpegq.h"

enum { JQ_FONT_WIDTH = 6, JQ_FONT_HEIGHT = 12 };

/* How many cells a text takes: one for every UTF-8 character and every byte that is none. */
size_t jq_font_length(const char *text);

/*
 * Bring a text into the font's own characters, a box for what the font does not have, and into at
 * most `most` cells, with "..." in the middle of what is longer (where there is room for that:
 * names differ at their ends). line: most + 1 bytes. Returns the number of cells.
 */
size_t jq_font_fit(const char *text, size_t most, char *line);

/*
 * Draw what jq_font_fit made in black, the upper left corner of the first cell at x, y, pixels
 * scale x scale (1 or more). Leaves the background as it is; what is outside of the plane is cut.
 */
void jq_font_draw(const char *line, unsigned scale, size_t x, size_t y, const jpegq_plane *plane);

#endif
