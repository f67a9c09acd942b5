/* SPDX-License-Identifier: MIT */
/* kernels_avx512vnni.c: the kernels for x86-64 with AVX-512 F, BW, VL, CD, VBMI, VBMI2 and VNNI. */
#if defined(__AVX512VNNI__)
#define VECTOR_BITS 512
#include "lanes_x86.h"

#include "kernels_int.h"
#include "kernels_measures.h"
#include "kernels_symbols.h"

const jq_kernels jq_kernels_avx512vnni = {
    .name = "avx512vnni",
    .forward = jq_forward_avx2,
    .inverse = jq_inverse_avx2,
    .quantize = quantize,
    .prepare = prepare,
    .round_trip = round_trip,
    .add_error = add_error,
    .count_zeros = count_zeros,
    .list_symbols = list_symbols,
};
#endif
