/* SPDX-License-Identifier: MIT */
/* cost.c: see cost.h. */
#include "cost.h"

#include <string.h>

#include "../entropy/symbols.h"

enum { DC, AC };

/* ---- Bits ------------------------------------------------------------------------------------ */

/*
 * The bits of Huffman's codes are the sum of the counts of all inner nodes of his tree, and two
 * queues of rising counts, leaves and inner nodes, make the tree. As T.81 K.2 does, a symbol that
 * is never sent is counted once; it is among the two least, and its own bits are taken off. counts:
 * rising, the first the reserved one. Codes longer than 16 bits, which K.2 shortens, are so rare
 * that their few bits are left out.
 */
static uint64_t code_bits(const uint64_t *counts, unsigned leaves)
{
    uint64_t nodes[257], bits = 0;
    unsigned leaf = 0, node = 0, made = 0, reserved = 0; /* the node that holds the reserved one */
    nodes[0] = 0;
    for (unsigned merge = 1; merge < leaves; merge++) {
        uint64_t sum = 0;
        for (int side = 0; side < 2; side++) {
            bool takes_leaf = leaf < leaves && (node == made || counts[leaf] <= nodes[node]);
            if (takes_leaf ? leaf == 0 : node == reserved) {
                reserved = made;
                bits--;
            }
            sum += takes_leaf ? counts[leaf++] : nodes[node++];
        }
        nodes[made++] = sum;
        bits += sum;
    }
    return bits;
}

/* Symbols in the order of their counts, to find nearly the same order again. */
static void sort_symbols(const uint64_t counts[256], uint8_t order[256])
{
    for (unsigned i = 0; i < 256; i++) {
        unsigned at = i;
        for (; at > 0 && counts[order[at - 1]] > counts[i]; at--)
            order[at] = order[at - 1];
        order[at] = (uint8_t)i;
    }
}

