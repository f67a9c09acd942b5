/* SPDX-License-Identifier: MIT */
/* huffman.c: Huffman tables: the standard's, the best for given counts, and their codes. */
#include "huffman.h"

#include <string.h>

/* T.81 tables K.3 and K.5, luminance */
static const jpegq_huffman_pair standard = {
    .dc = {.bits = {0, 0, 1, 5, 1, 1, 1, 1, 1, 1},
           .values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
    .ac = {.bits = {0, 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125},
           .values =
               {
                   0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13,
                   0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42,
                   0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a,
                   0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35,
                   0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a,
                   0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67,
                   0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84,
                   0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
                   0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3,
                   0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7,
                   0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1,
                   0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4,
                   0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
               }},
};

const jpegq_huffman_pair *jpegq_huffman_standard(void)
{
    return &standard;
}

unsigned jq_huffman_symbols(const jpegq_huffman *table)
{
    unsigned symbols = 0;
    for (int length = 1; length <= 16; length++)
        symbols += table->bits[length];
    return symbols;
}

bool jq_codes_of(const jpegq_huffman *table, jq_codes *codes)
{
    uint32_t code = 0;
    unsigned symbol = 0;
    memset(codes, 0, sizeof *codes);
    for (unsigned length = 1; length <= 16; length++, code <<= 1) {
        for (unsigned i = 0; i < table->bits[length]; i++, symbol++, code++) {
            /* a code of ones alone is left out (T.81 C.2): it could be taken for padding */
            if (symbol > 255 || code >= (UINT32_C(1) << length) - 1 ||
                codes->length[table->values[symbol]])
                return false;
            codes->code[table->values[symbol]] = (uint16_t)code;
            codes->length[table->values[symbol]] = (uint8_t)length;
        }
    }
    return true;
}

/* ---- The best table for given counts: T.81 K.2, with libjpeg's choice among equals ------------
 */

enum {
    RESERVED = 256, /* a symbol of the lowest count that takes the code of ones alone */
    LONGEST = 256   /* bits of a code before lengths are limited: one less than the symbols */
};

/* A tree in the making: `count` of each root, and the symbols of its tree chained by `next`. */
typedef struct tree {
    uint64_t count[257];
    int next[257];
    unsigned length[257];
} tree;

/* The root with the least count that is not 0, the last among equals; -1 if there is none. */
static int least_root(const tree *t, int other_than)
{
    int least = -1;
    for (int i = 0; i <= RESERVED; i++)
        if (i != other_than && t->count[i] && (least < 0 || t->count[i] <= t->count[least]))
            least = i;
    return least;
}

/* One bit more for every symbol of a root's tree; the last of its chain. */
static int lengthen(tree *t, int root)
{
    for (;; root = t->next[root]) {
        t->length[root]++;
        if (t->next[root] < 0)
            return root;
    }
}

static void merge_all(tree *t)
{
    for (;;) {
        int a = least_root(t, -1), b = least_root(t, a);
        if (b < 0)
            return;
        t->count[a] += t->count[b];
        t->count[b] = 0;
        t->next[lengthen(t, a)] = b;
        lengthen(t, b);
    }
}

/*
 * No code may have more than 16 bits (T.81 figure K.3): a pair of the longest is made one of a bit
 * less, and its other half goes with a shorter code that is made a pair.
 */
static void limit_lengths(unsigned bits[LONGEST + 1])
{
    for (int i = LONGEST; i > 16; i--) {
        while (bits[i] > 0) {
            int j = i - 2;
            while (bits[j] == 0)
                j--;
            bits[i] -= 2;
            bits[i - 1]++;
            bits[j + 1] += 2;
            bits[j]--;
        }
    }
}

static void drop_reserved(unsigned bits[LONGEST + 1])
{
    int longest = 16;
    while (longest > 0 && bits[longest] == 0)
        longest--;
    bits[longest]--;
}

jpegq_status jpegq_huffman_optimal(const uint64_t counts[256], jpegq_huffman *table)
{
    tree t;
    unsigned bits[LONGEST + 1] = {0}, symbols = 0;
    if (!counts || !table)
        return JPEGQ_BAD_ARGUMENT;
    for (int i = 0; i <= RESERVED; i++) {
        t.count[i] = i == RESERVED ? 1 : counts[i];
        t.next[i] = -1;
        t.length[i] = 0;
    }
    merge_all(&t);
    for (int i = 0; i <= RESERVED; i++)
        bits[t.length[i]] += t.length[i] > 0;
    memset(table, 0, sizeof *table);
    if (t.length[RESERVED] == 0) /* no symbol at all: an empty table */
        return JPEGQ_OK;
    limit_lengths(bits);
    drop_reserved(bits);
    for (int length = 1; length <= 16; length++)
        table->bits[length] = (uint8_t)bits[length];
    /* symbols in the order of their lengths before those were limited */
    unsigned total = jq_huffman_symbols(table);
    for (unsigned length = 1; symbols < total; length++)
        for (unsigned i = 0; i < RESERVED; i++)
            if (t.length[i] == length)
                table->values[symbols++] = (uint8_t)i;
    return JPEGQ_OK;
}
