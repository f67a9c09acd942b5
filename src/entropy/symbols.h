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

#include "codec/kernels.h"
#include "codec/symbol_list.h"

enum {
    JQ_EOB = 0x00,
    JQ_ZRL = 0xf0,
    JQ_DC_CATEGORIES = 12, /* 0..11 */
    JQ_AC_CATEGORIES = 11, /* 0..10 */
    JQ_SYMBOLS = 256 + 16  /* AC's, then DC's */
};

/* What is met in a block, in this order: DC, then AC coefficients and ZRLs, then perhaps an EOB. */
typedef enum jq_event { JQ_EVENT_DC, JQ_EVENT_AC, JQ_EVENT_ZRL, JQ_EVENT_EOB } jq_event;

/*
 * Takes an event. run: zeros before an AC coefficient, 0..15. value: DC's difference, or the AC
 * coefficient, which is not 0. position: natural index of the coefficient; of a ZRL, the one behind
 * it; of an EOB, the first of the zeros. False if the value has no category in a baseline file.
 */
typedef bool jq_take(void *sink, jq_event event, unsigned run, int32_t value, unsigned position);

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

/* The low SSSS bits of a value, or of the value - 1 if it is negative. */
static inline uint32_t jq_value_bits(int32_t value, unsigned category)
{
    return (uint32_t)(value - (value < 0)) & ((UINT32_C(1) << category) - 1);
}

/* The category of an event's value in *category, and its symbol; false if there is none. */
static inline bool jq_symbol_of(jq_event event, unsigned run, int32_t value, unsigned *category,
                                unsigned *symbol)
{
    bool coefficient = event == JQ_EVENT_DC || event == JQ_EVENT_AC;
    *category = coefficient ? jq_category(jq_magnitude(value)) : 0;
    *symbol = event == JQ_EVENT_ZRL ? JQ_ZRL : run << 4 | *category;
    return *category < (event == JQ_EVENT_DC ? JQ_DC_CATEGORIES : JQ_AC_CATEGORIES);
}

/*
 * Hand what is in a block to `take`. *last_dc: DC of the block before; set to this one's. False as
 * soon as `take` says so. To be inlined, so that each caller's `take` is.
 */
__attribute__((always_inline)) static inline bool
jq_take_block(const int16_t *block, int32_t *last_dc, jq_take *take, void *sink)
{
    if (!take(sink, JQ_EVENT_DC, 0, block[0] - *last_dc, 0))
        return false;
    *last_dc = block[0];
    unsigned next = 1; /* in zigzag order */
    for (uint64_t left = jq_nonzero(block) & ~UINT64_C(1); left; left &= left - 1) {
        unsigned k = (unsigned)__builtin_ctzll(left), position = jpegq_zigzag[k];
        unsigned run = k - next;
        for (; run > 15; run -= 16)
            take(sink, JQ_EVENT_ZRL, 0, 0, position);
        if (!take(sink, JQ_EVENT_AC, run, block[position], position))
            return false;
        next = k + 1;
    }
    return next == 64 || take(sink, JQ_EVENT_EOB, 0, 0, jpegq_zigzag[next]);
}

/*
 * The symbols of `blocks` blocks, each as symbol << JQ_VALUE_BITS | the bits of its value; 256 is
 * added to DC's. `list` has room for JQ_LIST_ROOM(blocks). *last_dc: DC of the block before the
 * first; set to that of the last. The end of the list; NULL for a value so large that it has no
 * place in one. Categories that no baseline file has, such as 11 for AC, may be in the list.
 */
uint32_t *jq_list_symbols(const int16_t *quantized, size_t blocks, int32_t *last_dc,
                          uint32_t *list);

/* Add the symbols of a list to counts of each, DC's from 256 on. */
void jq_count_list(const uint32_t *list, const uint32_t *end, uint64_t counts[JQ_SYMBOLS]);

/* Counts by table; false if some are of symbols that no baseline file has. */
bool jq_symbols_of_counts(const uint64_t counts[JQ_SYMBOLS], jpegq_symbols *symbols);

#endif
