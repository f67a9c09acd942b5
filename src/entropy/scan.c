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

/* What is sent for a symbol, or for a small AC coefficient: bits << 8 | how many; 0 if it has no
   code. dc and ac leave room for the bits of the value, which their count includes. */
typedef struct entries {
    uint64_t dc[256], ac[256], small[JQ_SMALL];
} entries;

/* Bits on their way into a buffer. Never handed to a function that is not inlined: it is meant to
   be kept in registers. */
typedef struct packer {
    const entries *entries;
    jq_counter *counter;
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

static void prepare_all(entries *e, const jq_codes *dc, const jq_codes *ac)
{
    prepare(e->dc, dc, 255);
    prepare(e->ac, ac, 15);
    for (unsigned run = 0; run < 16; run++) {
        for (int32_t value = -16; value < 16; value++) {
            unsigned category = jq_category(jq_magnitude(value));
            uint64_t entry = e->ac[run << 4 | category];
            e->small[jq_small(run, value)] =
                entry ? entry | (uint64_t)jq_value_bits(value, category) << 8 : 0;
        }
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
static inline void put(packer *p, uint64_t entry)
{
    uint64_t count = entry & 255;
    p->missing |= entry == 0;
    p->bits = p->bits << count | entry >> 8;
    p->waiting += count; /* 7 + 27 at most */
    store_big_endian(p->at, p->bits << (63 - p->waiting) << 1);
    p->at += p->waiting / 8;
    p->waiting %= 8;
}

static inline bool take(void *sink, jq_event event, unsigned run, int32_t value, unsigned position)
{
    packer *p = sink;
    unsigned category, symbol;
    (void)position;
    if (event == JQ_EVENT_AC && jq_is_small(value)) {
        put(p, p->entries->small[jq_small(run, value)]);
        return true;
    }
    if (!jq_symbol_of(event, run, value, &category, &symbol))
        return false;
    uint64_t entry = (event == JQ_EVENT_DC ? p->entries->dc : p->entries->ac)[symbol];
    put(p, entry ? entry | (uint64_t)jq_value_bits(value, category) << 8 : 0);
    return true;
}

static inline bool take_and_count(void *sink, jq_event event, unsigned run, int32_t value,
                                  unsigned position)
{
    packer *p = sink;
    return jq_count(p->counter, event, run, value) && take(sink, event, run, value, position);
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

/* All blocks through a buffer; with a counter, symbols are counted on the way. */
static jpegq_status pack_blocks(packer *p, const int16_t *quantized, size_t blocks,
                                jq_segment *segment)
{
    uint8_t buffer[FILL + BLOCK];
    packer local = *p;
    int32_t last_dc = 0;
    local.at = buffer;
    for (size_t b = 0; b < blocks; b++) {
        const int16_t *block = quantized + 64 * b;
        if (!(local.counter ? jq_take_block(block, &last_dc, take_and_count, &local)
                            : jq_take_block(block, &last_dc, take, &local)))
            return JPEGQ_OUT_OF_RANGE;
        if (local.at - buffer >= FILL) {
            send(buffer, (size_t)(local.at - buffer), segment);
            local.at = buffer;
        }
    }
    if (local.waiting)
        *local.at++ = (uint8_t)(local.bits << (8 - local.waiting) | 0xff >> local.waiting);
    send(buffer, (size_t)(local.at - buffer), segment);
    return local.missing ? JPEGQ_BAD_ARGUMENT : JPEGQ_OK;
}

jpegq_status jq_scan(const jq_codes *dc, const jq_codes *ac, const int16_t *quantized,
                     size_t blocks, jq_segment *segment, jpegq_symbols *symbols)
{
    entries all;
    jq_counter counter;
    packer p = {&all, symbols ? &counter : NULL, 0, 0, NULL, false};
    prepare_all(&all, dc, ac);
    memset(&counter, 0, sizeof counter);
    jpegq_status status = pack_blocks(&p, quantized, blocks, segment);
    if (symbols)
        jq_count_finish(&counter, symbols);
    return status;
}
