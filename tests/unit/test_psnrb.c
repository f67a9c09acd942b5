/* SPDX-License-Identifier: MIT */
/* test_psnrb.c: the blocking effect factor and PSNR-B, against values worked out by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static double bef_of(const jpegq_plane *plane)
{
    double bef = NAN;
    assert_int_equal(jpegq_blocking_effect(plane, &bef), JPEGQ_OK);
    return bef;
}

static double psnr_b_of(const jpegq_plane *reference, const jpegq_plane *degraded)
{
    double psnr_b = NAN;
    assert_int_equal(jpegq_psnr_b(reference, degraded, &psnr_b), JPEGQ_OK);
    return psnr_b;
}

static void test_by_hand(void **state)
{
    enum { STRIDE = 19 };
    uint8_t a[STRIDE * 9], b[STRIDE * 9];
    (void)state;
    fill_random(a, sizeof a, 1); /* what is outside stays so */
    for (unsigned y = 0; y < 9; y++)
        for (unsigned x = 0; x < 17; x++)
            a[STRIDE * y + x] = (uint8_t)(x < 8 ? 50 : x < 16 ? 60 : 58);
    memcpy(b, a, sizeof b);
    jpegq_plane plane = {17, 9, STRIDE, a};

    /* Pairs at edges: 9 rows * 2, and 17 below row 7. Of their squares, 9 are 100 and 9 are 4. No
     * other pair differs. The shorter side is 9. */
    double bef = 3 / log2(9) * (9 * 104) / 35;
    assert_true(fabs(bef_of(&plane) - bef) < 1e-12);

    /* One step inside a block: 9 of the other pairs, of which there are 9 * 14 + 17 * 7, are 25. */
    for (unsigned y = 0; y < 9; y++)
        for (unsigned x = 0; x < 4; x++)
            b[STRIDE * y + x] = 45;
    jpegq_plane changed = {17, 9, STRIDE, b};
    bef = 3 / log2(9) * (9 * 104.0 / 35 - 9 * 25.0 / 245);
    assert_true(fabs(bef_of(&changed) - bef) < 1e-12);

    /* 9 * 4 of 9 * 17 samples are off by 5; BEF is that of the second plane */
    double mse = 36 * 25.0 / 153;
    assert_true(fabs(psnr_b_of(&plane, &changed) - 10 * log10(65025 / (mse + bef))) < 1e-12);
    bef = 3 / log2(9) * (9 * 104) / 35;
    assert_true(fabs(psnr_b_of(&changed, &plane) - 10 * log10(65025 / (mse + bef))) < 1e-12);
}

/* Rows have edges below them as columns have beside them. */
static void test_transposed(void **state)
{
    uint8_t a[24 * 33], b[33 * 24];
    (void)state;
    fill_random(a, sizeof a, 7);
    for (unsigned y = 0; y < 24; y++)
        for (unsigned x = 0; x < 33; x++) {
            a[33 * y + x] = (uint8_t)(a[33 * y + x] / 64 + 20 * (x / 8) + 11 * (y / 8));
            b[24 * x + y] = a[33 * y + x];
        }
    const jpegq_plane plane = {33, 24, 33, a}, transposed = {24, 33, 24, b};
    assert_true(bef_of(&plane) > 0 && bef_of(&plane) == bef_of(&transposed));
}

/* As in measures.py, which follows the paper. */
static void test_model(void **state)
{
    uint8_t a[30 * 40], b[30 * 40];
    (void)state;
    for (unsigned y = 0; y < 30; y++)
        for (unsigned x = 0; x < 40; x++) {
            unsigned value = (x * x + 3 * y * y + x * y) % 256;
            a[40 * y + x] = (uint8_t)value;
            b[40 * y + x] = (uint8_t)(value / 2 + x / 8 % 2 * 20 + y / 8 % 2 * 9);
        }
    const jpegq_plane plane = {40, 30, 40, a}, degraded = {40, 30, 40, b};
    assert_true(fabs(bef_of(&degraded) - 545.0567278697883) < 1e-10);
    assert_true(fabs(psnr_b_of(&plane, &degraded) - 11.538850926707793) < 1e-12);
}

