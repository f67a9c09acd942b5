/* SPDX-License-Identifier: MIT */
/*
 * test_ssim.c: SSIM against its definition, window by window, and against values worked out by
 * hand and by scikit-image. tests/model/check_measures.py compares many more planes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define C1 (0.01 * 255 * 0.01 * 255)
#define C2 (0.03 * 255 * 0.03 * 255)

static const jpegq_ssim_window windows[] = {JPEGQ_SSIM_GAUSSIAN, JPEGQ_SSIM_UNIFORM};

static double ssim_of(const jpegq_plane *a, const jpegq_plane *b, jpegq_ssim_window window)
{
    double ssim = NAN;
    assert_int_equal(jpegq_ssim(a, b, window, &ssim), JPEGQ_OK);
    return ssim;
}

/* A plane whose rows are apart, in a buffer that ends with its last sample. */
static jpegq_plane plane_of(uint32_t width, uint32_t height, size_t stride, uint64_t seed)
{
    size_t size = (height - 1) * stride + width;
    jpegq_plane plane = {width, height, stride, malloc(size)};
    assert_non_null(plane.samples);
    fill_random(plane.samples, size, seed);
    return plane;
}

static double weight(jpegq_ssim_window window, uint32_t i, uint32_t samples)
{
    double d = i - (samples - 1) / 2.0;
    return window == JPEGQ_SSIM_GAUSSIAN ? exp(-d * d / (2 * 1.5 * 1.5)) : 1;
}

/* The definition: every window by itself, variances as means of squared deviations. */
static double direct(const jpegq_plane *a, const jpegq_plane *b, jpegq_ssim_window window)
{
    uint32_t side = window == JPEGQ_SSIM_GAUSSIAN ? 11 : 8;
    uint32_t wide = a->width < side ? a->width : side, high = a->height < side ? a->height : side;
    double mean = 0, positions = 0;
    for (uint32_t top = 0; top + high <= a->height; top++)
        for (uint32_t left = 0; left + wide <= a->width; left++) {
            double total = 0, mean_a = 0, mean_b = 0, var_a = 0, var_b = 0, cov = 0;
            for (int pass = 0; pass < 2; pass++)
                for (uint32_t y = 0; y < high; y++)
                    for (uint32_t x = 0; x < wide; x++) {
                        double w = weight(window, x, wide) * weight(window, y, high);
                        double sa = a->samples[(top + y) * a->stride + left + x];
                        double sb = b->samples[(top + y) * b->stride + left + x];
                        if (pass == 0) {
                            total += w;
                            mean_a += w * sa;
                            mean_b += w * sb;
                        } else {
                            var_a += w * (sa - mean_a / total) * (sa - mean_a / total);
                            var_b += w * (sb - mean_b / total) * (sb - mean_b / total);
                            cov += w * (sa - mean_a / total) * (sb - mean_b / total);
                        }
                    }
            mean_a /= total;
            mean_b /= total;
            mean += (2 * mean_a * mean_b + C1) * (2 * cov / total + C2) /
                    ((mean_a * mean_a + mean_b * mean_b + C1) * ((var_a + var_b) / total + C2));
            positions++;
        }
    return mean / positions;
}

