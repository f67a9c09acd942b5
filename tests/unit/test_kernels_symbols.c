/* SPDX-License-Identifier: MIT */
/* test_kernels_symbols.c: lists of symbols, of every set of kernels, against T.81 F.1.2 in steps.
 */
#include <stdlib.h>
#include <string.h>

#include "entropy/symbols.h"
#include "unit.h"

enum { BLOCKS = 19 };

static uint32_t category_of(int32_t value)
{
    uint32_t category = 0;
    for (int32_t magnitude = abs(value); magnitude > 0; magnitude /= 2)
        category++;
    return category;
}

static uint32_t item(uint32_t symbol, int32_t value)
{
    uint32_t category = category_of(value);
    uint32_t bits = (uint32_t)(value < 0 ? value + (1 << category) - 1 : value);
    return (symbol + category) << 11 | bits;
}

/* Figures F.1 and F.2 of T.81, coefficient by coefficient. */
static size_t list_in_steps(const int16_t *block, int32_t last_dc, uint32_t *list)
{
    size_t count = 0;
    uint32_t run = 0;
    list[count++] = item(256, block[0] - last_dc);
    for (int k = 1; k < 64; k++) {
        int32_t value = block[jpegq_zigzag[k]];
        if (value == 0) {
            run++;
            continue;
        }
        for (; run > 15; run -= 16)
            list[count++] = 0xf0 << 11;
        list[count++] = item(run << 4, value);
        run = 0;
    }
    if (run > 0)
        list[count++] = 0;
    return count;
}

static void fill(int16_t *blocks, unsigned bits, unsigned zeros, uint64_t *random)
{
    for (int i = 0; i < 64 * BLOCKS; i++) {
        int32_t value = (int32_t)(next_random(random) % (2U << bits)) - (1 << bits);
        blocks[i] = next_random(random) % 64 < zeros ? 0 : (int16_t)value;
    }
}

static void check(const jq_kernels *kernels, const int16_t *blocks, size_t count)
{
    static uint32_t expected[64 * BLOCKS], got[JQ_LIST_ROOM(BLOCKS)];
    int32_t last_dc = 17, last = 17;
    size_t length = 0;
    for (size_t b = 0; b < count; b++) {
        length += list_in_steps(blocks + 64 * b, last_dc, expected + length);
        last_dc = blocks[64 * b];
    }
    uint32_t *end = kernels ? kernels->list_symbols(blocks, count, &last, got)
                            : jq_list_symbols(blocks, count, &last, got);
    assert_int_equal(end - got, length);
    assert_memory_equal(got, expected, length * sizeof *got);
    assert_int_equal(last, last_dc);
}

static void check_set(const jq_kernels *kernels)
{
    static int16_t blocks[64 * BLOCKS];
    uint64_t random = 3;
    for (unsigned trial = 0; trial < 2000; trial++) {
        fill(blocks, trial % 10, trial % 65, &random);
        check(kernels, blocks, trial % (BLOCKS + 1));
    }
    /* every run before one coefficient, and between two */
    for (int a = 0; a < 64; a++) {
        for (int b = a; b < 64; b++) {
            memset(blocks, 0, 128);
            blocks[jpegq_zigzag[a]] = 1023;
            blocks[jpegq_zigzag[b]] = -1023;
            check(kernels, blocks, 1);
        }
    }
    /* values of 12 bits and more have no place in a list, wherever they are */
    for (int i = 0; i < 64; i++) {
        static const int16_t values[] = {2065, -2065, 4096, -4096, INT16_MAX, INT16_MIN};
        uint32_t list[JQ_LIST_ROOM(2)];
        for (size_t v = 0; v < 6; v++) {
            int32_t last_dc = 0;
            memset(blocks, 0, 256);
            blocks[64 + i] = values[v];
            assert_null(kernels ? kernels->list_symbols(blocks, 2, &last_dc, list)
                                : jq_list_symbols(blocks, 2, &last_dc, list));
        }
    }
}

static void test_lists(void **state)
{
    size_t count;
    const jq_kernels *const *sets = jq_kernels_all(&count);
    (void)state;
    check_set(NULL); /* what is chosen */
    for (size_t i = 0; i < count; i++)
        if (jq_kernels_run_here(sets[i]) && sets[i]->list_symbols)
            check_set(sets[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lists)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
