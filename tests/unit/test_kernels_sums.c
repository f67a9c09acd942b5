/* SPDX-License-Identifier: MIT */
/* test_kernels_sums.c: the kernels that only add, of every set, against plain sums. */
#include "unit.h"

#include <string.h>

#include "codec/kernels.h"

enum { MOST = 3 * 65536 + 77 };

static uint8_t a[MOST], b[MOST];
static int16_t values[MOST];

typedef void check_set(const jq_kernels *kernels);

static void for_each_set(check_set *check)
{
    size_t count;
    const jq_kernels *const *sets = jq_kernels_all(&count);
    for (size_t i = 0; i < count; i++)
        if (jq_kernels_run_here(sets[i]))
            check(sets[i]);
}

static void check_error(const jq_kernels *kernels, size_t from, size_t count)
{
    jpegq_error got = {0, 1, 2, 3}, expected = {0, 1, 2, 3};
    for (size_t i = from; i < from + count; i++) {
        unsigned d = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
        expected.squared += d * d;
        expected.absolute += d;
        expected.largest = d > expected.largest ? d : expected.largest;
    }
    kernels->add_error(a + from, b + from, count, &got);
    assert_int_equal(got.squared, expected.squared);
    assert_int_equal(got.absolute, expected.absolute);
    assert_int_equal(got.largest, expected.largest);
}

static void check_errors(const jq_kernels *kernels)
{
    if (!kernels->add_error)
        return;
    /* white against black is the most that 32-bit sums must hold */
    memset(a, 255, MOST);
    memset(b, 0, MOST);
    check_error(kernels, 0, MOST);
    uint64_t state = 1;
    for (size_t i = 0; i < MOST; i++) {
        a[i] = (uint8_t)next_random(&state);
        b[i] = (uint8_t)next_random(&state);
    }
    check_error(kernels, 0, MOST);
    for (size_t count = 0; count < 300; count++)
        check_error(kernels, next_random(&state) % 100, count);
    memcpy(b, a, MOST);
    for (size_t i = 0; i < 200; i++) { /* one sample differs, wherever it is */
        b[i] ^= 1;
        check_error(kernels, 0, 200);
        b[i] ^= 1;
    }
}

static void check_zeros(const jq_kernels *kernels)
{
    uint64_t state = 1;
    if (!kernels->count_zeros)
        return;
    for (unsigned one_in = 1; one_in < 5; one_in++) { /* none is 0, then one of two, ... */
        size_t zeros = 0;
        for (size_t i = 0; i < MOST; i++) {
            values[i] = (int16_t)(uint16_t)next_random(&state);
            values[i] = values[i] == 0 ? INT16_MIN : values[i];
            if (one_in > 1 && next_random(&state) % one_in == 0)
                values[i] = 0;
        }
        for (size_t i = 0; i < MOST; i++) {
            if (i < 300)
                assert_int_equal(kernels->count_zeros(values, i), zeros);
            zeros += values[i] == 0;
        }
        assert_int_equal(kernels->count_zeros(values, MOST), zeros);
    }
    memset(values, 0, sizeof values);
    assert_int_equal(kernels->count_zeros(values, MOST), MOST);
}

static void test_add_error(void **state)
{
    (void)state;
    for_each_set(check_errors);
}

static void test_count_zeros(void **state)
{
    (void)state;
    for_each_set(check_zeros);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_error),
        cmocka_unit_test(test_count_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
