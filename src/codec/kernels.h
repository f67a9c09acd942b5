/* SPDX-License-Identifier: MIT */
/*
 * kernels.h: the functions that are written for kinds of processors, behind one table. The C of
 * each is the truth; those for other processors give the same bits for every input.
 */
#ifndef JQ_KERNELS_H
#define JQ_KERNELS_H

#include "method.h"
#include "quantize.h"

/* A quantizer and multipliers in the order of lanes that a round_trip wants. */
typedef struct jq_fused {
    uint16_t bias[64], multiplier[64], shift[64];
    int16_t step[64];
} jq_fused;

typedef struct jq_kernels {
    const char *name; /* as JPEGQ_CPU has it */

    /* JPEGQ_DCT_INT, as in jq_method */
    void (*forward)(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients);
    void (*inverse)(const jq_multipliers *multipliers, const int16_t *quantized, size_t blocks,
                    uint8_t *samples, size_t stride);

    /* INT and FAST, every mode but a function; quantizer->narrow need not be set */
    void (*quantize)(const jq_quantizer *quantizer, const int16_t *coefficients, size_t blocks,
                     int16_t *quantized);

    /*
     * JPEGQ_DCT_INT from samples to samples, whole blocks side by side, without coefficients in
     * memory, as `prepare` made it ready; NULL if that is no faster. quantizer->bounded must be
     * set. `in` and `out` may be the same.
     */
    void (*prepare)(const jq_quantizer *quantizer, const jq_multipliers *multipliers,
                    jq_fused *fused);
    void (*round_trip)(const jq_fused *fused, const uint8_t *in, size_t in_stride, size_t blocks,
                       uint8_t *out, size_t out_stride);

    /* What follows is NULL where the C of src/metrics and src/entropy is used. */

    /* Add what two rows differ by to error's squared and absolute, and raise its largest. */
    void (*add_error)(const uint8_t *a, const uint8_t *b, size_t count, jpegq_error *error);

    /* jpegq_count_zeros */
    size_t (*count_zeros)(const int16_t *values, size_t count);

    /* jq_list_symbols */
    uint32_t *(*list_symbols)(const int16_t *quantized, size_t blocks, int32_t *last_dc,
                              uint32_t *list);
} jq_kernels;

/* The best that this processor has, or what JPEGQ_CPU lowers it to: chosen once. */
const jq_kernels *jq_kernels_chosen(void);

/* The sets that were compiled in, whether this processor has them or not, and their number. */
const jq_kernels *const *jq_kernels_all(size_t *count);

/* Whether this processor can run a set. */
bool jq_kernels_run_here(const jq_kernels *kernels);

extern const jq_kernels jq_kernels_c;
#if defined(__x86_64__)
extern const jq_kernels jq_kernels_avx2, jq_kernels_avx512, jq_kernels_avx512vnni;
/* those of all three */
void jq_forward_avx2(const uint8_t *samples, size_t stride, size_t blocks, void *coefficients);
void jq_inverse_avx2(const jq_multipliers *multipliers, const int16_t *quantized, size_t blocks,
                     uint8_t *samples, size_t stride);
#elif defined(__AARCH64EL__)
extern const jq_kernels jq_kernels_neon;
#endif

#endif
