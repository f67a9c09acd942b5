/* SPDX-License-Identifier: MIT */
/*
 * test_bjontegaard.c: BD-rate and BD-quality, against numpy.polyfit and integrals worked out by
 * hand. tests/model/check_measures.py compares many more curves.
 */
#include <float.h>
#include <math.h>

#include "unit.h"

/* the example that comes with the published scripts */
static const double rate_a[] = {686.76, 309.58, 157.11, 85.95};
static const double psnr_a[] = {40.28, 37.18, 34.24, 31.42};
static const double rate_b[] = {893.34, 407.80, 204.93, 112.75};
static const double psnr_b[] = {40.39, 37.21, 34.17, 31.24};

static void assert_near(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-11 * fmax(1, fabs(expected)));
}

static void test_published(void **state)
{
    double rate, quality;
    (void)state;
    /* measures.bjontegaard(*CURVE_A, *CURVE_B) */
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, rate_b, psnr_b, 4, &rate, &quality),
                     JPEGQ_OK);
    assert_near(rate, 31.397374054909633);
    assert_near(quality, -1.1848979217703046);
    /* of their first three points */
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 3, rate_b, psnr_b, 3, &rate, &quality),
                     JPEGQ_OK);
    assert_near(rate, 30.280856277142455);
    assert_near(quality, -1.1019990791984706);
}

static void test_one_result(void **state)
{
    const double far[] = {60, 57, 54, 51};
    double rate, quality;
    (void)state;
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, rate_b, psnr_b, 4, &rate, NULL),
                     JPEGQ_OK);
    assert_near(rate, 31.397374054909633);
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, rate_b, psnr_b, 4, NULL, &quality),
                     JPEGQ_OK);
    assert_near(quality, -1.1848979217703046);
    /* rates in common, qualities not */
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, rate_b, far, 4, NULL, &quality),
                     JPEGQ_OK);
    assert_true(quality > 10);
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, rate_b, far, 4, &rate, &quality),
                     JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, rate_b, psnr_b, 4, NULL, NULL),
                     JPEGQ_BAD_ARGUMENT);
}

/* The same curve at 5/4 of the rate, or half a dB better. */
static void test_shifts(void **state)
{
    double more[4], better[4], rate, quality;
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        more[i] = rate_a[i] * 1.25;
        better[i] = psnr_a[i] + 0.5;
    }
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, more, psnr_a, 4, &rate, NULL), JPEGQ_OK);
    assert_near(rate, 25);
    assert_int_equal(jpegq_bjontegaard(more, psnr_a, 4, rate_a, psnr_a, 4, &rate, NULL), JPEGQ_OK);
    assert_near(rate, -20);
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, rate_a, better, 4, NULL, &quality),
                     JPEGQ_OK);
    assert_near(quality, 0.5);
    assert_int_equal(jpegq_bjontegaard(rate_a, psnr_a, 4, rate_a, psnr_a, 4, &rate, &quality),
                     JPEGQ_OK);
    assert_true(rate == 0 && quality == 0);
}

/* The unit of rate, the order of points and a common offset of quality do not matter. */
static void test_invariance(void **state)
{
    double rates[2][4], qualities[2][4], rate, quality;
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        unsigned k = (i * 3 + 1) % 4;
        rates[0][k] = rate_a[i] * 1e-3;
        rates[1][k] = rate_b[i] * 1e-3;
        qualities[0][k] = psnr_a[i] + 1000;
        qualities[1][k] = psnr_b[i] + 1000;
    }
    assert_int_equal(jpegq_bjontegaard(rates[0], qualities[0], 4, rates[1], qualities[1], 4, &rate,
                                       &quality),
                     JPEGQ_OK);
    assert_true(fabs(rate - 31.397374054909633) < 1e-9); /* 1e3 dB cost three digits */
    assert_true(fabs(quality + 1.1848979217703046) < 1e-9);
}

