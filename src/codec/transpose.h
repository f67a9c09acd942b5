/* SPDX-License-Identifier: MIT */
/* transpose.h: 8x8 elements transposed in a way that compilers make vectors of. */
#ifndef JQ_TRANSPOSE_H
#define JQ_TRANSPOSE_H

/*
 * Three perfect shuffles, each of which interleaves the first half of 64 elements with the second,
 * turn the bits y2 y1 y0 x2 x1 x0 of an element's number into x2 x1 x0 y2 y1 y0.
 */
#define TRANSPOSE(type, v)                                                                         \
    do {                                                                                           \
        type t[64];                                                                                \
        for (int n = 0; n < 32; n++)                                                               \
            t[2 * n] = (v)[n], t[2 * n + 1] = (v)[n + 32];                                         \
        type t2[64];                                                                               \
        for (int n = 0; n < 32; n++)                                                               \
            t2[2 * n] = t[n], t2[2 * n + 1] = t[n + 32];                                           \
        for (int n = 0; n < 32; n++)                                                               \
            (v)[2 * n] = t2[n], (v)[2 * n + 1] = t2[n + 32];                                       \
    } while (0)

/* The low 16 bits. */
#define NARROW(x) ((int16_t)(x))

#endif
