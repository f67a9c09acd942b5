/* SPDX-License-Identifier: MIT */
/*
 * kernels_int.h: dct_int.c and the quantization of its coefficients once more, written in vectors
 * of 16-bit lanes whose operations a lanes_*.h defines. The formulas are those of dct_int.c, where
 * they are explained; here they stand in the order that suits vectors.
 *
 * A vector holds eight lanes of each of VECTOR_BLOCKS blocks. Samples come and go in twice as many
 * blocks, for two of them are neighbours in 16 bytes. What is left over goes through a copy, or
 * through C.
 *
 * To be included by a kernels_*.c behind its lanes, which define VECTOR_BITS.
 */
#ifndef JQ_KERNELS_INT_H
#define JQ_KERNELS_INT_H

#if defined(VECTOR_BITS)

#include <string.h>

#include "constants_int.h"
#include "kernels.h"

enum { GROUP = 2 * VECTOR_BLOCKS }; /* blocks that are taken at a time */

#define INLINE static inline __attribute__((always_inline))

/* A lane is the number that it has. */
static const uint8_t in_order[8] = {0, 1, 2, 3, 4, 5, 6, 7};

/*
 * The odd outputs 1, 3, 5, 7 from d0..d3, and d0..d3 from inputs 1, 3, 5, 7 on the way back: what
 * the sums of dct_int.c come to. As all of these fit, so do their doubles, into 16 bits.
 */
static const int odd_factors[4][4] = {
    {C1_501 - C0_899 + C1_175 - C0_390, C1_175, C1_175 - C0_390, C1_175 - C0_899},
    {C1_175, C3_072 - C2_562 + C1_175 - C1_961, C1_175 - C2_562, C1_175 - C1_961},
    {C1_175 - C0_390, C1_175 - C2_562, C2_053 - C2_562 + C1_175 - C0_390, C1_175},
    {C1_175 - C0_899, C1_175 - C1_961, C1_175, C0_298 - C0_899 + C1_175 - C1_961},
};

/* `times` one of these; all arguments but sums and pairs are constants where this is inlined. */
INLINE wide add_odd(wide sum, pair p, pair q, int row, int times)
{
    const int *f = odd_factors[row];
    return dot_add(dot_add(sum, p, times * f[0], times * f[1]), q, times * f[2], times * f[3]);
}

/* ---- Forward --------------------------------------------------------------------------------- */

/*
 * What both passes have in common: outputs 1, 2, 3, 5, 6, 7, in place (see lanes_*.h), from
 * e3 = s0 - s3, e2 = s1 - s2 and the differences. `times` is chosen so that 2^16 remains to be
 * divided by.
 */
INLINE void forward_rotations(vec e3, vec e2, const vec d[4], int times, vec v[8])
{
    const wide half = half_of(16);
    pair e = pair_of(e3, e2), p = pair_of(d[0], d[1]), q = pair_of(d[2], d[3]);
    v[2] = upper(dot_add(half, e, times * (C0_541 + C0_765), times * C0_541));
    v[6] = upper(dot_add(half, e, times * C0_541, times * (C0_541 - C1_847)));
    v[1] = upper(add_odd(half, p, q, 0, times));
    v[3] = upper(add_odd(half, p, q, 1, times));
    v[5] = upper(add_odd(half, p, q, 2, times));
    v[7] = upper(add_odd(half, p, q, 3, times));
}

/*
 * Rows: from the sums and differences of samples, times 32 = 2^16 / 2^11. Samples are not
 * level-shifted; 8 * 128 * 2^2 makes up for that. Only s0 + s1 + s2 + s3 needs all of 16 bits,
 * without a sign.
 */
INLINE void forward_rows(const vec s[4], const vec d[4], vec v[8])
{
    vec e0 = add16(s[0], s[3]), e1 = add16(s[1], s[2]);
    vec sum = shift_right_unsigned16(add16(e0, e1), 5 - PASS1_BITS);
    v[0] = in_place(sub16(sum, all16(8 * 128 << PASS1_BITS)));
    v[4] = in_place(shift_right16(sub16(e0, e1), 5 - PASS1_BITS));
    forward_rotations(sub16(s[0], s[3]), sub16(s[1], s[2]), d, 1, v);
}

