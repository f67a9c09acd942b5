/* SPDX-License-Identifier: MIT */
/* whole.c: see whole.h. */
#include "whole.h"

#include <string.h>

static uint32_t little_endian(const uint8_t *data, unsigned bytes)
{
    uint32_t value = 0;
    while (bytes--)
        value = value << 8 | data[bytes];
    return value;
}

static uint32_t big_endian(const uint8_t *data, unsigned bytes)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | data[i];
    return value;
}

/* ---- PNG ------------------------------------------------------------------------------------- */

/* The header chunk is the first one, or the second in files of Apple's. */
static bool png_claimed(const jq_bytes *bytes, jq_claim *claim)
{
    size_t at = 8;
    for (int chunk = 0; chunk < 2 && bytes->size - at >= 8; chunk++) {
        const uint8_t *d = bytes->data + at;
        size_t length = big_endian(d, 4);
        if (length > bytes->size - at - 8)
            return false;
        if (memcmp(d + 4, "IHDR", 4) == 0 && length == 13) {
            static const unsigned channels[] = {1, 4, 3, 1, 2, 4, 4, 4};
            *claim = (jq_claim){big_endian(d + 8, 4), big_endian(d + 12, 4), d[16] == 16,
                                channels[d[17] & 7] * d[16]};
            return true;
        }
        if (bytes->size - at - 8 - length < 4)
            return false;
        at += 12 + length; /* and its check sum */
    }
    return false;
}

bool jq_png_is_whole(const jq_bytes *bytes)
{
    for (size_t at = 8; bytes->size - at >= 12;) {
        const uint8_t *d = bytes->data + at;
        size_t length = big_endian(d, 4);
        if (memcmp(d + 4, "IEND", 4) == 0)
            return true;
        if (length > bytes->size - at - 12)
            return false;
        at += 12 + length;
    }
    return false;
}

/* ---- BMP ------------------------------------------------------------------------------------- */

/* OS/2's header has 16-bit fields. */
static bool bmp_is_old(const uint8_t *d)
{
    return little_endian(d + 14, 4) == 12;
}

static unsigned bmp_bits(const uint8_t *d)
{
    return little_endian(d + (bmp_is_old(d) ? 24 : 28), 2);
}

static bool bmp_claimed(const jq_bytes *bytes, jq_claim *claim)
{
    const uint8_t *d = bytes->data;
    if (bytes->size < 30)
        return false;
    bool old = bmp_is_old(d);
    uint64_t width = old ? little_endian(d + 18, 2) : little_endian(d + 18, 4);
    uint64_t height = old ? little_endian(d + 20, 2) : little_endian(d + 22, 4);
    if (!old && height > INT32_MAX) /* negative: from top to bottom */
        height = (uint64_t)UINT32_MAX + 1 - height;
    *claim = (jq_claim){width, height, false, bmp_bits(d)};
    return true;
}

bool jq_bmp_is_whole(const jq_bytes *bytes)
{
    jq_claim claim;
    if (!bmp_claimed(bytes, &claim))
        return false;
    uint64_t row = (claim.width * bmp_bits(bytes->data) + 31) / 32 * 4; /* 2^32 * 2^16 fits */
    uint64_t offset = little_endian(bytes->data + 10, 4);
    return offset <= bytes->size && (row == 0 || claim.height <= (bytes->size - offset) / row);
}

/* How many colours stb takes from what lies before the first row, of which it has room for 256. */
static int64_t bmp_colors(const uint8_t *d)
{
    int64_t header = little_endian(d + 14, 4), offset = little_endian(d + 10, 4);
    return bmp_is_old(d) ? (offset - 38) / 3 : (offset - 14 - header) / 4;
}

bool jq_bmp_has_colors(const jq_bytes *bytes)
{
    jq_claim claim;
    const uint8_t *d = bytes->data;
    unsigned bits = bmp_bits(d);
    int64_t colors = bmp_colors(d);
    if (bits != 1 && bits != 4 && bits != 8) /* no palette, or none that stb takes */
        return true;
    if (!bmp_claimed(bytes, &claim) || colors >= INT64_C(1) << bits)
        return true;
    size_t row = (size_t)(claim.width * bits + 31) / 32 * 4, offset = little_endian(d + 10, 4);
    for (uint64_t y = 0; row > 0 && y < claim.height; y++) {
        for (uint64_t x = 0; x < claim.width; x++) {
            uint64_t bit = x * bits;
            unsigned shift = 8 - bits - bit % 8, mask = (1u << bits) - 1;
            unsigned byte = d[offset + y * row + bit / 8];
            if ((byte >> shift & mask) >= colors)
                return false;
        }
    }
    return true;
}

/* ---- JPEG: T.81 annex B ---------------------------------------------------------------------- */

/* What was found so far; a set of tables has a bit for each. */
typedef struct jpeg_parts {
    unsigned steps, dc, ac; /* sets of quantization and Huffman tables */
    bool progressive;
    unsigned components; /* of the frame */
    uint8_t table[256];  /* of steps, by component identifier */
    bool scanned[256];
    unsigned scans; /* components that have a scan */
} jpeg_parts;

/* B.2.4.1. stb has memory for four tables; what is no table it refuses. */
static void take_steps(jpeg_parts *parts, const uint8_t *segment, size_t length)
{
    for (size_t at = 2; at < length; at += segment[at] >> 4 ? 129 : 65)
        parts->steps |= 1u << (segment[at] & 3);
}

/* B.2.4.2. False if a table is not all there, or has more than 256 symbols: stb writes them behind
 * its arrays. */
