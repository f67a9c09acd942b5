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

/* `pass` is a constant wherever this is inlined. v[k] for each k: the lanes are transformed along
   k. In the first pass the samples are not level-shifted yet: 8 * 128 * 2^2 makes up for that. */
INLINE void forward_pass(vec v[8], const int pass)
{
    const int bits = pass == 1 ? BITS - PASS1_BITS : BITS + PASS1_BITS;
    vec s0 = add16(v[0], v[7]), d0 = sub16(v[0], v[7]);
    vec s1 = add16(v[1], v[6]), d1 = sub16(v[1], v[6]);
    vec s2 = add16(v[2], v[5]), d2 = sub16(v[2], v[5]);
    vec s3 = add16(v[3], v[4]), d3 = sub16(v[3], v[4]);

    vec e0 = add16(s0, s3), e1 = add16(s1, s2), e2 = sub16(s1, s2), e3 = sub16(s0, s3);
    if (pass == 1) {
        v[0] = sub16(shift_left16(add16(e0, e1), PASS1_BITS), all16(8 * 128 << PASS1_BITS));
        v[4] = shift_left16(sub16(e0, e1), PASS1_BITS);
    } else { /* -32768..32512, and half of what is shifted out */
        const vec half = all16(1 << (PASS1_BITS - 1));
        v[0] = shift_right16(add16(add16(e0, e1), half), PASS1_BITS);
        v[4] = shift_right16(add16(sub16(e0, e1), half), PASS1_BITS);
    }
    pair e = pair_of(e3, e2);
    v[2] = narrow(add_half(dot(e, C0_541 + C0_765, C0_541), bits), bits);
    v[6] = narrow(add_half(dot(e, C0_541, C0_541 - C1_847), bits), bits);

    pair z = pair_of(add16(d3, d1), add16(d2, d0));
    wide r3 = add_half(dot(z, C1_175 - C1_961, C1_175), bits);
    wide r4 = add_half(dot(z, C1_175, C1_175 - C0_390), bits);
    pair p = pair_of(d3, d0), q = pair_of(d2, d1);
    v[7] = narrow(add32(dot(p, C0_298 - C0_899, -C0_899), r3), bits);
    v[1] = narrow(add32(dot(p, -C0_899, C1_501 - C0_899), r4), bits);
    v[5] = narrow(add32(dot(q, C2_053 - C2_562, -C2_562), r4), bits);
    v[3] = narrow(add32(dot(q, -C2_562, C3_072 - C2_562), r3), bits);
}

INLINE void inverse_pass(vec v[8], const int bits)
{
    wide e0 = widen(add16(v[0], v[4]), bits), e1 = widen(sub16(v[0], v[4]), bits);
    pair e = pair_of(v[2], v[6]);
    wide e2 = dot(e, C0_541, C0_541 - C1_847), e3 = dot(e, C0_541 + C0_765, C0_541);
    wide s0 = add32(e0, e3), s1 = add32(e1, e2), s2 = sub32(e1, e2), s3 = sub32(e0, e3);

    pair z = pair_of(add16(v[7], v[3]), add16(v[5], v[1]));
    wide r3 = dot(z, C1_175 - C1_961, C1_175), r4 = dot(z, C1_175, C1_175 - C0_390);
    pair p = pair_of(v[7], v[1]), q = pair_of(v[5], v[3]);
    wide d3 = add32(dot(p, C0_298 - C0_899, -C0_899), r3);
    wide d0 = add32(dot(p, -C0_899, C1_501 - C0_899), r4);
    wide d2 = add32(dot(q, C2_053 - C2_562, -C2_562), r4);
    wide d1 = add32(dot(q, -C2_562, C3_072 - C2_562), r3);

    v[0] = narrow(add32(s0, d0), bits);
    v[7] = narrow(sub32(s0, d0), bits);
    v[1] = narrow(add32(s1, d1), bits);
    v[6] = narrow(sub32(s1, d1), bits);
    v[2] = narrow(add32(s2, d2), bits);
    v[5] = narrow(sub32(s2, d2), bits);
    v[3] = narrow(add32(s3, d3), bits);
    v[4] = narrow(sub32(s3, d3), bits);
}

/* Samples, transposed, to coefficients. */
INLINE void forward_vectors(vec v[8])
{
    forward_pass(v, 1);
    transpose(v);
    forward_pass(v, 2);
}

/* Dequantized coefficients to samples, transposed and not level-shifted. */
INLINE void inverse_vectors(vec v[8])
{
    inverse_pass(v, BITS - PASS1_BITS);
    transpose(v);
    inverse_pass(v, BITS + PASS1_BITS + 3);
}

/* Row i of a block by the steps of that row. */
INLINE vec quantize_row(const jq_quantizer *q, size_t i, vec x)
{
    vec n = add16(absolute16(x), load_shared(q->bias16 + 8 * i));
    vec k = multiply_high16(n, load_shared(q->multiplier16 + 8 * i));
    return with_sign16(multiply_high16(k, load_shared(q->shift16 + 8 * i)), x);
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
    load_samples(samples, stride, v[0], v[1]);
    for (size_t half = 0; half < 2; half++) {
        forward_vectors(v[half]);
        for (size_t i = 0; i < 8; i++)
            store_row(coefficients + 64 * half + 8 * i, 128, v[half][i]);
    }
}

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
    inverse_vectors(v[0]);
    inverse_vectors(v[1]);
    store_samples(samples, stride, v[0], v[1]);
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

/* quantizer->narrow keeps everything in the range in which vectors are exact. */
INLINE void round_trip_group(const jq_quantizer *q, const int16_t *step, const uint8_t *in,
                             size_t in_stride, uint8_t *out, size_t out_stride)
{
    vec v[2][8];
    load_samples(in, in_stride, v[0], v[1]);
    for (size_t half = 0; half < 2; half++) {
        forward_vectors(v[half]);
        for (size_t i = 0; i < 8; i++)
            v[half][i] = multiply16(quantize_row(q, i, v[half][i]), load_shared(step + 8 * i));
        inverse_vectors(v[half]);
    }
    store_samples(out, out_stride, v[0], v[1]);
}

static void round_trip(const jq_quantizer *q, const jq_multipliers *m, const uint8_t *in,
                       size_t in_stride, size_t blocks, uint8_t *out, size_t out_stride)
{
    for (; blocks >= GROUP; blocks -= GROUP, in += 8 * GROUP, out += 8 * GROUP)
        round_trip_group(q, m->i, in, in_stride, out, out_stride);
    if (blocks > 0) {
        rest copy = {{0}};
        copy_rows(copy.samples, 8 * GROUP, in, in_stride, blocks);
        round_trip_group(q, m->i, copy.samples, 8 * GROUP, copy.samples, 8 * GROUP);
        copy_rows(out, out_stride, copy.samples, 8 * GROUP, blocks);
    }
}

#endif

#endif