/* Columns: v[y] to v[v]. The sum for output 0 is -32768..32512, so that 2 can be added. */
INLINE void forward_columns(vec v[8])
{
    vec s[4], d[4];
    for (int k = 0; k < 4; k++) {
        s[k] = add16(v[k], v[7 - k]);
        d[k] = sub16(v[k], v[7 - k]);
    }
    const vec half = all16(1 << (PASS1_BITS - 1));
    vec e0 = add16(s[0], s[3]), e1 = add16(s[1], s[2]);
    v[0] = in_place(quarter16(add16(add16(e0, e1), half)));
    v[4] = in_place(quarter16(add16(sub16(e0, e1), half)));
    forward_rotations(sub16(s[0], s[3]), sub16(s[1], s[2]), d, 2, v);
}

/* Rows are in place after a pass; transposed, vectors are, and are put in order. */
INLINE void transpose_in_place(vec v[8])
{
    vec t[8];
    transpose(v);
    for (int i = 0; i < 8; i++)
        t[place[i]] = v[i];
    for (int i = 0; i < 8; i++)
        v[i] = t[i];
}

/* Of GROUP blocks, those with even numbers and those with odd ones; the lanes of v[v] in place. */
INLINE void forward_vectors(const uint8_t *samples, size_t stride, vec v[2][8])
{
    vec sum[2][4], difference[2][4];
    load_sums(samples, stride, sum, difference);
    for (int half = 0; half < 2; half++)
        forward_rows(sum[half], difference[half], v[half]);
    for (int half = 0; half < 2; half++)
        transpose_in_place(v[half]);
    for (int half = 0; half < 2; half++)
        forward_columns(v[half]);
}

/* ---- Inverse --------------------------------------------------------------------------------- */

/* For all numbers of 16 bits, as dct_int.c. */
INLINE void inverse_pass(vec v[8], const int bits)
{
    wide e0 = widen(add16(v[0], v[4]), bits), e1 = widen(sub16(v[0], v[4]), bits);
    pair e = pair_of(v[2], v[6]);
    wide e2 = dot(e, C0_541, C0_541 - C1_847), e3 = dot(e, C0_541 + C0_765, C0_541);
    wide s0 = add32(e0, e3), s1 = add32(e1, e2), s2 = sub32(e1, e2), s3 = sub32(e0, e3);

    pair z = pair_of(add16(v[7], v[3]), add16(v[5], v[1]));
    wide r3 = dot(z, C1_175 - C1_961, C1_175), r4 = dot(z, C1_175, C1_175 - C0_390);
    pair p = pair_of(v[7], v[1]), q = pair_of(v[5], v[3]);
    wide d3 = dot_add(r3, p, C0_298 - C0_899, -C0_899);
    wide d0 = dot_add(r4, p, -C0_899, C1_501 - C0_899);
    wide d2 = dot_add(r4, q, C2_053 - C2_562, -C2_562);
    wide d1 = dot_add(r3, q, -C2_562, C3_072 - C2_562);

    v[0] = narrow(add32(s0, d0), bits);
    v[7] = narrow(sub32(s0, d0), bits);
    v[1] = narrow(add32(s1, d1), bits);
    v[6] = narrow(sub32(s1, d1), bits);
    v[2] = narrow(add32(s2, d2), bits);
    v[5] = narrow(sub32(s2, d2), bits);
    v[3] = narrow(add32(s3, d3), bits);
    v[4] = narrow(sub32(s3, d3), bits);
}

/*
 * Where nothing can leave 16 bits. The upper 16 bits of 32 are kept, in place; half: what rounds,
 * in the 32 bits.
 */
