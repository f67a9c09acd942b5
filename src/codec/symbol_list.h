/* SPDX-License-Identifier: MIT */
/*
 * symbol_list.h: what the functions that list the symbols of blocks have in common: the C, in
 * src/entropy/symbols.c, and kernels.
 *
 * A list has symbol << JQ_VALUE_BITS | the bits of the value for each symbol in the order of the
 * scan, where symbol is SSSS + 256 for DC, and RRRRSSSS for AC coefficients.
 */
#ifndef JQ_SYMBOL_LIST_H
#define JQ_SYMBOL_LIST_H

#include <stdint.h>

enum { JQ_VALUE_BITS = 11 };

/* 64 symbols a block at most, and room for what is written before it is known how many there are */
#define JQ_LIST_ROOM(blocks) (64 * (blocks) + 64)

/* A bit for each ZRL: at the 16th of the zeros it stands for. */
__attribute__((noinline, cold)) static uint64_t jq_zrl_places(uint64_t places)
{
    uint64_t zrl = 0;
    for (unsigned next = 1; places; places &= places - 1) {
        unsigned k = (unsigned)__builtin_ctzll(places);
        for (; next + 16 <= k; next += 16)
            zrl |= UINT64_C(1) << (next + 15);
        next = k + 1;
    }
    return zrl;
}

/*
 * Where in a block there is an AC symbol other than EOB: bits 1..63 of `nonzero`, which is in
 * zigzag order, and those of ZRLs. A ZRL is listed like a coefficient: its run is 15, and the
 * category of its value, zero, is 0.
 */
static inline uint64_t jq_symbol_places(uint64_t nonzero)
{
    uint64_t places = nonzero & ~UINT64_C(1), near = nonzero | 1;
    near |= near << 1; /* after four steps: there is a bit 0..15 places before */
    near |= near << 2;
    near |= near << 4;
    near |= near << 8;
    if (places & ~(near << 1))
        places |= jq_zrl_places(places);
    return places;
}

static inline unsigned jq_bits_set(uint64_t bits)
{
#if defined(__POPCNT__) || !defined(__x86_64__)
    return (unsigned)__builtin_popcountll(bits);
#else /* compilers would call a function */
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(bits * UINT64_C(0x0101010101010101) >> 56);
#endif
}

#endif
