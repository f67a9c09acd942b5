/* SPDX-License-Identifier: MIT */
/*
 * scan.c: the entropy-coded segment of a scan (T.81 F.1.2.3). Codes and values are packed into a
 * buffer; from there the bytes go out, each FF followed by a stuffed zero (B.1.1.5). Counting is
 * writing without a place to write to: the number of FFs hangs on how the bits fall into bytes.
 */
#include "scan.h"

#include <string.h>

#include "symbols.h"

enum {
    BLOCKS = 64, /* listed at a time */
    SYMBOL_BITS = 16 + JQ_VALUE_BITS,
    BUFFER = BLOCKS * 64 * SYMBOL_BITS / 8 + 16 /* what is left over, and the length of a store */
};

/* Entries that say why a symbol cannot be sent. They have no bits. */
#define NO_CATEGORY (UINT64_C(1) << 62)
#define NO_CODE (UINT64_C(1) << 63)

/* What is sent for a symbol, with zeros for the bits of the value: bits << 8 | how many. */
typedef struct entries {
    uint64_t of[JQ_SYMBOLS];
} entries;

/* Bits on their way into a buffer. */
typedef struct packer {
    uint64_t bits; /* the last `waiting` of them are not in the buffer yet */
    uint64_t waiting;
    uint8_t *at;
    uint64_t seen; /* all entries together, to tell those without bits */
} packer;

static void prepare(entries *e, const jq_codes *dc, const jq_codes *ac)
{
    for (unsigned i = 0; i < JQ_SYMBOLS; i++) {
        const jq_codes *codes = i < 256 ? ac : dc;
        unsigned symbol = i % 256, category = i % 16, length = codes->length[symbol];
        if (category >= (i < 256 ? JQ_AC_CATEGORIES : JQ_DC_CATEGORIES))
            e->of[i] = NO_CATEGORY;
        else if (length == 0)
            e->of[i] = NO_CODE;
        else
            e->of[i] = (uint64_t)codes->code[symbol] << (category + 8) | (length + category);
    }
}

static inline void store_big_endian(uint8_t *at, uint64_t bits)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    memcpy(at, &bits, sizeof bits);
}

/* Append up to 56 bits and store all whole bytes. The store is always of 8; the next one writes
   over. */
static inline void put(packer *p, uint64_t bits, uint64_t count)
{
    p->bits = p->bits << count | bits;
    p->waiting += count;
    store_big_endian(p->at, p->bits << (63 - p->waiting) << 1);
    p->at += p->waiting / 8;
    p->waiting %= 8;
}

static inline uint64_t bits_of(uint64_t entry, uint32_t listed)
{
    return (entry << 2 >> 10) | (listed & ((1U << JQ_VALUE_BITS) - 1));
}

static inline uint64_t count_of(uint64_t entry)
{
    return entry & 255;
}

static inline void put_one(packer *p, const entries *e, uint32_t listed)
{
    uint64_t entry = e->of[listed >> JQ_VALUE_BITS];
    p->seen |= entry;
    put(p, bits_of(entry, listed), count_of(entry));
}

/* Two symbols have 2 * SYMBOL_BITS = 54 bits at most; four mostly have no more either. */
static inline void put_four(packer *p, const entries *e, const uint32_t *listed)
{
    uint64_t entry[4], bits[2], count[2];
    for (int i = 0; i < 4; i++) {
        entry[i] = e->of[listed[i] >> JQ_VALUE_BITS];
        p->seen |= entry[i];
    }
    for (int i = 0; i < 2; i++) {
        bits[i] = bits_of(entry[2 * i], listed[2 * i]) << count_of(entry[2 * i + 1]) |
                  bits_of(entry[2 * i + 1], listed[2 * i + 1]);
        count[i] = count_of(entry[2 * i]) + count_of(entry[2 * i + 1]);
    }
    if (count[0] + count[1] <= 56) {
        put(p, bits[0] << count[1] | bits[1], count[0] + count[1]);
    } else {
        put(p, bits[0], count[0]);
        put(p, bits[1], count[1]);
    }
}

/* `to` is *p, but kept in registers. */
static void put_list(packer *to, const entries *e, const uint32_t *list, const uint32_t *end)
{
    packer p = *to;
    for (; end - list >= 4; list += 4)
        put_four(&p, e, list);
    for (; list < end; list++)
        put_one(&p, e, *list);
    *to = p;
}

static size_t count_ff(const uint8_t *bytes, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += bytes[i] == 0xff;
    return count;
}

/* As many bytes as there is room for; an FF and its zero stay together. */
static void write_stuffed(const uint8_t *bytes, size_t size, jq_segment *segment)
{
    while (size > 0) {
        const uint8_t *ff = memchr(bytes, 0xff, size);
        size_t plain = ff ? (size_t)(ff - bytes) : size, stuffed = ff ? 2 : 0;
        size_t room = (size_t)(segment->end - segment->out);
        bool fits = plain + stuffed <= room;
        size_t count = plain <= room ? plain : room;
        memcpy(segment->out, bytes, count);
        segment->out += count;
        if (!fits) {
            segment->end = segment->out;
            return;
        }
        if (ff) {
            *segment->out++ = 0xff;
            *segment->out++ = 0;
        }
        bytes += plain + stuffed / 2;
        size -= plain + stuffed / 2;
    }
}

/* Send the bytes of a buffer out. */
static void send(const uint8_t *bytes, size_t size, jq_segment *segment)
{
    size_t zeros = count_ff(bytes, size);
    segment->zeros += zeros;
    segment->bytes += size + zeros;
    if (segment->out)
        write_stuffed(bytes, size, segment);
}

/* All blocks through a buffer; their symbols are counted on the way if counts is not NULL. */
static jpegq_status pack_blocks(const entries *e, const int16_t *quantized, size_t blocks,
                                jq_segment *segment, uint64_t *counts)
{
    uint32_t list[JQ_LIST_ROOM(BLOCKS)];
    uint8_t buffer[BUFFER];
    packer p = {0, 0, buffer, 0};
    int32_t last_dc = 0;
    for (size_t b = 0; b < blocks; b += BLOCKS) {
        size_t count = blocks - b < BLOCKS ? blocks - b : BLOCKS;
        const uint32_t *end = jq_list_symbols(quantized + 64 * b, count, &last_dc, list);
        if (!end)
            return JPEGQ_OUT_OF_RANGE;
        if (counts)
            jq_count_list(list, end, counts);
        put_list(&p, e, list, end);
        if (b + count == blocks && p.waiting)
            *p.at++ = (uint8_t)(p.bits << (8 - p.waiting) | 0xff >> p.waiting);
        send(buffer, (size_t)(p.at - buffer), segment);
        p.at = buffer;
    }
    return p.seen & NO_CATEGORY ? JPEGQ_OUT_OF_RANGE
           : p.seen & NO_CODE   ? JPEGQ_BAD_ARGUMENT
                                : JPEGQ_OK;
}

jpegq_status jq_scan(const jq_codes *dc, const jq_codes *ac, const int16_t *quantized,
                     size_t blocks, jq_segment *segment, jpegq_symbols *symbols)
{
    entries e;
    uint64_t counts[JQ_SYMBOLS] = {0};
    prepare(&e, dc, ac);
    jpegq_status status = pack_blocks(&e, quantized, blocks, segment, symbols ? counts : NULL);
    if (symbols)
        jq_symbols_of_counts(counts, symbols);
    return status;
}
