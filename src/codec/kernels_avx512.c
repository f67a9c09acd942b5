/* SPDX-License-Identifier: MIT */
/* kernels_avx512.c: the kernels for x86-64 with AVX-512 F, BW and VL. */
#if defined(__AVX512BW__)
#define VECTOR_BITS 512
#include "lanes_x86.h"

#include "kernels_int.h"
#include "kernels_measures.h"

const jq_kernels jq_kernels_avx512 = {
    .name = "avx512",
    .forward = jq_forward_avx2,
    .inverse = jq_inverse_avx2,
    .quantize = quantize,
    .prepare = prepare,
    .round_trip = round_trip,
    .add_error = add_error,
    .count_zeros = count_zeros,
};
#endif
