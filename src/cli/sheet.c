/* SPDX-License-Identifier: MIT */
/* sheet.c: see sheet.h. */
#include "sheet.h"

#include <math.h>
#include <string.h>

#include "font.h"

enum {
    WHITE = 255,
    FRAME = 48,       /* dark, but not to be taken for a black border of the picture */
    LINE_PITCH = 14,  /* rows from a line of text to the next, at scale 1 */
    TEXT_GAP = 4,     /* rows from a picture's frame to the text; the last line has 2 less below */
    CELL_GAP = 10,    /* between cells, and around all */
    READABLE = 24,    /* characters that there is room for, however narrow the pictures are */
    MOST_CELLS = 128, /* of a line: at s = 1 + (W + 300) / 600, W / (6 s) stays below 100 */
};

/* All in pixels of the sheet, but for counts. */
typedef struct layout {
    unsigned scale, frame, lines;
    uint64_t area_width, area_height; /* of the largest picture with its frame */
    uint64_t cell_width, cell_height, gap;
    uint64_t columns, rows;
    uint64_t width, height;
} layout;

/* ---- What is shown --------------------------------------------------------------------------- */

int jq_view_check(const jq_view *view, uint32_t width, uint32_t height, const char *name,
                  jq_message *message)
{
    if (!view->cropped)
        return 0;
    if (view->width == 0 || view->height == 0)
        return jq_fail(message, name, "a crop of %ju x %ju has no pixels", (uintmax_t)view->width,
                       (uintmax_t)view->height);
    if (view->x < width && view->y < height && view->width <= width - view->x &&
        view->height <= height - view->y)
        return 0;
    return jq_fail(message, name,
                   "crop %ju,%ju,%jux%ju reaches outside of a picture of %ju x %ju pixels",
                   (uintmax_t)view->x, (uintmax_t)view->y, (uintmax_t)view->width,
                   (uintmax_t)view->height, (uintmax_t)width, (uintmax_t)height);
}

/* The part of a checked picture that is shown, as a plane within it. */
static jpegq_plane shown_part(const jq_view *view, const jpegq_plane *plane)
{
    jpegq_plane part = *plane;
    if (view->cropped) {
        part.width = (uint32_t)view->width;
        part.height = (uint32_t)view->height;
        part.samples += (size_t)view->y * plane->stride + (size_t)view->x;
    }
    return part;
}

/* ---- Layout ---------------------------------------------------------------------------------- */

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The number of lines of text and the length of the longest. */
static void measure_text(const jq_tile *tiles, size_t count, unsigned *lines, size_t *longest)
{
    *lines = 0;
    *longest = 0;
    for (size_t i = 0; i < count; i++) {
        for (unsigned k = 0; k < JQ_TILE_LINES; k++) {
            if (!tiles[i].lines[k])
                continue;
            *lines = k + 1 > *lines ? k + 1 : *lines;
            *longest = (size_t)larger(*longest, jq_font_length(tiles[i].lines[k]));
        }
    }
}

/* The size of the cells, from that of the largest picture as shown. */
static void lay_out_cell(const jq_tile *tiles, size_t count, uint64_t width, uint64_t height,
                         layout *l)
{
    size_t longest;
    measure_text(tiles, count, &l->lines, &longest);
    l->scale = (unsigned)(1 + (width + 300) / 600); /* of UINT32_MAX * 64: 2^29 */
    l->frame = (l->scale + 1) / 2;
    l->gap = (uint64_t)CELL_GAP * l->scale;
    l->area_width = width + 2 * l->frame;
    l->area_height = height + 2 * l->frame;
    uint64_t text = (uint64_t)(longest < READABLE ? longest : READABLE) * JQ_FONT_WIDTH * l->scale;
    l->cell_width = larger(l->area_width, text);
    l->cell_height = l->area_height;
    if (l->lines)
        l->cell_height += (uint64_t)(TEXT_GAP - 2 + l->lines * LINE_PITCH) * l->scale;
}

static void lay_out_columns(uint64_t columns, size_t count, layout *l)
{
    l->columns = columns;
    l->rows = (count + columns - 1) / columns;
    l->width = l->gap + l->columns * (l->cell_width + l->gap);
    l->height = l->gap + l->rows * (l->cell_height + l->gap);
}

/* How far the sheet is from 4 : 3 without empty cells, as a factor of 1 or more. */
static double badness(size_t count, const layout *l)
{
    double aspect = (double)l->width * 3 / ((double)l->height * 4);
    double cells = (double)l->columns * (double)l->rows;
    return (aspect < 1 ? 1 / aspect : aspect) * cells / (double)count;
}

static void choose_columns(size_t count, layout *l)
{
    uint64_t best = 1;
    double least = HUGE_VAL;
    for (uint64_t columns = 1; columns <= count; columns++) {
        lay_out_columns(columns, count, l);
        double bad = badness(count, l);
        if (bad < least) {
            least = bad;
            best = columns;
        }
    }
    lay_out_columns(best, count, l);
}

/* Sides and counts below 2^31 leave all products and sums within 64 bits. */
static bool is_sane(const layout *l, size_t count)
{
    return l->cell_width + l->gap < INT32_MAX && l->cell_height + l->gap < INT32_MAX &&
           count < INT32_MAX;
}