/* Cubics are met whatever the number of points. */
static void test_cubics(void **state)
{
    enum { COUNT = 101 };
    double rates[2][COUNT + 1], qualities[2][COUNT + 1], rate, quality;
    (void)state;
    /* log10 rate of t = quality - 30 in 0..10: a: t/10; b: t/10 + (t/10)^3 / 5, t from 2 on */
    for (unsigned i = 0; i <= COUNT; i++) {
        double t = 10.0 * (i % COUNT) / (COUNT - 1), u = 2 + 8.0 * (i % COUNT) / (COUNT - 1);
        rates[0][i] = pow(10, t / 10);
        qualities[0][i] = 30 + t;
        rates[1][i] = pow(10, u / 10 + u * u * u / 5000);
        qualities[1][i] = 30 + u;
    }
    for (size_t count = COUNT; count <= COUNT + 1; count++) {
        assert_int_equal(jpegq_bjontegaard(rates[0], qualities[0], count, rates[1], qualities[1],
                                           count, &rate, &quality),
                         JPEGQ_OK);
        /* the mean of t^3 / 5000 over 2..10: (10^4 - 2^4) / 4 / 8 / 5000 = 0.0624 */
        assert_near(rate, 100 * (pow(10, 0.0624) - 1));
    }
}

/* Three points are met by a quadratic; a point that is given twice makes no cubic of it. */
static void test_quadratics(void **state)
{
    const double *const sources[] = {rate_a, psnr_a, rate_b, psnr_b};
    double points[4][4], rate, quality;
    (void)state;
    for (unsigned k = 0; k < 4; k++)
        for (unsigned i = 0; i < 4; i++)
            points[k][i] = sources[k][i < 3 ? i : 1];
    assert_int_equal(jpegq_bjontegaard(points[0], points[1], 4, points[2], points[3], 4, &rate,
                                       &quality),
                     JPEGQ_OK);
    assert_near(rate, 30.280856277142455); /* as of the three */
    assert_near(quality, -1.1019990791984706);
    /* quality = 30 + 10 log10 rate + 2 (log10 rate)^2 at rates 1, 10, 100, and 1 dB more */
    const double rates[] = {1, 10, 100}, qualities[] = {30, 42, 58};
    const double more[] = {31, 43, 59};
    assert_int_equal(jpegq_bjontegaard(rates, qualities, 3, rates, more, 3, NULL, &quality),
                     JPEGQ_OK);
    assert_near(quality, 1);
    /* beside 30 + 10 log10 rate: the mean of 2 l^2 over l = 0..2 is 8/3 */
    const double straight[] = {30, 40, 50};
    assert_int_equal(jpegq_bjontegaard(rates, straight, 3, rates, qualities, 3, NULL, &quality),
                     JPEGQ_OK);
    assert_near(quality, 8.0 / 3);
}

static jpegq_status with(const double *rate, const double *quality, size_t count)
{
    double results[2];
    jpegq_status first =
        jpegq_bjontegaard(rate, quality, count, rate_b, psnr_b, 4, &results[0], &results[1]);
    jpegq_status second =
        jpegq_bjontegaard(rate_b, psnr_b, 4, rate, quality, count, &results[0], &results[1]);
    assert_int_equal(first, second);
    return first;
}

static void test_refusals(void **state)
{
    const double zero[] = {0, 1, 2, 3}, minus[] = {-1, 1, 2, 3}, same[] = {5, 5, 5, 5};
    const double infinite[] = {40, 37, 34, INFINITY}, none[] = {40, NAN, 34, 31};
    const double low[] = {25, 27, 28, 31.24}, two[] = {40, 40, 34, 34};
    const double huge[] = {-DBL_MAX, DBL_MAX, 0, DBL_MAX / 2};
    (void)state;
    assert_int_equal(with(rate_a, psnr_a, 4), JPEGQ_OK);
    assert_int_equal(with(rate_a, psnr_a, 2), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(rate_a, psnr_a, 0), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(NULL, psnr_a, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(rate_a, NULL, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(zero, psnr_a, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(minus, psnr_a, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(infinite, psnr_a, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(none, psnr_a, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(same, psnr_a, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(two, psnr_a, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(rate_a, infinite, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(rate_a, none, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(rate_a, same, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(rate_a, two, 4), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(with(rate_a, low, 4), JPEGQ_BAD_ARGUMENT); /* they touch in one point */
    assert_int_equal(with(rate_a, huge, 4), JPEGQ_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published), cmocka_unit_test(test_one_result),
        cmocka_unit_test(test_shifts),    cmocka_unit_test(test_invariance),
        cmocka_unit_test(test_cubics),    cmocka_unit_test(test_quadratics),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("bjontegaard", tests, NULL, NULL);
}
