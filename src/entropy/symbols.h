/* SPDX-License-Identifier: MIT */
/*
 * symbols.h: a block of quantized coefficients as Huffman symbols (T.81 F.1.2).
 *
 * DC is coded as the difference from the block before (DPCM). The symbol is the category SSSS of
 * the difference, the number of bits of its magnitude (table F.1). AC coefficients go in zigzag
 * order. A symbol is RRRRSSSS: the run of zeros before a coefficient, and its category (table F.2).
 * 16 zeros in a run are a symbol of their own (ZRL), and so are zeros up to the end of the block
 * (EOB). Behind DC's and AC's symbols come the low SSSS bits of the value, or of the value - 1 if
 * it is negative.
 */
#ifndef JQ_SYMBOLS_H
#define JQ_SYMBOLS_H

#include "jpegq.h"

enum {
    JQ_EOB = 0x00,
    JQ_ZRL = 0xf0,
    JQ_DC_CATEGORIES = 12, /* 0..11 */
    JQ_AC_CATEGORIES = 11  /* 0..10 */
};

/*
 * A symbol as it is met. position: natural index of the coefficient it belongs to (a ZRL belongs to
 * the coefficient behind it, an EOB to the first of the zeros). value: the bits behind it, as many
 * as its category says.
 */
typedef void jq_emit(void *sink, bool ac, unsigned symbol, uint32_t value, unsigned position);

/* Bit k is set where the k-th coefficient in zigzag order is not zero. */
uint64_t jq_nonzero(const int16_t *block);

/* SSSS of the magnitudes 0..1023: the number of their bits. */
extern const uint8_t jq_categories[1024];

/* SSSS of a magnitude 0..65535, or 16 for one that no 8-bit baseline file can have. */
static inline unsigned jq_category(uint32_t magnitude)
{
    return magnitude < 1024 ? jq_categories[magnitude] : magnitude < 2048 ? 11 : 16;
}

static inline uint32_t jq_magnitude(int32_t value)
{
    return (uint32_t)(value < 0 ? -value : value);
}

static inline uint32_t jq_value_bits(int32_t value, unsigned category)
{
    return (uint32_t)(value - (value < 0)) & ((UINT32_C(1) << category) - 1);
}

/*
 * Emit the symbols of a block. *last_dc: DC of the block before; set to this one's. False if a
 * value has no category in a baseline file. To be inlined, so that each caller's `emit` is.
 */
__attribute__((always_inline)) static inline bool
jq_emit_block(const int16_t *block, int32_t *last_dc, jq_emit *emit, void *sink)
{
    int32_t difference = block[0] - *last_dc;
    unsigned category = jq_category(jq_magnitude(difference));
    if (category >= JQ_DC_CATEGORIES)
        return false;
    *last_dc = block[0];
    emit(sink, false, category, jq_value_bits(difference, category), 0);

    unsigned next = 1; /* in zigzag order */
    for (uint64_t left = jq_nonzero(block) & ~UINT64_C(1); left; left &= left - 1) {
        unsigned k = (unsigned)__builtin_ctzll(left), position = jpegq_zigzag[k];
        unsigned run = k - next;
        for (; run > 15; run -= 16)
            emit(sink, true, JQ_ZRL, 0, position);
        category = jq_category(jq_magnitude(block[position]));
        if (category >= JQ_AC_CATEGORIES)
            return false;
        emit(sink, true, run << 4 | category, jq_value_bits(block[position], category), position);
        next = k + 1;
    }
    if (next < 64)
        emit(sink, true, JQ_EOB, 0, jpegq_zigzag[next]);
    return true;
}

#endif