static int lay_out(const jq_tile *tiles, size_t count, const jq_view *view, const char *name,
                   layout *l, jq_message *message)
{
    uint64_t width = 0, height = 0;
    for (size_t i = 0; i < count; i++) {
        const jpegq_plane *plane = tiles[i].plane;
        if (jq_view_check(view, plane->width, plane->height, name, message) != 0)
            return -1;
        const jpegq_plane part = shown_part(view, plane);
        width = larger(width, (uint64_t)part.width * view->zoom);
        height = larger(height, (uint64_t)part.height * view->zoom);
    }
    lay_out_cell(tiles, count, width, height, l);
    if (!is_sane(l, count))
        return jq_fail(message, name,
                       "a sheet of %zu pictures of %ju x %ju pixels would be too large", count,
                       (uintmax_t)width, (uintmax_t)height);
    choose_columns(count, l);
    return 0;
}

/* ---- Drawing --------------------------------------------------------------------------------- */

static void fill(size_t x, size_t y, size_t width, size_t height, uint8_t value,
                 const jpegq_plane *sheet)
{
    for (size_t row = y; row < y + height; row++)
        memset(sheet->samples + row * sheet->stride + x, value, width);
}

/* A picture, every pixel zoom x zoom. */
static void draw_picture(const jpegq_plane *part, unsigned zoom, size_t x, size_t y,
                         const jpegq_plane *sheet)
{
    for (size_t row = 0; row < part->height; row++) {
        const uint8_t *from = part->samples + row * part->stride;
        uint8_t *first = sheet->samples + (y + row * zoom) * sheet->stride + x;
        for (size_t column = 0; column < part->width; column++)
            memset(first + column * zoom, from[column], zoom);
        for (unsigned again = 1; again < zoom; again++)
            memcpy(first + again * sheet->stride, first, (size_t)part->width * zoom);
    }
}

/* Lines in the middle of the cell, from y on. */
static void draw_lines(const jq_tile *tile, const layout *l, size_t x, size_t y,
                       const jpegq_plane *sheet)
{
    size_t advance = (size_t)JQ_FONT_WIDTH * l->scale, most = (size_t)l->cell_width / advance;
    char line[MOST_CELLS + 1];
    for (unsigned k = 0; k < l->lines; k++) {
        if (!tile->lines[k])
            continue;
        size_t cells = jq_font_fit(tile->lines[k], most < MOST_CELLS ? most : MOST_CELLS, line);
        jq_font_draw(line, l->scale, x + ((size_t)l->cell_width - cells * advance) / 2,
                     y + (size_t)k * LINE_PITCH * l->scale, sheet);
    }
}

/* A tile in the cell whose upper left corner is at x, y. */
static void draw_tile(const jq_tile *tile, const jq_view *view, const layout *l, size_t x, size_t y,
                      const jpegq_plane *sheet)
{
    const jpegq_plane part = shown_part(view, tile->plane);
    size_t width = (size_t)part.width * view->zoom + 2 * l->frame;
    size_t height = (size_t)part.height * view->zoom + 2 * l->frame;
    size_t left = x + ((size_t)l->cell_width - width) / 2;
    size_t top = y + (size_t)l->area_height - height;
    fill(left, top, width, height, FRAME, sheet);
    draw_picture(&part, view->zoom, left + l->frame, top + l->frame, sheet);
    draw_lines(tile, l, x, y + (size_t)l->area_height + (size_t)TEXT_GAP * l->scale, sheet);
}

int jq_sheet_make(const jq_tile *tiles, size_t count, const jq_view *view, uint64_t max_pixels,
                  const char *name, jpegq_plane *sheet, jq_message *message)
{
    layout l = {0};
    if (count == 0)
        return jq_fail(message, name, "no pictures to show");
    if (lay_out(tiles, count, view, name, &l, message) != 0 ||
        jq_plane_alloc(name, l.width, l.height, max_pixels, sheet, message) != 0)
        return -1;
    fill(0, 0, sheet->width, sheet->height, WHITE, sheet);
    for (size_t i = 0; i < count; i++) {
        size_t column = i % (size_t)l.columns, row = i / (size_t)l.columns;
        draw_tile(&tiles[i], view, &l, (size_t)(l.gap + column * (l.cell_width + l.gap)),
                  (size_t)(l.gap + row * (l.cell_height + l.gap)), sheet);
    }
    return 0;
}

/* ---- Difference ------------------------------------------------------------------------------ */

static uint8_t clamp(int64_t value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

void jq_difference(const jpegq_plane *reference, const jpegq_plane *degraded, unsigned gain,
                   const jpegq_plane *out)
{
    for (size_t y = 0; y < out->height; y++) {
        const uint8_t *a = reference->samples + y * reference->stride;
        const uint8_t *b = degraded->samples + y * degraded->stride;
        uint8_t *o = out->samples + y * out->stride;
        for (size_t x = 0; x < out->width; x++)
            o[x] = clamp(128 + (int64_t)gain * (b[x] - a[x]));
    }
}