static bool take_codes(jpeg_parts *parts, const uint8_t *segment, size_t length)
{
    size_t at = 2;
    while (at + 17 <= length) {
        size_t symbols = 0;
        unsigned table = 1u << (segment[at] & 3);
        for (size_t i = 1; i <= 16; i++)
            symbols += segment[at + i];
        if (symbols > 256)
            return false;
        if (segment[at] >> 4)
            parts->ac |= table;
        else
            parts->dc |= table;
        at += 17 + symbols;
    }
    return at == length;
}

/* B.2.2, of the frames that stb decodes */
static void take_frame(jpeg_parts *parts, uint8_t marker, const uint8_t *segment, size_t length)
{
    if (length < 8)
        return;
    parts->progressive = marker == 0xc2;
    parts->components = segment[7];
    for (size_t at = 8; at + 3 <= length; at += 3)
        parts->table[segment[at]] = segment[at + 2];
}

/* B.2.3. False if a table is not there that the scan needs: stb would take it from memory. */
static bool take_scan(jpeg_parts *parts, const uint8_t *segment, size_t length)
{
    size_t count = length < 3 ? 0 : segment[2];
    if (length < 6 + 2 * count)
        return false;
    bool first = segment[3 + 2 * count] == 0, refines = segment[5 + 2 * count] >> 4 != 0;
    bool needs_dc = !parts->progressive || (first && !refines);
    bool needs_ac = !parts->progressive || !first;
    for (size_t i = 0; i < count; i++) {
        uint8_t component = segment[3 + 2 * i], codes = segment[4 + 2 * i];
        if (!(parts->steps >> (parts->table[component] & 3) & 1) ||
            (needs_dc && !(parts->dc >> (codes >> 4 & 3) & 1)) ||
            (needs_ac && !(parts->ac >> (codes & 3) & 1)))
            return false;
        parts->scans += !parts->scanned[component];
        parts->scanned[component] = true;
    }
    return true;
}

/* One marker segment behind its marker: its length, then its parameters. */
static bool take_segment(jpeg_parts *parts, uint8_t marker, const uint8_t *segment, size_t length)
{
    switch (marker) {
    case 0xc0:
    case 0xc1:
    case 0xc2:
        take_frame(parts, marker, segment, length);
        return true;
    case 0xc4:
        return take_codes(parts, segment, length);
    case 0xda:
        return take_scan(parts, segment, length);
    case 0xdb:
        take_steps(parts, segment, length);
        return true;
    default:
        return true;
    }
}

/* The offset of the next marker at or behind `at`: entropy-coded data have only FF00 and restarts.
 */
static size_t next_marker(const jq_bytes *bytes, size_t at)
{
    const uint8_t *d = bytes->data;
    while (at + 1 < bytes->size &&
           !(d[at] == 0xff && d[at + 1] != 0 && d[at + 1] != 0xff && (d[at + 1] & 0xf8) != 0xd0))
        at++;
    return at;
}

/* The first frame that stb decodes. */
static bool jpeg_claimed(const jq_bytes *bytes, jq_claim *claim)
{
    const uint8_t *d = bytes->data;
    for (size_t at = next_marker(bytes, 2); at + 4 <= bytes->size; at = next_marker(bytes, at)) {
        uint8_t marker = d[at + 1];
        size_t length = (size_t)d[at + 2] << 8 | d[at + 3];
        if (length > bytes->size - at - 2)
            break;
        if (marker >= 0xc0 && marker <= 0xc2 && length >= 8) {
            *claim = (jq_claim){big_endian(d + at + 7, 2), big_endian(d + at + 5, 2), false, 64};
            return true;
        }
        at += 2 + length;
    }
    return false;
}

bool jq_jpeg_is_whole(const jq_bytes *bytes)
{
    const uint8_t *d = bytes->data;
    jpeg_parts parts = {0};
    for (size_t at = next_marker(bytes, 2); at + 4 <= bytes->size; at = next_marker(bytes, at)) {
        uint8_t marker = d[at + 1];
        size_t length = (size_t)d[at + 2] << 8 | d[at + 3];
        if (marker == 0xd9) /* EOI */
            break;
        if (length > bytes->size - at - 2 || !take_segment(&parts, marker, d + at + 2, length))
            return false;
        at += 2 + length;
    }
    return parts.components > 0 && parts.scans >= parts.components;
}

/* ---- All three ------------------------------------------------------------------------------- */

bool jq_claimed(const jq_bytes *bytes, jq_claim *claim)
{
    if (bytes->size < 8)
        return false;
    return bytes->data[0] == 'B'    ? bmp_claimed(bytes, claim)
           : bytes->data[0] == 0xff ? jpeg_claimed(bytes, claim)
                                    : png_claimed(bytes, claim);
}

/*
 * Deflate cannot expand more than 1032 times, and a sample of one bit is the least there is. A
 * baseline JPEG block of 64 samples takes at least 2 bits; a progressive one can take less, but no
 * honest picture does. So a file this small is a bomb or has a broken header, whatever it holds.
 */
bool jq_claims_too_much(const jq_bytes *bytes, uint64_t pixels)
{
    return pixels / 8 / 1032 > bytes->size;
}

/* Photographs take more than a bit for two pixels, drawings more than one for thirty; an empty page
   does not, but 2^24 pixels are no harm. */
bool jq_may_be_bomb(const jq_bytes *bytes, uint64_t pixels)
{
    return pixels > 1 << 24 && pixels / 256 > bytes->size;
}
