/* SPDX-License-Identifier: MIT */
/* kernels_neon.c: the kernels for AArch64, all of which has NEON, with its usual byte order. */
#if defined(__AARCH64EL__)
#define VECTOR_BITS 128
#include "lanes_neon.h"

#include "kernels_int.h"

const jq_kernels jq_kernels_neon = {
    .name = "neon",
    .forward = forward,
    .inverse = inverse,
    .quantize = quantize,
    .prepare = prepare,
    .round_trip = round_trip,
};
#endif
