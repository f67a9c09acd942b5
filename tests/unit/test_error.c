/* SPDX-License-Identifier: MIT */
/* test_error.c: squared and absolute errors and PSNR, against sums made by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void test_by_hand(void **state)
{
    uint8_t a[] = {10, 20, 30, 99, 40, 50, 60, 99}, b[] = {11, 18, 30, 0, 40, 60, 57, 0};
    const jpegq_plane pa = {3, 2, 4, a}, pb = {3, 2, 4, b};
    jpegq_error error;
    (void)state;
    assert_int_equal(jpegq_measure_error(&pa, &pb, &error), JPEGQ_OK);
    assert_int_equal(error.samples, 6);
    assert_int_equal(error.squared, 1 + 4 + 0 + 0 + 100 + 9); /* the fourth column is outside */
    assert_int_equal(error.absolute, 1 + 2 + 0 + 0 + 10 + 3);
    assert_int_equal(error.largest, 10);
    assert_true(fabs(jpegq_mse(&error) - 19) < 1e-15);
    /* 10 log10(65025 / 19) = 48.1308036086791 - 10 log10(19) = 48.1308036086791 - 12.7875360095283
     */
    assert_true(fabs(jpegq_psnr(&error) - 35.3432675991508) < 1e-12);
}

static void test_identical(void **state)
{
    uint8_t a[] = {1, 2, 3};
    const jpegq_plane plane = {3, 1, 3, a};
    jpegq_error error;
    (void)state;
    assert_int_equal(jpegq_measure_error(&plane, &plane, &error), JPEGQ_OK);
    assert_int_equal(error.squared, 0);
    assert_true(isinf(jpegq_psnr(&error)) && jpegq_psnr(&error) > 0);
}

/* The largest sum there can be in a row longer than what is added up in 32 bits. */
static void test_no_overflow(void **state)
{
    enum { WIDTH = 200001 };
    uint8_t *a = calloc(WIDTH, 1), *b = malloc(WIDTH);
    jpegq_error error;
    (void)state;
    assert_true(a && b);
    memset(b, 255, WIDTH);
    const jpegq_plane pa = {WIDTH, 1, WIDTH, a}, pb = {WIDTH, 1, WIDTH, b};
    assert_int_equal(jpegq_measure_error(&pa, &pb, &error), JPEGQ_OK);
    assert_true(error.squared == (uint64_t)WIDTH * 65025);
    assert_true(error.absolute == (uint64_t)WIDTH * 255);
    assert_true(fabs(jpegq_psnr(&error)) < 1e-15); /* 10 log10(1) */
    free(a);
    free(b);
}

static void test_refusals(void **state)
{
    uint8_t a[4] = {0};
    const jpegq_plane two = {2, 2, 2, a}, row = {2, 1, 2, a}, none = {2, 2, 2, NULL};
    jpegq_error error;
    (void)state;
    assert_int_equal(jpegq_measure_error(&two, &row, &error), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_measure_error(&two, &none, &error), JPEGQ_BAD_ARGUMENT);
}

static void test_zeros(void **state)
{
    const int16_t q[] = {0, 1, -1, 0, 256, INT16_MIN, 0};
    (void)state;
    assert_int_equal(jpegq_count_zeros(q, 7), 3);
    assert_int_equal(jpegq_count_zeros(q, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),     cmocka_unit_test(test_identical),
        cmocka_unit_test(test_no_overflow), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_zeros),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
