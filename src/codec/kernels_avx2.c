/* SPDX-License-Identifier: MIT */
/* kernels_avx2.c: the kernels for x86-64 with AVX2. */
#if defined(__AVX2__)
#define VECTOR_BITS 256
#include "lanes_x86.h"

#include "kernels_int.h"
#include "kernels_measures.h"

void jq_forward_avx2(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients)
{
    forward(samples, stride, blocks, coefficients);
}

void jq_inverse_avx2(const jq_multipliers *multipliers, const int16_t *quantized, size_t blocks,
                     uint8_t *samples, size_t stride)
{
    inverse(multipliers, quantized, blocks, samples, stride);
}

const jq_kernels jq_kernels_avx2 = {
    .name = "avx2",
    .forward = jq_forward_avx2,
    .inverse = jq_inverse_avx2,
    .quantize = quantize,
    .prepare = prepare,
    .round_trip = round_trip,
    .add_error = add_error,
    .count_zeros = count_zeros,
};
#endif
