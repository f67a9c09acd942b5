/* SPDX-License-Identifier: MIT */
/* runs.c: deflate (RFC 1951) with Huffman codes and runs of one byte only. */
#include "runs.h"

#include <stdlib.h>
#include <string.h>

#include "jpegq.h"

enum {
    BLOCK = 65536,    /* bytes that share a Huffman code */
    SYMBOLS = 286,    /* literals, the end of a block, lengths (3.2.5) */
    END = 256,        /* of a block */
    SHORTEST = 3,     /* bytes of a run */
    LONGEST = 258,    /* bytes of a run */
    LIMIT = 15,       /* bits of a code, */
    LENGTHS = 19,     /* symbols that the lengths of codes are sent with (3.2.7), */
    LENGTH_LIMIT = 7, /* and bits of their codes */
    ITEMS = 256 + LONGEST + 1
};

/* ---- Huffman codes --------------------------------------------------------------------------- */

typedef struct leaf {
    uint32_t count;
    uint32_t symbol;
} leaf;

static int by_count(const void *a, const void *b)
{
    const leaf *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    return x->symbol < y->symbol ? -1 : 1;
}

/* How many codes there are of each length: the two least nodes are joined until one is left. The
   leaves are in order, and joined nodes come in order. Two leaves or more. */
static void join(const leaf *leaves, int count, int of_length[SYMBOLS])
{
    uint32_t joined[SYMBOLS];
    int leaf_parent[SYMBOLS] = {0}, parent[SYMBOLS], depth[SYMBOLS], leaf_at = 0, at = 0;
    for (int made = 0; made < count - 1; made++) {
        joined[made] = 0;
        for (int i = 0; i < 2; i++) {
            if (leaf_at < count && (at == made || leaves[leaf_at].count <= joined[at])) {
                joined[made] += leaves[leaf_at].count;
                leaf_parent[leaf_at++] = made;
            } else {
                joined[made] += joined[at];
                parent[at++] = made;
            }
        }
    }
    depth[count - 2] = 0;
    for (int i = count - 3; i >= 0; i--)
        depth[i] = depth[parent[i]] + 1;
    for (int i = 0; i < count; i++)
        of_length[depth[leaf_parent[i]] + 1]++;
}

/* No code longer than limit: of two of the longest one goes a bit up, and the other makes a pair
   with a shorter one. */
static void limit_lengths(int of_length[SYMBOLS], int limit)
{
    for (int i = SYMBOLS - 1; i > limit; i--) {
        while (of_length[i] > 0) {
            int j = i - 2;
            while (of_length[j] == 0)
                j--;
            of_length[i] -= 2;
            of_length[i - 1]++;
            of_length[j + 1] += 2;
            of_length[j]--;
        }
    }
}

/* The length of each symbol's code, 0 without count. Two counts or more are not 0. */
static void huffman_lengths(const uint32_t *counts, unsigned symbols, int limit, uint8_t *lengths)
{
    leaf leaves[SYMBOLS] = {{0, 0}};
    int of_length[SYMBOLS] = {0}, used = 0;
    for (unsigned i = 0; i < symbols; i++) {
        lengths[i] = 0;
        if (counts[i])
            leaves[used++] = (leaf){counts[i], i};
    }
    qsort(leaves, (size_t)used, sizeof *leaves, by_count);
    join(leaves, used, of_length);
    limit_lengths(of_length, limit);
    for (int i = 0, length = limit; i < used; length--)
        for (int n = 0; n < of_length[length]; n++)
            lengths[leaves[i++].symbol] = (uint8_t)length;
}

