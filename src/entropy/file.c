/* SPDX-License-Identifier: MIT */
/* file.c: a grayscale baseline JPEG file in the order of its markers (T.81 annex B), as cjpeg's. */
#include <string.h>

#include "file.h"
#include "scan.h"

/* A file's bytes as they are made, or only their number. */
typedef struct writer {
    uint8_t *out; /* NULL to count only */
    size_t size;
} writer;

static void put(writer *w, unsigned byte)
{
    if (w->out)
        w->out[w->size] = (uint8_t)byte;
    w->size++;
}

static void put_16(writer *w, unsigned value)
{
    put(w, value >> 8);
    put(w, value & 255);
}

/* B.1.1.4: a marker, and a length that counts itself and the parameters */
static void put_marker(writer *w, unsigned marker, unsigned parameters)
{
    put_16(w, 0xff00 | marker);
    put_16(w, parameters + 2);
}

/* JFIF 1.01: version, no unit, density 1 by 1, no thumbnail */
static void put_jfif(writer *w)
{
    static const uint8_t jfif[14] = {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
    put_marker(w, 0xe0, sizeof jfif);
    for (size_t i = 0; i < sizeof jfif; i++)
        put(w, jfif[i]);
}

static bool is_wide(const jpegq_table *table)
{
    for (int i = 0; i < 64; i++)
        if (table->step[i] > JPEGQ_BASELINE_STEP)
            return true;
    return false;
}

/* B.2.4.1: 8-bit steps if they fit, else 16-bit; table 0 */
static void put_quantization_table(writer *w, const jpegq_table *table)
{
    bool wide = is_wide(table);
    put_marker(w, 0xdb, wide ? 129 : 65);
    put(w, wide ? 0x10 : 0x00);
    for (int k = 0; k < 64; k++) {
        if (wide)
            put_16(w, table->step[jpegq_zigzag[k]]);
        else
            put(w, table->step[jpegq_zigzag[k]]);
    }
}

/* B.2.2: baseline (SOF0), or extended sequential (SOF1) for a 16-bit table; one component */
static void put_frame(writer *w, const jpegq_file *file)
{
    put_marker(w, is_wide(&file->table) ? 0xc1 : 0xc0, 9);
    put(w, 8); /* bits of a sample */
    put_16(w, file->height);
    put_16(w, file->width);
    put(w, 1);    /* components */
    put(w, 1);    /* its identifier */
    put(w, 0x11); /* sampling factors */
    put(w, 0);    /* quantization table */
}

/* B.2.4.2: class 0 is DC, 1 is AC */
static void put_huffman_table(writer *w, unsigned class, const jpegq_huffman *table)
{
    unsigned symbols = jq_huffman_symbols(table);
    put_marker(w, 0xc4, 17 + symbols);
    put(w, class << 4);
    for (int length = 1; length <= 16; length++)
        put(w, table->bits[length]);
    for (unsigned i = 0; i < symbols; i++)
        put(w, table->values[i]);
}

/* B.2.3: component 1, Huffman tables 0, all coefficients at full precision */
static void put_scan_header(writer *w)
{
    static const uint8_t parameters[6] = {1, 1, 0, 0, 63, 0};
    put_marker(w, 0xda, sizeof parameters);
    for (size_t i = 0; i < sizeof parameters; i++)
        put(w, parameters[i]);
}

/* All up to the entropy-coded data. */
static void put_headers(writer *w, const jpegq_file *file)
{
    put_16(w, 0xffd8); /* SOI */
    put_jfif(w);
    put_quantization_table(w, &file->table);
    put_frame(w, file);
    put_huffman_table(w, 0, &file->huffman.dc);
    put_huffman_table(w, 1, &file->huffman.ac);
    put_scan_header(w);
}

enum { EOI_BYTES = 2 };

uint64_t jq_header_bytes(const jpegq_file *file)
{
    writer w = {NULL, 0};
    put_headers(&w, file);
    return w.size + EOI_BYTES;
}

/* T.81 table F.1: the categories of 8-bit DC differences; decoders refuse tables with others. */
enum { LAST_CATEGORY = 11 };

static bool has_larger_category(const jq_codes *dc)
{
    for (int category = LAST_CATEGORY + 1; category < 256; category++)
        if (dc->length[category])
            return true;
    return false;
}

/* ---- Sizes and writing ----------------------------------------------------------------------- */

static size_t block_count(const jpegq_file *file)
{
    return jpegq_blocks(file->width) * jpegq_blocks(file->height);
}

static jpegq_status check(const jpegq_file *file, const int16_t *quantized)
{
    if (!file || !quantized || file->width == 0 || file->height == 0)
        return JPEGQ_BAD_ARGUMENT;
    if (file->width > JPEGQ_LARGEST_SIDE || file->height > JPEGQ_LARGEST_SIDE)
        return JPEGQ_TOO_LARGE;
    for (int i = 0; i < 64; i++)
        if (file->table.step[i] == 0)
            return JPEGQ_BAD_STEP;
    return JPEGQ_OK;
}

jpegq_status jq_file_check(const jpegq_file *file, const int16_t *quantized, jq_codes *dc,
                           jq_codes *ac)
{
    jpegq_status status = check(file, quantized);
    if (status == JPEGQ_OK && (!jq_codes_of(&file->huffman.dc, dc) ||
                               !jq_codes_of(&file->huffman.ac, ac) || has_larger_category(dc)))
        status = JPEGQ_BAD_ARGUMENT;
    return status;
}

/* The scan into a segment, which holds where to write. */
static jpegq_status scan_of(const jpegq_file *file, const int16_t *quantized, jq_segment *segment,
                            jpegq_symbols *symbols)
{
    jq_codes dc, ac;
    jpegq_status status = jq_file_check(file, quantized, &dc, &ac);
    if (status != JPEGQ_OK)
        return status;
    return jq_scan(&dc, &ac, quantized, block_count(file), segment, symbols);
}

jpegq_status jpegq_file_size(const jpegq_file *file, const int16_t *quantized, uint64_t *size)
{
    jq_segment segment = {0};
    jpegq_status status = size ? scan_of(file, quantized, &segment, NULL) : JPEGQ_BAD_ARGUMENT;
    if (status == JPEGQ_OK)
        *size = jq_header_bytes(file) + segment.bytes;
    return status;
}

jpegq_status jpegq_file_sizes(const jpegq_file *file, const int16_t *quantized, uint64_t *standard,
                              uint64_t *optimal)
{
    jq_segment segment = {0};
    jpegq_symbols symbols;
    if (!file || !standard || !optimal)
        return JPEGQ_BAD_ARGUMENT;
    jpegq_file with = *file;
    with.huffman = *jpegq_huffman_standard();
    jpegq_status status = scan_of(&with, quantized, &segment, &symbols);
    if (status != JPEGQ_OK)
        return status;
    *standard = jq_header_bytes(&with) + segment.bytes;
    jpegq_huffman_optimal(symbols.dc, &with.huffman.dc);
    jpegq_huffman_optimal(symbols.ac, &with.huffman.ac);
    return jpegq_file_size(&with, quantized, optimal);
}

jpegq_status jpegq_file_write(const jpegq_file *file, const int16_t *quantized, uint8_t *bytes,
                              size_t size)
{
    jq_codes dc, ac;
    jpegq_status status = bytes ? jq_file_check(file, quantized, &dc, &ac) : JPEGQ_BAD_ARGUMENT;
    if (status != JPEGQ_OK)
        return status;
    size_t headers = (size_t)jq_header_bytes(file) - EOI_BYTES;
    if (size < headers + EOI_BYTES)
        return JPEGQ_BAD_ARGUMENT;
    writer w = {bytes, 0};
    put_headers(&w, file);
    jq_segment segment = {.out = bytes + headers, .end = bytes + size - EOI_BYTES};
    status = jq_scan(&dc, &ac, quantized, block_count(file), &segment, NULL);
    if (status != JPEGQ_OK)
        return status;
    if (headers + segment.bytes + EOI_BYTES != size)
        return JPEGQ_BAD_ARGUMENT;
    w.size += (size_t)segment.bytes;
    put_16(&w, 0xffd9); /* EOI */
    return JPEGQ_OK;
}
