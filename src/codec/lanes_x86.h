/* SPDX-License-Identifier: MIT */
/*
 * lanes_x86.h: the vectors of kernels_int.h in AVX2 (VECTOR_BITS 256) or AVX-512 BW (512). Both
 * work on parts of 128 bits, each of which holds eight lanes of one block.
 */
#ifndef JQ_LANES_X86_H
#define JQ_LANES_X86_H

#if defined(VECTOR_BITS)

#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#if VECTOR_BITS == 512
typedef __m512i vec;
#define OP(name) _mm512_##name
#define LOAD_BITS(p) _mm512_loadu_si512((const void *)(p))
#define STORE_BITS(p, v) _mm512_storeu_si512((void *)(p), v)
#define BROADCAST(a) _mm512_broadcast_i32x4(a)
#define XOR_BITS _mm512_xor_si512
#define OR_BITS _mm512_or_si512
#define ZERO_BITS _mm512_setzero_si512()
#define COUNT(n) (unsigned)(n)
#else
typedef __m256i vec;
#define OP(name) _mm256_##name
#define LOAD_BITS(p) _mm256_loadu_si256((const void *)(p))
#define STORE_BITS(p, v) _mm256_storeu_si256((void *)(p), v)
#define BROADCAST(a) _mm256_broadcastsi128_si256(a)
#define XOR_BITS _mm256_xor_si256
#define OR_BITS _mm256_or_si256
#define ZERO_BITS _mm256_setzero_si256()
#define COUNT(n) (n)
#endif

enum { VECTOR_BLOCKS = VECTOR_BITS / 128 };

/* 32-bit sums for the lanes of a vector: of lanes 0..3 and 4..7 of each block. */
typedef struct wide {
    vec low, high;
} wide;

/* Two vectors whose products are to be added, lane by lane. */
typedef wide pair;

#define add16(a, b) OP(add_epi16)(a, b)
#define sub16(a, b) OP(sub_epi16)(a, b)
#define shift_left16(a, n) OP(slli_epi16)(a, COUNT(n))
#define shift_right16(a, n) OP(srai_epi16)(a, COUNT(n))
#define multiply16(a, b) OP(mullo_epi16)(a, b)
#define or16(a, b) OR_BITS(a, b)
#define all16(value) OP(set1_epi16)((int16_t)(value))

static inline pair pair_of(vec a, vec b)
{
    return (pair){OP(unpacklo_epi16)(a, b), OP(unpackhi_epi16)(a, b)};
}

/* a * ca + b * cb */
static inline wide dot(pair p, int ca, int cb)
{
    const vec c = OP(set1_epi32)((int32_t)((uint32_t)cb << 16 | ((uint32_t)ca & 0xffff)));
    return (wide){OP(madd_epi16)(p.low, c), OP(madd_epi16)(p.high, c)};
}

static inline wide add32(wide a, wide b)
{
    return (wide){OP(add_epi32)(a.low, b.low), OP(add_epi32)(a.high, b.high)};
}

static inline wide sub32(wide a, wide b)
{
    return (wide){OP(sub_epi32)(a.low, b.low), OP(sub_epi32)(a.high, b.high)};
}

/* a * 2^13, and what narrow wants to have been added */
static inline wide widen(vec a, int shift)
{
    const vec half = all16(1 << (shift - 1) >> (shift > 14 ? 13 : 0));
    return dot(pair_of(a, half), 1 << 13, shift > 14 ? 1 << 13 : 1);
}

/* >> shift, saturated to 16 bits */
#define narrow(a, shift)                                                                           \
    OP(packs_epi32)(OP(srai_epi32)((a).low, COUNT(shift)), OP(srai_epi32)((a).high, COUNT(shift)))

/* acc + a * ca + b * cb */
static inline wide dot_add(wide acc, pair p, int ca, int cb)
{
#if defined(__AVX512VNNI__)
    const vec c = OP(set1_epi32)((int32_t)((uint32_t)cb << 16 | ((uint32_t)ca & 0xffff)));
    return (wide){OP(dpwssd_epi32)(acc.low, p.low, c), OP(dpwssd_epi32)(acc.high, p.high, c)};
#else
    return add32(acc, dot(p, ca, cb));
#endif
}

/* Half of 2^shift, which makes a division by that round. */
static inline wide half_of(int shift)
{
    const vec half = OP(set1_epi32)(1 << (shift - 1));
    return (wide){half, half};
}

/*
 * The upper 16 bits. They come out in another order of lanes: the j-th of a block is what place[j]
 * says. in_place puts lanes into that order, and out_of_place back.
 */
