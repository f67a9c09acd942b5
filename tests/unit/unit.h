/* SPDX-License-Identifier: MIT */
/* unit.h: cmocka, and what several unit tests need. */
#ifndef JQ_TEST_UNIT_H
#define JQ_TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jpegq.h"

/* Marsaglia's xorshift (2003), 64 bits: the same numbers on every machine. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 16;
}

static inline void fill_random(uint8_t *samples, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = (uint8_t)next_random(&seed);
}

/* Annex K's luma table at that quality, steps up to 255. */
static inline jpegq_table luma_at(int quality)
{
    jpegq_table table;
    assert_int_equal(jpegq_table_at_quality(&jpegq_preset_named("luma")->table, quality,
                                            JPEGQ_BASELINE_STEP, &table),
                     JPEGQ_OK);
    return table;
}

#endif