/* Without a boundary, with a side of 1, and where the edges stand out less than the rest. */
static void test_no_effect(void **state)
{
    uint8_t a[64], b[64];
    (void)state;
    fill_random(a, sizeof a, 3);
    for (uint32_t width = 1; width <= 8; width++)
        for (uint32_t height = 1; height <= 8; height++)
            assert_true(bef_of(&(jpegq_plane){width, height, 8, a}) == 0);
    for (unsigned i = 0; i < 64; i++)
        b[i] = (uint8_t)(i % 32 / 8 * 30);
    assert_true(bef_of(&(jpegq_plane){64, 1, 64, b}) == 0);
    assert_true(bef_of(&(jpegq_plane){1, 64, 1, b}) == 0);
    assert_true(bef_of(&(jpegq_plane){32, 2, 32, b}) > 0);
    for (unsigned i = 0; i < 64; i++)
        b[i] = (uint8_t)((i % 32 + 4) / 8 * 30);
    assert_true(bef_of(&(jpegq_plane){32, 2, 32, b}) == 0);

    /* then it is the PSNR: 64 samples off by 2 */
    for (unsigned i = 0; i < 64; i++)
        b[i] = (uint8_t)(a[i] < 128 ? a[i] + 2 : a[i] - 2);
    const jpegq_plane plane = {8, 8, 8, a}, other = {8, 8, 8, b};
    assert_true(fabs(psnr_b_of(&plane, &other) - 10 * log10(65025 / 4.0)) < 1e-12);
    const jpegq_plane pixel = {1, 1, 1, a}, other_pixel = {1, 1, 1, b};
    assert_true(fabs(psnr_b_of(&pixel, &other_pixel) - 10 * log10(65025 / 4.0)) < 1e-12);
}

/* However blocky, and whatever lies between the rows. */
static void test_identical(void **state)
{
    uint8_t a[20 * 16], b[16 * 16];
    (void)state;
    fill_random(a, sizeof a, 5);
    for (unsigned y = 0; y < 16; y++)
        for (unsigned x = 0; x < 16; x++)
            b[16 * y + x] = a[20 * y + x] = (uint8_t)(x < 8 ? 0 : 255);
    const jpegq_plane plane = {16, 16, 20, a}, same = {16, 16, 16, b};
    assert_true(bef_of(&plane) > 0);
    assert_true(isinf(psnr_b_of(&plane, &same)) && psnr_b_of(&plane, &same) > 0);
    const jpegq_plane pixel = {1, 1, 1, a};
    assert_true(isinf(psnr_b_of(&pixel, &pixel)) && psnr_b_of(&pixel, &pixel) > 0);
}

/* The largest sum there can be in rows longer than what is added up in 32 bits. */
static void test_no_overflow(void **state)
{
    enum { WIDTH = 200001 };
    uint8_t *a = malloc(2 * WIDTH);
    (void)state;
    assert_non_null(a);
    for (size_t i = 0; i < 2 * WIDTH; i++)
        a[i] = i % WIDTH % 2 ? 255 : 0;
    const jpegq_plane plane = {WIDTH, 2, WIDTH, a};
    /* of a row's 200000 pairs 25000 are at edges; all have 255^2, and the pairs of rows have 0 */
    double elsewhere = 65025.0 * 2 * 175000 / (2 * 175000 + WIDTH);
    assert_true(fabs(bef_of(&plane) - 3 * (65025 - elsewhere)) < 1e-9);
    for (size_t i = 0; i < 2 * WIDTH; i++)
        a[i] = i / WIDTH % 2 ? 255 : 0;
    assert_true(bef_of(&plane) == 0); /* 65025 between the rows, and no edge there */
    free(a);
}

static void test_refusals(void **state)
{
    uint8_t samples[4] = {0};
    const jpegq_plane two = {2, 2, 2, samples}, row = {2, 1, 2, samples}, none = {2, 2, 2, NULL};
    const jpegq_plane empty = {2, 0, 2, samples};
    double result;
    (void)state;
    assert_int_equal(jpegq_psnr_b(&two, &row, &result), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_psnr_b(&two, &none, &result), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_psnr_b(NULL, &two, &result), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_psnr_b(&two, NULL, &result), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_psnr_b(&two, &two, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_blocking_effect(&none, &result), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_blocking_effect(&empty, &result), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_blocking_effect(NULL, &result), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_blocking_effect(&two, NULL), JPEGQ_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),   cmocka_unit_test(test_transposed),
        cmocka_unit_test(test_model),     cmocka_unit_test(test_no_effect),
        cmocka_unit_test(test_identical), cmocka_unit_test(test_no_overflow),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("psnrb", tests, NULL, NULL);
}
