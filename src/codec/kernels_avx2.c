/* SPDX-License-Identifier: MIT */
/* kernels_avx2.c: the kernels for x86-64 with AVX2. */
#if defined(__AVX2__)
#define VECTOR_BITS 256
#include "lanes_x86.h"

#include "kernels_int.h"

const jq_kernels jq_kernels_avx2 = {"avx2", forward, inverse, quantize, prepare, round_trip};
#endif
