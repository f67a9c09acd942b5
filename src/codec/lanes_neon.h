/* SPDX-License-Identifier: MIT */
/*
 * lanes_neon.h: the vectors of kernels_int.h in NEON (Advanced SIMD) of AArch64, VECTOR_BITS 128:
 * eight lanes of one block.
 */
#ifndef JQ_LANES_NEON_H
#define JQ_LANES_NEON_H

#if defined(VECTOR_BITS)

#include <arm_neon.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "constants_int.h"

enum { VECTOR_BLOCKS = 1 };

typedef int16x8_t vec;

/* 32-bit sums for the lanes of a vector: of lanes 0..3 and 4..7. */
typedef struct wide {
    int32x4_t low, high;
} wide;

/* Two vectors whose products are to be added, lane by lane. */
typedef struct pair {
    vec a, b;
} pair;

#define UNSIGNED(v) vreinterpretq_u16_s16(v)
#define SIGNED(v) vreinterpretq_s16_u16(v)

/* unsigned, since these wrap and a compiler may think that signed ones do not */
#define add16(a, b) SIGNED(vaddq_u16(UNSIGNED(a), UNSIGNED(b)))
#define sub16(a, b) SIGNED(vsubq_u16(UNSIGNED(a), UNSIGNED(b)))
#define multiply16(a, b) SIGNED(vmulq_u16(UNSIGNED(a), UNSIGNED(b)))
#define shift_left16(a, n) SIGNED(vshlq_n_u16(UNSIGNED(a), n))
#define shift_right16(a, n) vshrq_n_s16(a, n)
#define shift_right_unsigned16(a, n) SIGNED(vshrq_n_u16(UNSIGNED(a), n))
#define quarter16(a) vshrq_n_s16(a, 2)
#define or16(a, b) vorrq_s16(a, b)
#define all16(value) vdupq_n_s16((int16_t)(value))

static inline pair pair_of(vec a, vec b)
{
    return (pair){a, b};
}

/* a * ca + b * cb */
static inline wide dot(pair p, int ca, int cb)
{
    const vec a = all16(ca), b = all16(cb);
    return (wide){
        vmlal_s16(vmull_s16(vget_low_s16(p.a), vget_low_s16(a)), vget_low_s16(p.b),
                  vget_low_s16(b)),
        vmlal_high_s16(vmull_high_s16(p.a, a), p.b, b),
    };
}

static inline wide add32(wide a, wide b)
{
    return (wide){vaddq_s32(a.low, b.low), vaddq_s32(a.high, b.high)};
}

static inline wide sub32(wide a, wide b)
{
    return (wide){vsubq_s32(a.low, b.low), vsubq_s32(a.high, b.high)};
}

/* acc + a * ca + b * cb */
static inline wide dot_add(wide acc, pair p, int ca, int cb)
{
    const vec a = all16(ca), b = all16(cb);
    return (wide){
        vmlal_s16(vmlal_s16(acc.low, vget_low_s16(p.a), vget_low_s16(a)), vget_low_s16(p.b),
                  vget_low_s16(b)),
        vmlal_high_s16(vmlal_high_s16(acc.high, p.a, a), p.b, b),
    };
}

/* a * 2^13; narrow wants nothing to have been added. */
static inline wide widen(vec a, int shift)
{
    (void)shift;
    return (wide){vshll_n_s16(vget_low_s16(a), BITS), vshll_high_n_s16(a, BITS)};
}

/* Half of 2^shift, which makes a division by that round. */
static inline wide half_of(int shift)
{
    const int32x4_t half = vdupq_n_s32(1 << (shift - 1));
    return (wide){half, half};
}

/* The upper 16 bits. Here the lanes come out in order. */
static const uint8_t place[8] = {0, 1, 2, 3, 4, 5, 6, 7};

#define in_place(a) (a)
#define out_of_place(a) (a)

static inline vec upper(wide a)
{
    return vuzp2q_s16(vreinterpretq_s16_s32(a.low), vreinterpretq_s16_s32(a.high));
}

/* >> shift, rounded, saturated to 16 bits. The instructions hold the shift and must be given a
   constant, so the passes of the inverse are told apart here. */
static inline vec narrow(wide a, int shift)
{
    if (shift == BITS - PASS1_BITS)
        return vqrshrn_high_n_s32(vqrshrn_n_s32(a.low, BITS - PASS1_BITS), a.high,
                                  BITS - PASS1_BITS);
    /* 18: floor((floor(x / 2^16) + 2) / 2^2) = floor((x + 2^17) / 2^18), which cannot exceed 16
       bits */
    return vrshrq_n_s16(upper(a), BITS + PASS1_BITS + 3 - 16);
}

static inline void transpose(vec v[8])
{
    vec t[8];
    /* interleave the first four vectors with the last four; three times that transposes 8x8 */
    for (int i = 0; i < 4; i++) {
        t[2 * i] = vzip1q_s16(v[i], v[i + 4]);
        t[2 * i + 1] = vzip2q_s16(v[i], v[i + 4]);
    }
    for (int i = 0; i < 4; i++) {
        v[2 * i] = vzip1q_s16(t[i], t[i + 4]);
        v[2 * i + 1] = vzip2q_s16(t[i], t[i + 4]);
    }
    for (int i = 0; i < 4; i++) {
        t[2 * i] = vzip1q_s16(v[i], v[i + 4]);
        t[2 * i + 1] = vzip2q_s16(v[i], v[i + 4]);
    }
    for (int i = 0; i < 8; i++)
        v[i] = t[i];
}