static void test_definition(void **state)
{
    /* the library works in strips of 192 columns */
    static const uint32_t sizes[][2] = {{1, 1},   {1, 2},    {3, 2},    {7, 7},    {8, 8},
                                        {9, 8},   {10, 11},  {11, 10},  {11, 11},  {12, 12},
                                        {25, 19}, {199, 12}, {200, 12}, {202, 13}, {203, 13},
                                        {5, 300}, {300, 5},  {420, 11}, {1, 250},  {250, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint32_t width = sizes[i][0], height = sizes[i][1];
        jpegq_plane a = plane_of(width, height, width + 3, i + 1);
        jpegq_plane b = plane_of(width, height, width + 8, i + 100);
        for (unsigned similar = 0; similar < 2; similar++) {
            for (unsigned w = 0; w < 2; w++) {
                double ssim = ssim_of(&a, &b, windows[w]);
                assert_true(fabs(ssim - direct(&a, &b, windows[w])) < 1e-12);
                assert_true(ssim == ssim_of(&b, &a, windows[w])); /* to the last bit */
            }
            for (uint32_t y = 0; y < height; y++) /* now alike */
                for (uint32_t x = 0; x < width; x++)
                    b.samples[y * b.stride + x] =
                        (uint8_t)((a.samples[y * a.stride + x] & 0xf0) + (x + y) % 11);
        }
        free(a.samples);
        free(b.samples);
    }
}

/* structural_similarity of scikit-image 0.19.3 and torchjpeg's formula, from measures.py */
static void test_published(void **state)
{
    uint8_t samples_a[30 * 40], samples_b[30 * 40];
    (void)state;
    for (unsigned y = 0; y < 30; y++)
        for (unsigned x = 0; x < 40; x++) {
            unsigned value = (x * x + 3 * y * y + x * y) % 256;
            samples_a[40 * y + x] = (uint8_t)value;
            samples_b[40 * y + x] = (uint8_t)(value / 16 * 16 + (x + y) % 11);
        }
    jpegq_plane a = {40, 30, 40, samples_a}, b = {40, 30, 40, samples_b};
    assert_true(fabs(ssim_of(&a, &b, JPEGQ_SSIM_GAUSSIAN) - 0.9969446880392875) < 1e-12);
    assert_true(fabs(ssim_of(&a, &b, JPEGQ_SSIM_UNIFORM) - 0.9968460300673322) < 1e-12);
    a.height = b.height = 6; /* fewer rows than either window */
    assert_true(fabs(ssim_of(&a, &b, JPEGQ_SSIM_GAUSSIAN) - 0.994898986298818) < 1e-12);
    assert_true(fabs(ssim_of(&a, &b, JPEGQ_SSIM_UNIFORM) - 0.995758940944361) < 1e-12);
    a.height = b.height = 10;
    a.width = b.width = 4;
    assert_true(fabs(ssim_of(&a, &b, JPEGQ_SSIM_GAUSSIAN) - 0.9932885329531063) < 1e-12);
    assert_true(fabs(ssim_of(&a, &b, JPEGQ_SSIM_UNIFORM) - 0.9960798247826737) < 1e-12);
}

static void test_by_hand(void **state)
{
    uint8_t ten = 10, twenty = 20, left[] = {0, 255}, right[] = {255, 0};
    const jpegq_plane a = {1, 1, 1, &ten}, b = {1, 1, 1, &twenty};
    const jpegq_plane c = {2, 1, 2, left}, d = {2, 1, 2, right};
    (void)state;
    for (unsigned w = 0; w < 2; w++) {
        /* one sample has no variance: (2 * 10 * 20 + C1) / (10^2 + 20^2 + C1) */
        assert_true(fabs(ssim_of(&a, &b, windows[w]) - 406.5025 / 506.5025) < 1e-15);
        /* means 127.5, variances 127.5^2 = 16256.25, covariance -16256.25 */
        assert_true(fabs(ssim_of(&c, &d, windows[w]) -
                         (-2 * 16256.25 + 58.5225) / (2 * 16256.25 + 58.5225)) < 1e-15);
    }
}

/* Exactly 1 for all sizes and contents, whatever the strides. */
static void test_identical(void **state)
{
    (void)state;
    for (uint32_t width = 1; width < 410; width += width < 24 ? 1 : 43)
        for (uint32_t height = 1; height < 40; height += height < 14 ? 1 : 7) {
            jpegq_plane a = plane_of(width, height, width, width * height);
            jpegq_plane b = plane_of(width, height, width + 5, 77);
            for (uint32_t y = 0; y < height; y++)
                memcpy(b.samples + y * b.stride, a.samples + y * a.stride, width);
            for (unsigned w = 0; w < 2; w++) {
                assert_true(ssim_of(&a, &a, windows[w]) == 1);
                assert_true(ssim_of(&a, &b, windows[w]) == 1);
            }
            memset(b.samples, 255, (height - 1) * b.stride + width);
            for (unsigned w = 0; w < 2; w++)
                assert_true(ssim_of(&b, &b, windows[w]) == 1);
            free(a.samples);
            free(b.samples);
        }
}

/* White against black is C1 / (255^2 + C1) in every window: no sum overflows. */
static void test_extremes(void **state)
{
    jpegq_plane a = plane_of(500, 50, 500, 1), b = plane_of(500, 50, 500, 2);
    (void)state;
    memset(a.samples, 255, 500 * 50);
    memset(b.samples, 0, 500 * 50);
    for (unsigned w = 0; w < 2; w++)
        assert_true(fabs(ssim_of(&a, &b, windows[w]) - 6.5025 / 65031.5025) < 1e-12);
    for (size_t i = 0; i < 500 * 50; i++) { /* the least there is: negatives of each other */
        a.samples[i] = i / 500 % 2 == i % 2 ? 255 : 0;
        b.samples[i] = (uint8_t)(255 - a.samples[i]);
    }
    for (unsigned w = 0; w < 2; w++)
        assert_true(fabs(ssim_of(&a, &b, windows[w]) - direct(&a, &b, windows[w])) < 1e-12);
    free(a.samples);
    free(b.samples);
}

static void test_refusals(void **state)
{
    uint8_t samples[4] = {0};
    const jpegq_plane two = {2, 2, 2, samples}, row = {2, 1, 2, samples}, none = {2, 2, 2, NULL};
    const jpegq_plane column = {1, 2, 2, samples}, empty = {0, 2, 2, samples};
    double ssim;
    (void)state;
    for (unsigned w = 0; w < 2; w++) {
        assert_int_equal(jpegq_ssim(&two, &row, windows[w], &ssim), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_ssim(&two, &column, windows[w], &ssim), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_ssim(&two, &none, windows[w], &ssim), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_ssim(&none, &two, windows[w], &ssim), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_ssim(&empty, &empty, windows[w], &ssim), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_ssim(NULL, &two, windows[w], &ssim), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_ssim(&two, NULL, windows[w], &ssim), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_ssim(&two, &two, windows[w], NULL), JPEGQ_BAD_ARGUMENT);
    }
    assert_int_equal(jpegq_ssim(&two, &two, (jpegq_ssim_window)2, &ssim), JPEGQ_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition), cmocka_unit_test(test_published),
        cmocka_unit_test(test_by_hand),    cmocka_unit_test(test_identical),
        cmocka_unit_test(test_extremes),   cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("ssim", tests, NULL, NULL);
}
