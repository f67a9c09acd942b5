/* SPDX-License-Identifier: MIT */
/* kernels_avx2.c: the kernels for x86-64 with AVX2. */
#if defined(__AVX2__)
#define VECTOR_BITS 256
#include "lanes_x86.h"

#include "kernels_int.h"
#include "kernels_measures.h"

const jq_kernels jq_kernels_avx2 = {
    .name = "avx2",
    .forward = forward,
    .inverse = inverse,
    .quantize = quantize,
    .prepare = prepare,
    .round_trip = round_trip,
    .add_error = add_error,
    .count_zeros = count_zeros,
};
#endif
