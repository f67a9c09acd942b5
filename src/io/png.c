/* SPDX-License-Identifier: MIT */
/*
 * png.c: the rows of a gray PNG, filtered and deflated. Which filters and which way to deflate are
 * best is found by trying them on a part of the picture: drawings and text want none and a search
 * for repetitions, photographs want the best filter for each row, and often no search (see runs.h).
 */
#include "deflate.h"

#if JQ_LIBDEFLATE
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "png.h"
#include "runs.h"

enum {
    WHOLE = 1 << 20, /* up to so many bytes all is tried, ... */
    BANDS = 8,       /* ... else so many bands of rows, */
    PART = 128       /* each of which is a PARTth of all rows */
};

/* ---- Filters (PNG specification, 9.2) -------------------------------------------------------- */

enum { NONE, SUB, UP, AVERAGE, PAETH, FILTERS };

static inline int16_t absolute(int16_t x)
{
    return (int16_t)(x < 0 ? -x : x);
}

/* 9.4: of a (left), b (above) and c (above left) what is nearest to a + b - c */
static inline uint8_t paeth(uint8_t a, uint8_t b, uint8_t c)
{
    int16_t to_a = (int16_t)(b - c), to_b = (int16_t)(a - c);
    int16_t from_a = absolute(to_a), from_b = absolute(to_b);
    int16_t from_c = absolute((int16_t)(to_a + to_b));
    int16_t least = from_b < from_c ? from_b : from_c;
    uint8_t b_or_c = from_b <= from_c ? b : c;
    return from_a <= least ? a : b_or_c;
}

/* The loops start at the second sample. `above` is the row before; for the first row only NONE and
   SUB are asked for. */
static void filter_row(int filter, const uint8_t *row, const uint8_t *above, size_t width,
                       uint8_t *restrict out)
{
    switch (filter) {
    case SUB:
        out[0] = row[0];
        for (size_t x = 1; x < width; x++)
            out[x] = (uint8_t)(row[x] - row[x - 1]);
        return;
    case UP:
        for (size_t x = 0; x < width; x++)
            out[x] = (uint8_t)(row[x] - above[x]);
        return;
    case AVERAGE:
        out[0] = (uint8_t)(row[0] - above[0] / 2);
        for (size_t x = 1; x < width; x++)
            out[x] = (uint8_t)(row[x] - (row[x - 1] + above[x]) / 2);
        return;
    case PAETH:
        out[0] = (uint8_t)(row[0] - above[0]);
        for (size_t x = 1; x < width; x++)
            out[x] = (uint8_t)(row[x] - paeth(row[x - 1], above[x], above[x - 1]));
        return;
    default:
        memcpy(out, row, width);
    }
}

/* 12.8's heuristic: the sum of the magnitudes of differences. */
static uint64_t cost_of(const uint8_t *filtered, size_t width)
{
    uint64_t sum = 0;
    for (size_t first = 0; first < width; first += 1 << 16) {
        size_t end = width - first < 1 << 16 ? width : first + (1 << 16);
        uint32_t part = 0;
        for (size_t x = first; x < end; x++)
            part += (uint8_t)(filtered[x] < 128 ? filtered[x] : 256 - filtered[x]);
        sum += part;
    }
    return sum;
}

/* The rows from `first` on to `out`, unfiltered or each by its best filter. `spare` is a row. */
static void filter_rows(const jpegq_plane *plane, size_t first, size_t count, bool filtered,
                        uint8_t *spare, uint8_t *out)
{
    size_t width = plane->width;
    for (size_t y = first; y < first + count; y++, out += width + 1) {
        const uint8_t *row = plane->samples + y * plane->stride;
        uint64_t least = UINT64_MAX;
        out[0] = NONE;
        if (!filtered)
            memcpy(out + 1, row, width);
        for (int filter = NONE; filtered && filter < (y == 0 ? UP : FILTERS); filter++) {
            filter_row(filter, row, row - plane->stride, width, spare);
            uint64_t cost = cost_of(spare, width);
            if (cost < least) {
                least = cost;
                out[0] = (uint8_t)filter;
                memcpy(out + 1, spare, width);
            }
        }
    }
}

/* ---- Deflating ------------------------------------------------------------------------------- */

typedef struct way {
    bool filtered, runs;
} way;

typedef struct encoder {
    const jpegq_plane *plane;
    uint8_t *rows, *spare, *out; /* out has `room` */
    size_t room;
    struct libdeflate_compressor *compressor;
} encoder;

static size_t deflate_bytes(const encoder *e, size_t size, bool runs, bool count_only)
{
    if (runs)
        return jq_deflate_runs(e->rows, size, count_only ? NULL : e->out);
    return libdeflate_deflate_compress(e->compressor, e->rows, size, e->out, e->room);
}

/* What a way makes of a part of the picture. */
static size_t try_part(const encoder *e, size_t first, size_t count, way w)
{
    filter_rows(e->plane, first, count, w.filtered, e->spare, e->rows);
    return deflate_bytes(e, (e->plane->width + (size_t)1) * count, w.runs, true);
}

static way best_way(const encoder *e)
{
    static const way ways[] = {{false, false}, {true, false}, {false, true}, {true, true}};
    size_t height = e->plane->height, least = SIZE_MAX, best = 0;
    bool whole = (e->plane->width + (uint64_t)1) * height <= WHOLE || height < PART;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        size_t size = 0;
        for (size_t band = 0; band < (whole ? 1 : BANDS); band++)
            size +=
                whole ? try_part(e, 0, height, ways[i])
                      : try_part(e, height * (2 * band + 1) / (2 * BANDS), height / PART, ways[i]);
        if (size < least) {
            least = size;
            best = i;
        }
    }
    return ways[best];
}

/* RFC 1950: a header, the deflated data, Adler's checksum of what was deflated */
static uint8_t *zlib_of(encoder *e, int level, size_t *size)
{
    enum { HEADER = 2, CHECKSUM = 4 };
    size_t bytes = (e->plane->width + (size_t)1) * e->plane->height;
    way w = level == 0 ? (way){false, false} : best_way(e);
    filter_rows(e->plane, 0, e->plane->height, w.filtered, e->spare, e->rows);
    uint8_t *stream = e->out;
    e->out += HEADER;
    size_t deflated = deflate_bytes(e, bytes, w.runs, false);
    if (deflated == 0) {
        jpegq_free(stream);
        return NULL;
    }
    uint32_t checksum = libdeflate_adler32(1, e->rows, bytes);
    stream[0] = 0x78;
    stream[1] = 0x01;
    for (size_t i = 0; i < CHECKSUM; i++)
        stream[HEADER + deflated + i] = (uint8_t)(checksum >> (24 - 8 * i));
    *size = HEADER + deflated + CHECKSUM;
    return stream;
}

uint8_t *jq_png_deflate_plane(const jpegq_plane *plane, uint8_t *rows, int level, size_t *size)
{
    uint8_t *stream = NULL;
    encoder e = {.plane = plane, .rows = rows};
    size_t bytes = (plane->width + (size_t)1) * plane->height;
    e.compressor = libdeflate_alloc_compressor(level);
    e.spare = jpegq_alloc(plane->width, 1);
    if (e.compressor && e.spare) {
        size_t runs = jq_runs_bound(bytes);
        e.room = libdeflate_deflate_compress_bound(e.compressor, bytes);
        e.out = jpegq_alloc((e.room > runs ? e.room : runs) + 8, 1);
        if (e.out)
            stream = zlib_of(&e, level, size);
    }
    jpegq_free(e.spare);
    if (e.compressor)
        libdeflate_free_compressor(e.compressor);
    return stream;
}
#endif
