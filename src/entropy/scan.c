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
    FILL = 4096,            /* bytes that are packed before they go out */
    BLOCK = 64 * 27 / 8 + 8 /* bytes of a block at most (27 bits a symbol), and of a store */
};

/* Each symbol: code << (category + 8) | bits of code and value together; 0 if it has no code. */
typedef struct entries {
    uint64_t dc[256], ac[256];
} entries;

/* Bits on their way into a buffer. Never handed to a function that is not inlined: it is meant to
   be kept in registers. */
typedef struct packer {
    const entries *entries;
    jpegq_symbols *symbols;
    uint64_t bits; /* the last `waiting` of them are not in the buffer yet */
    uint64_t waiting;
    uint8_t *at;
    bool missing; /* a symbol that has no code was met */
} packer;

static void prepare(uint64_t *entry, const jq_codes *codes, unsigned category_mask)
{
    for (unsigned symbol = 0; symbol < 256; symbol++) {
        unsigned category = symbol & category_mask, length = codes->length[symbol];
        bool used = length && category < 16; /* no coefficient makes larger ones */
        entry[symbol] =
            used ? (uint64_t)codes->code[symbol] << (category + 8) | (length + category) : 0;
    }
}

static inline void store_big_endian(uint8_t *at, uint64_t bits)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    memcpy(at, &bits, sizeof bits);
}

/* Append bits and store all whole bytes. The store is always of 8; the next one writes over. */
static inline void put_symbol(void *sink, bool ac, unsigned symbol, uint32_t value,
                              unsigned position)
{
    packer *p = sink;
    uint64_t entry = (ac ? p->entries->ac : p->entries->dc)[symbol], count = entry & 255;
    (void)position;
    p->missing |= entry == 0;
    p->bits = p->bits << count | entry >> 8 | value;
    p->waiting += count; /* 7 + 27 at most */
    store_big_endian(p->at, p->bits << (63 - p->waiting) << 1);
    p->at += p->waiting / 8;
    p->waiting %= 8;
}

static inline void put_and_count(void *sink, bool ac, unsigned symbol, uint32_t value,
                                 unsigned position)
{
    packer *p = sink;
    (ac ? p->symbols->ac : p->symbols->dc)[symbol]++;
    put_symbol(sink, ac, symbol, value, position);
}

static size_t count_ff(const uint8_t *bytes, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += bytes[i] == 0xff;
    return count;
}

static void write_stuffed(const uint8_t *bytes, size_t size, jq_segment *segment)
{
    for (size_t i = 0; i < size; i++) {
        size_t count = bytes[i] == 0xff ? 2 : 1;
        if ((size_t)(segment->end - segment->out) < count)
            return;
        segment->out[0] = bytes[i];
        if (count == 2)
            segment->out[1] = 0;
        segment->out += count;
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

jpegq_status jq_scan(const jq_codes *dc, const jq_codes *ac, const int16_t *quantized,
                     size_t blocks, jq_segment *segment, jpegq_symbols *symbols)
{
    entries all;
    uint8_t buffer[FILL + BLOCK];
    packer p = {&all, symbols, 0, 0, buffer, false};
    int32_t last_dc = 0;
    prepare(all.dc, dc, 255);
    prepare(all.ac, ac, 15);
    for (size_t b = 0; b < blocks; b++) {
        const int16_t *block = quantized + 64 * b;
        bool fits = symbols ? jq_emit_block(block, &last_dc, put_and_count, &p)
                            : jq_emit_block(block, &last_dc, put_symbol, &p);
        if (!fits)
            return JPEGQ_OUT_OF_RANGE;
        if (p.at - buffer >= FILL) {
            send(buffer, (size_t)(p.at - buffer), segment);
            p.at = buffer;
        }
    }
    if (p.waiting)
        *p.at++ = (uint8_t)(p.bits << (8 - p.waiting) | 0xff >> p.waiting);
    send(buffer, (size_t)(p.at - buffer), segment);
    return p.missing ? JPEGQ_BAD_ARGUMENT : JPEGQ_OK;
}
