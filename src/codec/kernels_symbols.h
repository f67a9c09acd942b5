/* SPDX-License-Identifier: MIT */
/*
 * kernels_symbols.h: the symbols of blocks, for x86 with AVX-512 VBMI2, whose vpcompress puts the
 * coefficients that are not zero, and their places, one behind the other.
 *
 * To be included by a kernels_*.c behind lanes_x86.h.
 */
#ifndef JQ_KERNELS_SYMBOLS_H
#define JQ_KERNELS_SYMBOLS_H

#if defined(__AVX512VBMI2__) && defined(__AVX512VBMI__) && defined(__AVX512CD__)

#include "kernels.h"
#include "symbol_list.h"

typedef struct lister {
    __m512i zigzag[2]; /* natural index of each place */
    __m512i places;    /* 0..63 */
    __m512i all;       /* all magnitudes together */
    int32_t last_dc;
    uint32_t all_dc;
} lister;

static lister lister_of(int32_t last_dc)
{
    uint8_t places[64];
    for (int i = 0; i < 64; i++)
        places[i] = (uint8_t)i;
    const __m256i *zigzag = (const void *)jpegq_zigzag;
    return (lister){{_mm512_cvtepu8_epi16(_mm256_loadu_si256(zigzag)),
                     _mm512_cvtepu8_epi16(_mm256_loadu_si256(zigzag + 1))},
                    _mm512_loadu_si512(places),
                    _mm512_setzero_si512(),
                    last_dc,
                    0};
}

/* 16 values and the runs before them. */
static inline void list_values(lister *l, __m256i values, __m128i runs, uint32_t *list)
{
    __m512i value = _mm512_cvtepi16_epi32(values), run = _mm512_cvtepu8_epi32(runs);
    __m512i magnitude = _mm512_abs_epi32(value);
    __m512i category = _mm512_sub_epi32(_mm512_set1_epi32(32), _mm512_lzcnt_epi32(magnitude));
    __m512i above = _mm512_sllv_epi32(_mm512_set1_epi32(-1), category);
    __m512i bits = _mm512_add_epi32(value, _mm512_srai_epi32(value, 31));
    __m512i symbol = _mm512_add_epi32(_mm512_slli_epi32(run, 4), category);
    l->all = _mm512_or_si512(l->all, magnitude);
    _mm512_storeu_si512(list, _mm512_or_si512(_mm512_andnot_si512(above, bits),
                                              _mm512_slli_epi32(symbol, JQ_VALUE_BITS)));
}

static inline uint32_t list_dc(lister *l, int32_t dc)
{
    int32_t difference = dc - l->last_dc;
    uint32_t magnitude = (uint32_t)(difference < 0 ? -difference : difference);
    uint32_t category = 31 - (uint32_t)__builtin_clz(2 * magnitude + 1);
    l->last_dc = dc;
    l->all_dc |= magnitude;
    return (256 + category) << JQ_VALUE_BITS |
           ((uint32_t)(difference - (difference < 0)) & ((UINT32_C(1) << category) - 1));
}

static inline uint32_t *list_block(lister *l, const int16_t *block, uint32_t *list)
{
    __m512i low = _mm512_loadu_si512(block), high = _mm512_loadu_si512(block + 32);
    __m512i a = _mm512_permutex2var_epi16(low, l->zigzag[0], high);
    __m512i b = _mm512_permutex2var_epi16(low, l->zigzag[1], high);
    uint64_t places = jq_symbol_places((uint64_t)_mm512_test_epi16_mask(b, b) << 32 |
                                       _mm512_test_epi16_mask(a, a));
    unsigned symbols = jq_bits_set(places);

    *list++ = list_dc(l, block[0]);
    /* place - place before - 1; DC's place, 0, is the one before the first */
    __m512i run = _mm512_sub_epi8(_mm512_maskz_compress_epi8(places, l->places),
                                  _mm512_maskz_compress_epi8(places | 1, l->places));
    run = _mm512_add_epi8(run, _mm512_set1_epi8(-1));
    a = _mm512_maskz_compress_epi16((uint32_t)places, a);
    if (places >> 32 == 0) {
        list_values(l, _mm512_castsi512_si256(a), _mm512_castsi512_si128(run), list);
        list_values(l, _mm512_extracti64x4_epi64(a, 1), _mm512_extracti32x4_epi32(run, 1),
                    list + 16);
    } else {
        int16_t values[64];
        uint8_t runs[64];
        _mm512_storeu_si512(values, a);
        _mm512_storeu_si512(values + 32, _mm512_setzero_si512());
        _mm512_storeu_si512(values + jq_bits_set((uint32_t)places),
                            _mm512_maskz_compress_epi16((uint32_t)(places >> 32), b));
        _mm512_storeu_si512(runs, run);
        for (unsigned i = 0; i < symbols; i += 16)
            list_values(l, _mm256_loadu_si256((const void *)(values + i)),
                        _mm_loadu_si128((const void *)(runs + i)), list + i);
    }
    list[symbols] = 0; /* EOB */
    return list + symbols + !(places >> 63);
}

static uint32_t *list_symbols(const int16_t *quantized, size_t blocks, int32_t *last_dc,
                              uint32_t *list)
{
    lister l = lister_of(*last_dc);
    for (size_t b = 0; b < blocks; b++)
        list = list_block(&l, quantized + 64 * b, list);
    *last_dc = l.last_dc;
    const __m512i too_large = _mm512_set1_epi32(~((1 << JQ_VALUE_BITS) - 1));
    if (l.all_dc >> JQ_VALUE_BITS || _mm512_test_epi32_mask(l.all, too_large))
        return NULL;
    return list;
}

#endif

#endif