static const uint8_t place[8] = {0, 4, 1, 5, 2, 6, 3, 7};

static inline vec upper(wide a)
{
#if VECTOR_BITS == 512
    return _mm512_mask_blend_epi16(0xaaaaaaaa, _mm512_srli_epi32(a.low, 16), a.high);
#else
    return _mm256_blend_epi16(_mm256_srli_epi32(a.low, 16), a.high, 0xaa);
#endif
}

static inline vec in_place(vec a)
{
    const __m128i order = _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15);
    return OP(shuffle_epi8)(a, BROADCAST(order));
}

static inline vec out_of_place(vec a)
{
    const __m128i order = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
    return OP(shuffle_epi8)(a, BROADCAST(order));
}

/* a >> 2, not by a shift: most processors have fewer units for these */
#define quarter16(a) OP(mulhi_epi16)(a, all16(1 << 14))

#define shift_right_unsigned16(a, n) OP(srli_epi16)(a, COUNT(n))

#define UNPACK_EACH(bits, to, from, i, j)                                                          \
    (to)[2 * (i)] = OP(unpacklo_epi##bits)((from)[i], (from)[j]);                                  \
    (to)[2 * (i) + 1] = OP(unpackhi_epi##bits)((from)[i], (from)[j])

/* Interleave the first four vectors with the last four, element by element, in each block. Three
   times that, 8x8 elements are transposed. */
#define INTERLEAVE(bits, to, from)                                                                 \
    UNPACK_EACH(bits, to, from, 0, 4);                                                             \
    UNPACK_EACH(bits, to, from, 1, 5);                                                             \
    UNPACK_EACH(bits, to, from, 2, 6);                                                             \
    UNPACK_EACH(bits, to, from, 3, 7)

static inline void transpose(vec v[8])
{
    vec t[8];
    INTERLEAVE(16, t, v);
    INTERLEAVE(16, v, t);
    INTERLEAVE(16, t, v);
    for (int i = 0; i < 8; i++)
        v[i] = t[i];
}

/*
 * 2 * VECTOR_BLOCKS blocks of samples, x[column] with rows in lanes: 32 (x[k] + x[7 - k]) and
 * 32 (x[k] - x[7 - k]) of those with even numbers, [0], and of those with odd ones, [1].
 */
static inline void load_sums(const uint8_t *samples, size_t stride, vec sum[2][4],
                             vec difference[2][4])
{
    vec r[8], t[8];
    for (size_t y = 0; y < 8; y++)
        r[y] = LOAD_BITS(samples + y * stride);
    /* the lower half of a row's 128 bits is an even block, the upper an odd one */
    for (int i = 0; i < 4; i++) {
        t[i] = OP(unpacklo_epi8)(r[i], r[i + 4]);
        t[i + 4] = OP(unpackhi_epi8)(r[i], r[i + 4]);
    }
    for (int i = 0; i < 2; i++) {
        vec a = OP(unpacklo_epi8)(t[4 * i], t[4 * i + 2]);
        vec b = OP(unpackhi_epi8)(t[4 * i], t[4 * i + 2]);
        vec c = OP(unpacklo_epi8)(t[4 * i + 1], t[4 * i + 3]);
        vec d = OP(unpackhi_epi8)(t[4 * i + 1], t[4 * i + 3]);
        vec x01 = OP(unpacklo_epi8)(a, c), x23 = OP(unpackhi_epi8)(a, c);
        vec x54 = OP(shuffle_epi32)(OP(unpacklo_epi8)(b, d), 0x4e); /* 64 bits change places */
        vec x76 = OP(shuffle_epi32)(OP(unpackhi_epi8)(b, d), 0x4e);
        vec x[4] = {OP(unpacklo_epi8)(x01, x76), OP(unpackhi_epi8)(x01, x76),
                    OP(unpacklo_epi8)(x23, x54), OP(unpackhi_epi8)(x23, x54)};
        for (int k = 0; k < 4; k++) {
            sum[i][k] = OP(maddubs_epi16)(x[k], OP(set1_epi16)(32 << 8 | 32));
            difference[i][k] = OP(maddubs_epi16)(x[k], OP(set1_epi16)((int16_t)(-32 * 256 + 32)));
        }
    }
}

/*
 * The samples of as many blocks, which stand as load_sums has them: v[0] of the even ones, v[1] of
 * the odd. 128 is added, and they saturate.
 */
static inline void store_samples(uint8_t *samples, size_t stride, vec v[2][8],
                                 const uint8_t rows_of_lanes[8])
{
    vec p[8], r[8];
    const vec shift = OP(set1_epi8)((char)-128);
    for (int x = 0; x < 8; x++)
        p[x] = XOR_BITS(OP(packs_epi16)(v[0][x], v[1][x]), shift);
    for (int i = 0; i < 4; i++) {
        r[i] = OP(unpacklo_epi8)(p[i], p[i + 4]);
        r[i + 4] = OP(unpackhi_epi8)(p[i], p[i + 4]);
    }
    vec rows[2][4]; /* of even and of odd blocks, two to a vector */
    for (int i = 0; i < 2; i++) {
        vec *t = r + 4 * i;
        vec a = OP(unpacklo_epi8)(t[0], t[2]), b = OP(unpackhi_epi8)(t[0], t[2]);
        vec c = OP(unpacklo_epi8)(t[1], t[3]), d = OP(unpackhi_epi8)(t[1], t[3]);
        rows[i][0] = OP(unpacklo_epi8)(a, c);
        rows[i][1] = OP(unpackhi_epi8)(a, c);
        rows[i][2] = OP(unpacklo_epi8)(b, d);
        rows[i][3] = OP(unpackhi_epi8)(b, d);
    }
    for (size_t i = 0; i < 4; i++) {
        STORE_BITS(samples + rows_of_lanes[2 * i] * stride,
                   OP(unpacklo_epi64)(rows[0][i], rows[1][i]));
        STORE_BITS(samples + rows_of_lanes[2 * i + 1] * stride,
                   OP(unpackhi_epi64)(rows[0][i], rows[1][i]));
    }
}

/* Eight values for the lanes of every block. */
static inline vec load_shared(const void *values)
{
    return BROADCAST(_mm_loadu_si128(values));
}

/* As many values as there are lanes. */
#define load_values(p) LOAD_BITS(p)
#define store_values(p, v) STORE_BITS(p, v)

/* Row of every block; `block` is the first, and `apart` how many values the next is behind. */
static inline vec load_row(const int16_t *block, size_t apart)
{
#define PART(i) _mm_loadu_si128((const void *)(block + (i)*apart))
#if VECTOR_BITS == 512
    __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(PART(0)), PART(1), 1);
    __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(PART(2)), PART(3), 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
#else
    return _mm256_inserti128_si256(_mm256_castsi128_si256(PART(0)), PART(1), 1);
#endif
#undef PART
}

static inline void store_row(int16_t *block, size_t apart, vec row)
{
    _mm_storeu_si128((void *)block,
#if VECTOR_BITS == 512
                     _mm512_castsi512_si128(row));
    _mm_storeu_si128((void *)(block + apart), _mm512_extracti32x4_epi32(row, 1));
    _mm_storeu_si128((void *)(block + 2 * apart), _mm512_extracti32x4_epi32(row, 2));
    _mm_storeu_si128((void *)(block + 3 * apart), _mm512_extracti32x4_epi32(row, 3));
#else
                     _mm256_castsi256_si128(row));
    _mm_storeu_si128((void *)(block + apart), _mm256_extracti128_si256(row, 1));
#endif
}