INLINE void inverse_bounded(vec v[8], int times, wide half)
{
    pair a = pair_of(v[0], v[4]), e = pair_of(v[2], v[6]);
    wide e0 = dot_add(half, a, times << BITS, times << BITS);
    wide e1 = dot_add(half, a, times << BITS, -times * (1 << BITS));
    wide e2 = dot(e, times * C0_541, times * (C0_541 - C1_847));
    wide e3 = dot(e, times * (C0_541 + C0_765), times * C0_541);
    wide s[4] = {add32(e0, e3), add32(e1, e2), sub32(e1, e2), sub32(e0, e3)};

    pair p = pair_of(v[1], v[3]), q = pair_of(v[5], v[7]);
    for (int i = 0; i < 4; i++) {
        const int *f = odd_factors[i];
        wide d = dot_add(dot(p, times * f[0], times * f[1]), q, times * f[2], times * f[3]);
        v[i] = upper(add32(s[i], d));
        v[7 - i] = upper(sub32(s[i], d));
    }
}

/* ---- The kernels ----------------------------------------------------------------------------- */

/* Fewer blocks than a group, in a place where a group has room. */
typedef struct rest {
    uint8_t samples[8 * 8 * GROUP];
} rest;

static void copy_rows(uint8_t *to, size_t to_stride, const uint8_t *from, size_t from_stride,
                      size_t blocks)
{
    for (size_t y = 0; y < 8; y++)
        memcpy(to + y * to_stride, from + y * from_stride, 8 * blocks);
}

INLINE void forward_group(const uint8_t *samples, size_t stride, int16_t *coefficients)
{
    vec v[2][8];
    forward_vectors(samples, stride, v);
    for (size_t half = 0; half < 2; half++)
        for (size_t i = 0; i < 8; i++)
            store_row(coefficients + 64 * half + 8 * i, 128, out_of_place(v[half][i]));
}

/* The stages are held up by the coefficients that they store and load a block at a time, and longer
   vectors gather more of these: those of 512 bits leave both to those of 256. */
#if VECTOR_BITS < 512

static void forward(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    int16_t *out = coefficients;
    for (; blocks >= GROUP; blocks -= GROUP, samples += 8 * GROUP, out += 64 * GROUP)
        forward_group(samples, stride, out);
    if (blocks > 0) {
        rest copy = {{0}};
        int16_t coefficients_of_copy[64 * GROUP];
        copy_rows(copy.samples, 8 * GROUP, samples, stride, blocks);
        forward_group(copy.samples, 8 * GROUP, coefficients_of_copy);
        memcpy(out, coefficients_of_copy, 128 * blocks);
    }
}

/* False, with nothing done, where the vectors' arithmetic is not the reference's: see dct_int.c on
   blocks with only a first row. */
INLINE bool inverse_group(const int16_t *step, const int16_t *quantized, uint8_t *samples,
                          size_t stride)
{
    vec v[2][8];
    for (size_t half = 0; half < 2; half++)
        for (size_t i = 0; i < 8; i++)
            v[half][i] =
                multiply16(load_row(quantized + 64 * half + 8 * i, 128), load_shared(step + 8 * i));
    for (size_t half = 0; half < 2; half++)
        if (differ16(shift_right16(shift_left16(v[half][0], PASS1_BITS), PASS1_BITS), v[half][0]))
            return false;
    for (size_t half = 0; half < 2; half++) {
        inverse_pass(v[half], BITS - PASS1_BITS);
        transpose(v[half]);
        inverse_pass(v[half], BITS + PASS1_BITS + 3);
    }
    store_samples(samples, stride, v, in_order);
    return true;
}

static void inverse(const jq_multipliers *m, const int16_t *quantized, size_t blocks,
                    uint8_t *samples, size_t stride)
{
    for (; blocks >= GROUP; blocks -= GROUP, samples += 8 * GROUP, quantized += 64 * GROUP)
        if (!inverse_group(m->i, quantized, samples, stride))
            jq_kernels_c.inverse(m, quantized, GROUP, samples, stride);
    if (blocks > 0) {
        rest copy;
        int16_t padded[64 * GROUP] = {0};
        memcpy(padded, quantized, 128 * blocks);
        if (inverse_group(m->i, padded, copy.samples, 8 * GROUP))
            copy_rows(samples, stride, copy.samples, 8 * GROUP, blocks);
        else
            jq_kernels_c.inverse(m, quantized, blocks, samples, stride);
    }
}

#endif

