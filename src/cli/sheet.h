/* SPDX-License-Identifier: MIT */
/* sheet.h: a contact sheet of pictures with captions, and the picture of a difference. */
#ifndef JQ_SHEET_H
#define JQ_SHEET_H

#include "../io/image.h"

enum { JQ_TILE_LINES = 3, JQ_LARGEST_ZOOM = 64 };

/* A picture and what is written under it. */
typedef struct jq_tile {
    const jpegq_plane *plane;
    const char *lines[JQ_TILE_LINES]; /* UTF-8, or not; NULL for none. See jq_font_fit. */
} jq_tile;

/* What is shown of every picture. */
typedef struct jq_view {
    bool cropped;                 /* only the part below, else all; --crop X,Y,WxH */
    uint64_t x, y, width, height; /* in pixels of the picture; unused if not cropped */
    unsigned zoom;                /* 1..JQ_LARGEST_ZOOM: pixels repeated, not smoothed; --zoom N */
} jq_view;

/*
 * Is the part to be shown inside of a picture of that size, and not empty? 0, or -1 with a message.
 * `name` is who is to blame: the picture, or the sheet. jq_sheet_make checks all its tiles itself;
 * this is for who wants to know before the work.
 */
int jq_view_check(const jq_view *view, uint32_t width, uint32_t height, const char *name,
                  jq_message *message);

/*
 * Lay out pictures, in reading order, on a white sheet.
 *
 * All cells are of one size: a picture area as large as the largest picture and its frame, and
 * below it as many lines of text as the tile with the most lines has. Smaller pictures stand
 * in the middle of the area's lower edge. With W x H the largest picture as shown (cropped and
 * zoomed), the text's scale s and the frame's width f are
 *
 *     s = 1 + floor((W + 300) / 600)        that is 1 below 300 pixels, 2 below 900, and so on
 *     f = floor((s + 1) / 2)
 *
 * and a cell is
 *
 *     max(W + 2 f, 6 s min(longest line, 24))   wide; longer lines are cut to it
 *     H + 2 f + (2 + 14 lines) s                high; H + 2 f without text
 *
 * Between cells and around all are 10 s pixels. The number of columns is the one with the least
 * product of two factors of 1 or more: how far width : height is from 4 : 3, and how many more
 * cells there are than tiles; of equals the smallest.
 *
 * name: the sheet's, for messages. The sheet has at most max_pixels; its samples are the caller's
 * to free with jpegq_free. 0, or -1 with a message: no pictures, a part that is not inside of a
 * picture (with the picture's size), too large a sheet, no memory.
 */
int jq_sheet_make(const jq_tile *tiles, size_t count, const jq_view *view, uint64_t max_pixels,
                  const char *name, jpegq_plane *sheet, jq_message *message);

/*
 * 128 + gain * (degraded - reference), clamped to 0..255: gray where nothing was changed, brighter
 * where a sample came out brighter. The planes are of one size; `out` may be one of the others.
 */
void jq_difference(const jpegq_plane *reference, const jpegq_plane *degraded, unsigned gain,
                   const jpegq_plane *out);

#endif