/* Transpose 2x2 elements of so many bits: the first (1) or the second (2) vector of the result. */
#define TRANSPOSE_BITS(bits, which, a, b)                                                          \
    vreinterpretq_u8_u##bits(                                                                      \
        vtrn##which##q_u##bits(vreinterpretq_u##bits##_u8(a), vreinterpretq_u##bits##_u8(b)))

/* Transpose 8x8 bytes in the lower halves, and others in the upper halves. */
static inline void transpose_bytes(uint8x16_t v[8])
{
    uint8x16_t t[8];
    for (int i = 0; i < 8; i += 2) {
        t[i] = vtrn1q_u8(v[i], v[i + 1]);
        t[i + 1] = vtrn2q_u8(v[i], v[i + 1]);
    }
    for (int n = 0; n < 4; n++) {
        const int i = n / 2 * 4 + n % 2;
        v[i] = TRANSPOSE_BITS(16, 1, t[i], t[i + 2]);
        v[i + 2] = TRANSPOSE_BITS(16, 2, t[i], t[i + 2]);
    }
    for (int i = 0; i < 4; i++) {
        t[i] = TRANSPOSE_BITS(32, 1, v[i], v[i + 4]);
        t[i + 4] = TRANSPOSE_BITS(32, 2, v[i], v[i + 4]);
    }
    for (int i = 0; i < 8; i++)
        v[i] = t[i];
}

/*
 * Two blocks of samples, x[column] with rows in lanes: 32 (x[k] + x[7 - k]) and
 * 32 (x[k] - x[7 - k]) of the first, [0], and of the second, [1].
 */
static inline void load_sums(const uint8_t *samples, size_t stride, vec sum[2][4],
                             vec difference[2][4])
{
    uint8x16_t x[8];
    for (size_t y = 0; y < 8; y++)
        x[y] = vld1q_u8(samples + y * stride);
    transpose_bytes(x);
    for (int k = 0; k < 4; k++) {
        uint8x16_t a = x[k], b = x[7 - k];
        sum[0][k] = SIGNED(vshlq_n_u16(vaddl_u8(vget_low_u8(a), vget_low_u8(b)), 5));
        sum[1][k] = SIGNED(vshlq_n_u16(vaddl_high_u8(a, b), 5));
        difference[0][k] = SIGNED(vshlq_n_u16(vsubl_u8(vget_low_u8(a), vget_low_u8(b)), 5));
        difference[1][k] = SIGNED(vshlq_n_u16(vsubl_high_u8(a, b), 5));
    }
}

/* The samples of two blocks, which stand as load_sums has them. 128 is added, and they saturate. */
static inline void store_samples(uint8_t *samples, size_t stride, vec v[2][8],
                                 const uint8_t rows_of_lanes[8])
{
    uint8x16_t r[8];
    for (int x = 0; x < 8; x++) {
        int8x16_t saturated = vqmovn_high_s16(vqmovn_s16(v[0][x]), v[1][x]);
        r[x] = veorq_u8(vreinterpretq_u8_s8(saturated), vdupq_n_u8(128));
    }
    transpose_bytes(r);
    for (size_t i = 0; i < 8; i++)
        vst1q_u8(samples + rows_of_lanes[i] * stride, r[i]);
}

/* Eight values for the lanes of every block, that is: of the one block. */
#define load_shared(values) vld1q_s16((const int16_t *)(values))

/* As many values as there are lanes. */
#define load_values(p) vld1q_s16((const int16_t *)(p))
#define store_values(p, v) vst1q_s16(p, v)

/* Row of every block; how far they are apart does not matter to one. */
#define load_row(block, apart) vld1q_s16(block)
#define store_row(block, apart, row) vst1q_s16(block, row)

/* |x|, as unsigned */
#define absolute16(x) vabsq_s16(x)

/* The upper 16 bits of the product of unsigned numbers. */
static inline vec multiply_high16(vec a, vec b)
{
    uint32x4_t low = vmull_u16(vget_low_u16(UNSIGNED(a)), vget_low_u16(UNSIGNED(b)));
    uint32x4_t high = vmull_high_u16(UNSIGNED(a), UNSIGNED(b));
    return SIGNED(vuzp2q_u16(vreinterpretq_u16_u32(low), vreinterpretq_u16_u32(high)));
}

/* k, which is not negative, with the sign of x; 0 where x is. */
static inline vec with_sign16(vec k, vec x)
{
    /* true is -1: the sign of x is (x < 0) - (x > 0) */
    return vmulq_s16(k, SIGNED(vsubq_u16(vcltzq_s16(x), vcgtzq_s16(x))));
}

/* Whether any lane is negative. */
#define any_negative16(a) (vminvq_s16(a) < 0)

/* Whether a and b differ anywhere. */
#define differ16(a, b) (vminvq_u16(vceqq_s16(a, b)) == 0)

#endif

#endif
