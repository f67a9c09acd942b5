/* SPDX-License-Identifier: MIT */
/* kernels.c: which kernels there are, and which of them this processor gets. */
#include "kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const jq_kernels jq_kernels_c = {
    .name = "c",
    .forward = jq_forward_int,
    .inverse = jq_inverse_int,
    .quantize = jq_quantize_integers,
};

/* from the least to the best */
static const jq_kernels *const sets[] = {
    &jq_kernels_c,
#if defined(__x86_64__)
    &jq_kernels_avx2,
    &jq_kernels_avx512,
    &jq_kernels_avx512vnni,
#elif defined(__AARCH64EL__)
    &jq_kernels_neon,
#endif
};

enum { SETS = sizeof sets / sizeof *sets };

const jq_kernels *const *jq_kernels_all(size_t *count)
{
    *count = SETS;
    return sets;
}

bool jq_kernels_run_here(const jq_kernels *kernels)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512vl");
    if (kernels == &jq_kernels_avx2)
        return __builtin_cpu_supports("avx2");
    if (kernels == &jq_kernels_avx512)
        return avx512;
    if (kernels == &jq_kernels_avx512vnni)
        return avx512 && __builtin_cpu_supports("avx512cd") &&
               __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
               __builtin_cpu_supports("avx512vnni");
#endif
    (void)kernels;
    return true;
}

static const jq_kernels *choose(void)
{
    const char *most = getenv("JPEGQ_CPU");
    const jq_kernels *best = &jq_kernels_c;
    for (size_t i = 0; i < SETS; i++) {
        if (jq_kernels_run_here(sets[i]))
            best = sets[i];
        if (most && strcmp(most, sets[i]->name) == 0)
            break;
    }
    return best;
}

const jq_kernels *jq_kernels_chosen(void)
{
    /* every thread that comes here before it is set chooses the same */
    static _Atomic(const jq_kernels *) chosen;
    const jq_kernels *kernels = atomic_load_explicit(&chosen, memory_order_acquire);
    if (!kernels) {
        kernels = choose();
        atomic_store_explicit(&chosen, kernels, memory_order_release);
    }
    return kernels;
}

const char *jpegq_cpu(void)
{
    return jq_kernels_chosen()->name;
}