/* Bits of the codes and values under the best Huffman table, and of the table's list of symbols. */
static double bits_of(const uint64_t counts[256], const uint8_t order[256], int class)
{
    uint64_t sorted[257] = {1}, values = 0;
    unsigned leaves = 1;
    for (unsigned i = 0; i < 256; i++) {
        unsigned symbol = order[i], at = leaves;
        uint64_t count = counts[symbol];
        if (count == 0)
            continue;
        values += count * (class == DC ? symbol : symbol & 15);
        for (; at > 1 && sorted[at - 1] > count; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = count;
        leaves++;
    }
    return (double)(code_bits(sorted, leaves) + values + 8 * (leaves - 1));
}

/* Add to (or, modulo 2^64, take from) the counts: a coefficient behind a run of zeros. */
static inline void count(uint64_t counts[256], unsigned run, unsigned category, uint64_t times)
{
    counts[JQ_ZRL] += (run >> 4) * times;
    counts[(run & 15) << 4 | category] += times;
}

static void count_all(jq_picture *p)
{
    uint64_t *ac = p->counts[AC];
    memset(ac, 0, sizeof p->counts[AC]);
    for (size_t b = 0; b < p->blocks; b++) {
        unsigned next = 1;
        for (uint64_t left = p->nonzero[b] & ~UINT64_C(1); left; left &= left - 1) {
            unsigned k = (unsigned)__builtin_ctzll(left);
            count(ac, k - next, p->category[k * p->blocks + b], 1);
            next = k + 1;
        }
        ac[JQ_EOB] += next < 64;
    }
}

/* DC is coded as differences of signed levels, which change everywhere at once. */
static void count_dc(const jq_picture *p, unsigned step, unsigned offset, uint64_t counts[256])
{
    int32_t divisor = 8 * (int32_t)step, bias = (int32_t)offset * divisor / 1000, last = 0;
    memset(counts, 0, 256 * sizeof *counts);
    for (size_t b = 0; b < p->blocks; b++) {
        int32_t x = p->dc[b], level = ((x < 0 ? -x : x) + bias) / divisor;
        level = x < 0 ? -level : level;
        counts[jq_category(jq_magnitude(level - last))]++;
        last = level;
    }
}

/* ---- One position ---------------------------------------------------------------------------- */

static void sum_errors(const jq_picture *p, unsigned k, const jq_levels *levels, uint64_t *squared,
                       uint64_t *weighted)
{
    const uint16_t *x = p->magnitude + k * p->blocks;
    uint64_t sum = 0, weighted_sum = 0;
    for (size_t b = 0; b < p->blocks; b++)
        sum += levels->squared[x[b]];
    for (size_t b = 0; p->weight && b < p->blocks; b++)
        weighted_sum += (uint64_t)p->weight[b] * levels->squared[x[b]];
    *squared = sum;
    *weighted = weighted_sum;
}

/* A coefficient of this block at position k goes from one category to another. */
static inline void change(const jq_picture *p, size_t b, unsigned k, unsigned from, unsigned to,
                          uint64_t counts[256])
{
    uint64_t others = p->nonzero[b] & ~(UINT64_C(1) << k);
    uint64_t before = others & ((UINT64_C(1) << k) - 1) & ~UINT64_C(1);
    uint64_t behind = k < 63 ? others >> (k + 1) : 0;
    unsigned previous = before ? 63 - (unsigned)__builtin_clzll(before) : 0;
    unsigned run = k - previous - 1;
    if (from)
        count(counts, run, from, UINT64_MAX);
    if (to)
        count(counts, run, to, 1);
    if (from && to)
        return;
    uint64_t times = to ? 1 : UINT64_MAX; /* the zero is cut out of a run, or joins two */
    if (behind) {
        unsigned next = k + 1 + (unsigned)__builtin_ctzll(behind);
        unsigned category = p->category[next * p->blocks + b];
        count(counts, next - previous - 1, category, 0 - times);
        count(counts, next - k - 1, category, times);
    } else if (k == 63) { /* the last coefficient is followed by no EOB */
        counts[JQ_EOB] -= times;
    }
}

static void count_changes(const jq_picture *p, unsigned k, const jq_levels *levels,
                          uint64_t counts[256])
{
    const uint16_t *x = p->magnitude + k * p->blocks;
    const uint8_t *category = p->category + k * p->blocks;
    memcpy(counts, p->counts[AC], sizeof p->counts[AC]);
    for (size_t b = 0; b < p->blocks; b++) {
        unsigned to = levels->category[x[b]];
        if (to != category[b])
            change(p, b, k, category[b], to, counts);
    }
}

void jq_cost_try(const jq_picture *p, unsigned k, unsigned step, unsigned offset, jq_levels *levels,
                 jq_effect *effect)
{
    int class = k == 0 ? DC : AC;
    jq_levels_make(levels, step, offset, p->largest[k]);
    sum_errors(p, k, levels, &effect->squared, &effect->weighted);
    if (class == DC)
        count_dc(p, step, offset, effect->counts);
    else
        count_changes(p, k, levels, effect->counts);
    effect->bits[!class] = p->bits[!class];
    effect->bits[class] = bits_of(effect->counts, p->order[class], class);
}

static void settle_position(jq_picture *p, unsigned k, const jq_levels *levels)
{
    const uint16_t *x = p->magnitude + k * p->blocks;
    uint8_t *category = p->category + k * p->blocks;
    for (size_t b = 0; b < p->blocks; b++) {
        category[b] = levels->category[x[b]];
        p->nonzero[b] = (p->nonzero[b] & ~(UINT64_C(1) << k)) | (uint64_t)(category[b] != 0) << k;
    }
}

void jq_cost_take(jq_picture *p, unsigned k, unsigned step, unsigned offset, jq_levels *levels,
                  jq_effect *effect)
{
    int class = k == 0 ? DC : AC;
    jq_cost_try(p, k, step, offset, levels, effect);
    settle_position(p, k, levels);
    memcpy(p->counts[class], effect->counts, sizeof p->counts[class]);
    memcpy(p->bits, effect->bits, sizeof p->bits);
    p->squared[k] = effect->squared;
    p->weighted[k] = effect->weighted;
}

void jq_cost_settle(jq_picture *p, const jq_lesson *lesson, jq_levels *levels)
{
    memset(p->nonzero, 0, p->blocks * sizeof *p->nonzero);
    for (unsigned k = 0; k < 64; k++) {
        jq_levels_make(levels, lesson->step[k], lesson->offset[k], p->largest[k]);
        sum_errors(p, k, levels, &p->squared[k], &p->weighted[k]);
        settle_position(p, k, levels);
    }
    count_dc(p, lesson->step[0], lesson->offset[0], p->counts[DC]);
    count_all(p);
    for (int class = DC; class <= AC; class ++) {
        sort_symbols(p->counts[class], p->order[class]);
        p->bits[class] = bits_of(p->counts[class], p->order[class], class);
    }
}