/* 3.2.2; the first bit of a code is the lowest (3.1.1). */
static void huffman_codes(const uint8_t *lengths, unsigned symbols, uint16_t *codes)
{
    unsigned code = 0;
    for (unsigned length = 1; length <= LIMIT; length++, code <<= 1) {
        for (unsigned i = 0; i < symbols; i++) {
            if (lengths[i] != length)
                continue;
            codes[i] = 0;
            for (unsigned bit = 0; bit < length; bit++)
                codes[i] |= (uint16_t)((code >> bit & 1) << (length - 1 - bit));
            code++;
        }
    }
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

/* 3.2.5: the symbol of a length, and how many bits follow it. */
static unsigned length_symbol(unsigned length, unsigned *extra)
{
    unsigned l = length - SHORTEST;
    *extra = 0;
    if (length == LONGEST)
        return 285;
    if (l < 8)
        return 257 + l;
    while (l >> *extra >= 8)
        ++*extra;
    return 261 + 4 * *extra + (l >> *extra & 3);
}

/* What a block is made of: items are bytes, or 256 + the length of a run. */
typedef struct block {
    size_t count;
    uint16_t items[BLOCK + 1];
    uint32_t counts[SYMBOLS];
    uint8_t lengths[SYMBOLS + 1]; /* the last one is distance 1's */
    unsigned sent;                /* what they are sent as: symbol | repetitions << 8 */
    uint16_t as[SYMBOLS + 1];
    uint8_t length_lengths[LENGTHS];
} block;

/* Bytes like the one before them, at most LONGEST. */
static size_t run_at(const uint8_t *at, const uint8_t *end)
{
    size_t most = end - at < LONGEST ? (size_t)(end - at) : LONGEST, length = 0;
    while (length < most && at[length] == at[-1])
        length++;
    return length;
}

/* data[-1] is there unless `first`. */
static void find_runs(const uint8_t *data, size_t size, bool first, block *b)
{
    uint32_t counts[4][ITEMS] = {{0}}; /* lest a count waits for the same one before */
    const uint8_t *at = data, *end = data + size;
    uint16_t *item = b->items;
    if (first)
        *item++ = *at++;
    while (at < end) {
        if (end - at >= SHORTEST && at[0] == at[-1] && at[1] == at[0] && at[2] == at[0]) {
            size_t length = run_at(at, end);
            *item++ = (uint16_t)(256 + length);
            at += length;
        } else {
            *item++ = *at++;
        }
    }
    b->count = (size_t)(item - b->items);
    for (size_t i = 0; i < b->count; i++)
        counts[i % 4][b->items[i]]++;
    memset(b->counts, 0, sizeof b->counts);
    b->counts[END] = 1;
    for (unsigned i = 0; i < ITEMS; i++) {
        uint32_t count = counts[0][i] + counts[1][i] + counts[2][i] + counts[3][i];
        unsigned extra;
        if (count)
            b->counts[i < 256 ? i : length_symbol(i - 256, &extra)] += count;
    }
}

/* 3.2.7: the symbols that repeat a length, which are the last three. */
static const struct repeat {
    uint8_t least, most, bits;
} repeats[] = {{3, 6, 2}, {3, 10, 3}, {11, 138, 7}};

enum { REPEAT = 16 };

/* Lengths as symbols: zeros by 17 and 18, others by themselves and 16. */
static void shorten_lengths(block *b)
{
    b->sent = 0;
    for (unsigned i = 0; i <= SYMBOLS;) {
        unsigned length = b->lengths[i], same = 1;
        while (i + same <= SYMBOLS && b->lengths[i + same] == length)
            same++;
        i += same;
        if (length != 0) {
            b->as[b->sent++] = (uint16_t)length;
            same--;
        }
        while (same > 0) {
            unsigned kind = length != 0 ? 0 : same >= 11 ? 2 : 1;
            const struct repeat *r = &repeats[kind];
            if (same < r->least) {
                b->as[b->sent++] = (uint16_t)length;
                same--;
                continue;
            }
            unsigned count = same < r->most ? same : r->most;
            b->as[b->sent++] = (uint16_t)((REPEAT + kind) | (count - r->least) << 8);
            same -= count;
        }
    }
}

/* Choose the codes; the bits of the block, header and all. */
static uint64_t choose_codes(block *b)
{
    uint32_t length_counts[LENGTHS] = {0};
    uint64_t bits = 3 + 5 + 5 + 4 + 3 * LENGTHS;
    huffman_lengths(b->counts, SYMBOLS, LIMIT, b->lengths);
    b->lengths[SYMBOLS] = 1;
    shorten_lengths(b);
    for (unsigned i = 0; i < b->sent; i++)
        length_counts[b->as[i] & 255]++;
    huffman_lengths(length_counts, LENGTHS, LENGTH_LIMIT, b->length_lengths);
    for (unsigned i = 0; i < LENGTHS; i++)
        bits += (uint64_t)length_counts[i] *
                (b->length_lengths[i] + (i < REPEAT ? 0U : repeats[i - REPEAT].bits));
    for (unsigned i = 0; i < SYMBOLS; i++) {
        unsigned more = i <= END ? 0 : i < 265 || i == 285 ? 1 : (i - 261) / 4 + 1;
        bits += (uint64_t)b->counts[i] * (b->lengths[i] + more);
    }
    return bits;
}

/* Bits on their way out, the first the lowest. */
typedef struct writer {
    uint8_t *at;
    uint64_t bits;
    unsigned waiting; /* 0..7 */
} writer;

/* Up to 57 bits. 8 bytes are stored; the next store writes over what is not whole. */
static inline void put(writer *w, uint64_t bits, unsigned count)
{
    w->bits |= bits << w->waiting;
    w->waiting += count;
    uint64_t out = w->bits;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    out = __builtin_bswap64(out);
#endif
    memcpy(w->at, &out, sizeof out);
    w->at += w->waiting / 8;
    w->bits = w->waiting < 64 ? w->bits >> (w->waiting & 56) : 0;
    w->waiting %= 8;
}

/* 3.2.7 */
static void put_header(writer *w, const block *b, bool last)
{
    static const uint8_t order[LENGTHS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                           11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint16_t codes[LENGTHS];
    put(w, last, 1);
    put(w, 2, 2); /* a code of its own */
    put(w, SYMBOLS - 257, 5);
    put(w, 0, 5); /* one distance */
    put(w, LENGTHS - 4, 4);
    for (int i = 0; i < LENGTHS; i++)
        put(w, b->length_lengths[order[i]], 3);
    huffman_codes(b->length_lengths, LENGTHS, codes);
    for (unsigned i = 0; i < b->sent; i++) {
        unsigned symbol = b->as[i] & 255;
        put(w, codes[symbol], b->length_lengths[symbol]);
        if (symbol >= REPEAT)
            put(w, b->as[i] >> 8, repeats[symbol - REPEAT].bits);
    }
}

static void put_block(writer *to, const block *b, bool last)
{
    uint16_t codes[SYMBOLS];
    uint32_t entries[ITEMS] = {0}; /* bits << 8 | how many, of each item: 15 + 5 + 1 at most */
    writer w = *to;
    put_header(&w, b, last);
    huffman_codes(b->lengths, SYMBOLS, codes);
    for (unsigned i = 0; i < 256; i++)
        entries[i] = (uint32_t)codes[i] << 8 | b->lengths[i];
    for (unsigned length = SHORTEST; length <= LONGEST; length++) {
        unsigned extra, symbol = length_symbol(length, &extra), size = b->lengths[symbol];
        uint32_t value = (length - SHORTEST) & ((1U << extra) - 1);
        /* the code of distance 1 is a bit of zero */
        entries[256 + length] = (codes[symbol] | value << size) << 8 | (size + extra + 1);
    }
    for (size_t i = 0; i + 1 < b->count; i += 2) {
        uint32_t x = entries[b->items[i]], y = entries[b->items[i + 1]];
        put(&w, x >> 8 | (uint64_t)(y >> 8) << (x & 255), (x & 255) + (y & 255));
    }
    if (b->count % 2)
        put(&w, entries[b->items[b->count - 1]] >> 8, entries[b->items[b->count - 1]] & 255);
    put(&w, codes[END], b->lengths[END]);
    *to = w;
}

size_t jq_runs_bound(size_t size)
{
    /* a block's header: 17 bits, 19 of 3, and SYMBOLS + 1 of 7 */
    return size * LIMIT / 8 + (size / BLOCK + 1) * 300 + 16;
}

size_t jq_deflate_runs(const uint8_t *data, size_t size, uint8_t *out)
{
    writer w = {out, 0, 0};
    uint64_t bits = 0;
    block *b = jpegq_alloc(1, sizeof *b);
    if (!b)
        return 0;
    for (size_t i = 0; i < size; i += BLOCK) {
        size_t count = size - i < BLOCK ? size - i : BLOCK;
        find_runs(data + i, count, i == 0, b);
        bits += choose_codes(b);
        if (out)
            put_block(&w, b, i + count == size);
    }
    jpegq_free(b);
    return (size_t)((bits + 7) / 8);
}