/* |x|, as unsigned */
#define absolute16(x) OP(abs_epi16)(x)

/* The upper 16 bits of the product of unsigned numbers. */
#define multiply_high16(a, b) OP(mulhi_epu16)(a, b)

/* k, which is not negative, with the sign of x; 0 where x is. */
static inline vec with_sign16(vec k, vec x)
{
#if VECTOR_BITS == 512
    vec negative = _mm512_mask_sub_epi16(k, _mm512_movepi16_mask(x), ZERO_BITS, k);
    return _mm512_maskz_mov_epi16(_mm512_test_epi16_mask(x, x), negative);
#else
    return _mm256_sign_epi16(k, x);
#endif
}

/* Whether any lane is negative. */
static inline bool any_negative16(vec a)
{
#if VECTOR_BITS == 512
    return _mm512_movepi16_mask(a) != 0;
#else
    return (_mm256_movemask_epi8(a) & (int)0xaaaaaaaa) != 0;
#endif
}

/* Whether a and b differ anywhere. */
static inline bool differ16(vec a, vec b)
{
#if VECTOR_BITS == 512
    return _mm512_cmpneq_epi16_mask(a, b) != 0;
#else
    return _mm256_movemask_epi8(_mm256_cmpeq_epi16(a, b)) != -1;
#endif
}

#endif

#endif
