/* SPDX-License-Identifier: MIT */
/* kernels_avx512.c: the kernels for x86-64 with AVX-512 F, BW and VL. */
#if defined(__AVX512BW__)
#define VECTOR_BITS 512
#include "lanes_x86.h"

#include "kernels_int.h"

const jq_kernels jq_kernels_avx512 = {"avx512", forward, inverse, quantize, prepare, round_trip};
#endif