static void quantize(const jq_quantizer *q, const int16_t *x, size_t blocks, int16_t *quantized)
{
    vec seen = all16(0);
    if (q->narrow) {
        for (size_t b = 0; b < blocks; b++) {
            for (size_t i = 0; i < 64; i += 8 * VECTOR_BLOCKS) {
                vec row = load_values(x + 64 * b + i);
                vec n = add16(absolute16(row), load_values(q->bias16 + i));
                vec k = multiply_high16(n, load_values(q->multiplier16 + i));
                k = multiply_high16(k, load_values(q->shift16 + i));
                store_values(quantized + 64 * b + i, with_sign16(k, row));
                seen = or16(seen, n);
            }
        }
    }
    if (!q->narrow || any_negative16(seen))
        jq_kernels_c.quantize(q, x, blocks, quantized);
}

/* ---- The round trip -------------------------------------------------------------------------- */

/*
 * quantizer->bounded keeps everything in 16 bits. The samples of a block, less 128, have a norm of
 * 8 * 128 at most, and so do its coefficients, but for 2 by which rounding may lengthen them. None
 * is moved away from zero by more than 255 / 2, so what is dequantized has a norm of at most
 * 1026 + 8 * 127.5 = 2046. The first pass back is orthogonal but for a factor of 4 sqrt 8, so its
 * results have a norm below 2046 * 11.32 < 23170, and the sum of two of them is below
 * 23170 sqrt 2 < 2^15. Coefficients themselves are at most 1026 + 127.5 < 2^15 / 16 in magnitude.
 */
static void prepare(const jq_quantizer *q, const jq_multipliers *m, jq_fused *fused)
{
    for (int i = 0; i < 64; i++) {
        int from = 8 * (i / 8) + place[i % 8];
        fused->bias[i] = q->bias16[from];
        fused->multiplier[i] = q->multiplier16[from];
        fused->shift[i] = q->shift16[from];
        fused->step[i] = (int16_t)(16 * m->i[from]);
    }
}

/* Quantize and dequantize row i, and make it 16 times as large. */
INLINE vec requantize_row(const jq_fused *f, size_t i, vec x)
{
    vec n = add16(absolute16(x), load_shared(f->bias + 8 * i));
    vec k = multiply_high16(n, load_shared(f->multiplier + 8 * i));
    k = with_sign16(multiply_high16(k, load_shared(f->shift + 8 * i)), x);
    return multiply16(k, load_shared(f->step + 8 * i));
}

INLINE void round_trip_group(const jq_fused *f, const uint8_t *in, size_t in_stride, uint8_t *out,
                             size_t out_stride)
{
    /* lanes of columns are in place twice when they are transposed: after the forward and after
       the inverse pass */
    vec v[2][8], t[2][8];
    forward_vectors(in, in_stride, v);
    for (size_t half = 0; half < 2; half++)
        for (size_t i = 0; i < 8; i++)
            v[half][i] = requantize_row(f, i, v[half][i]);
    for (size_t half = 0; half < 2; half++)
        inverse_bounded(v[half], 2, half_of(16)); /* 16 * 2 = 2^16 / 2^11 */
    for (size_t half = 0; half < 2; half++) {
        transpose(v[half]);
        for (int i = 0; i < 8; i++)
            t[half][place[place[i]]] = v[half][i];
    }
    for (size_t half = 0; half < 2; half++) {
        inverse_bounded(t[half], 1, half_of(18));
        for (int i = 0; i < 8; i++)
            v[half][i] = quarter16(t[half][i]); /* 18 bits in all */
    }
    store_samples(out, out_stride, v, place);
}

static void round_trip(const jq_fused *f, const uint8_t *in, size_t in_stride, size_t blocks,
                       uint8_t *out, size_t out_stride)
{
    for (; blocks >= GROUP; blocks -= GROUP, in += 8 * GROUP, out += 8 * GROUP)
        round_trip_group(f, in, in_stride, out, out_stride);
    if (blocks > 0) {
        rest copy = {{0}};
        copy_rows(copy.samples, 8 * GROUP, in, in_stride, blocks);
        round_trip_group(f, copy.samples, 8 * GROUP, copy.samples, 8 * GROUP);
        copy_rows(out, out_stride, copy.samples, 8 * GROUP, blocks);
    }
}

#endif

#endif
