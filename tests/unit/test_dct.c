/* SPDX-License-Identifier: MIT */
/*
 * test_dct.c: the DCT methods against the definition of T.81 A.3.3 in long double, on random,
 * extreme and single-frequency blocks. That int, float and fast are libjpeg's to the bit is for the
 * oracle to say.
 */
#include <math.h>
#include <string.h>

#include "unit.h"

static const long double pi = 3.14159265358979323846264338327950288L;

static long double cosines[8][8];

static int make_cosines(void **state)
{
    (void)state;
    for (int k = 0; k < 8; k++)
        for (int i = 0; i < 8; i++)
            cosines[k][i] = (k == 0 ? sqrtl(0.125L) : 0.5L) * cosl((2 * i + 1) * k * pi / 16);
    return 0;
}

static long double basis(int frequency, int place)
{
    return cosines[frequency][place];
}

static void define_forward(const uint8_t *samples, long double *coefficients)
{
    for (int k = 0; k < 64; k++) {
        coefficients[k] = 0;
        for (int i = 0; i < 64; i++)
            coefficients[k] += (samples[i] - 128) * basis(k / 8, i / 8) * basis(k % 8, i % 8);
    }
}

static void define_inverse(const double *coefficients, long double *samples)
{
    for (int i = 0; i < 64; i++) {
        samples[i] = 128;
        for (int k = 0; k < 64; k++)
            samples[i] += coefficients[k] * basis(k / 8, i / 8) * basis(k % 8, i % 8);
    }
}

/* Noise, 0/255 noise, and the sign pattern of each basis function, which is its largest response.
 */
static void make_block(int number, uint8_t *samples)
{
    uint64_t random = (uint64_t)number + 7;
    for (int i = 0; i < 64; i++) {
        uint8_t noise = (uint8_t)next_random(&random);
        bool positive = basis(number % 64 / 8, i / 8) * basis(number % 8, i % 8) > 0;
        samples[i] = number < 64 ? (positive ? 255 : 0) : number % 2 ? noise : noise & 1 ? 255 : 0;
    }
}

static void forward(jpegq_dct dct, uint8_t *samples, double *normalized)
{
    const jpegq_plane plane = {8, 8, 8, samples};
    double raw[64];
    assert_int_equal(jpegq_forward(dct, &plane, raw), JPEGQ_OK);
    assert_int_equal(jpegq_normalize(dct, raw, 1, normalized), JPEGQ_OK);
}

static void check_forward(jpegq_dct dct, int blocks, double tolerance)
{
    for (int n = 0; n < blocks; n++) {
        uint8_t samples[64];
        double got[64];
        long double want[64];
        make_block(n, samples);
        define_forward(samples, want);
        forward(dct, samples, got);
        for (int k = 0; k < 64; k++)
            if (fabsl(got[k] - want[k]) > tolerance)
                fail_msg("block %d, coefficient %d: %.12f, not %.12Lf", n, k, got[k], want[k]);
    }
}

static void test_forward(void **state)
{
    (void)state;
    check_forward(JPEGQ_DCT_EXACT, 500, 1e-11);
    check_forward(JPEGQ_DCT_FLOAT, 500, 1e-3);
    /* int: a rounding error of a half in the first pass adds up to 8 * 0.5 * 0.5 / 4 of a unit of
       1/4 at most, and an eighth is half a unit of the last */
    check_forward(JPEGQ_DCT_INT, 500, 0.5);
}

/* fast rounds nothing, and its sums may overflow on extreme blocks; natural ones stay close. */
static void test_fast_is_close(void **state)
{
    uint8_t samples[64];
    double got[64];
    long double want[64];
    (void)state;
    for (int i = 0; i < 64; i++)
        samples[i] = (uint8_t)(100 + 3 * (i / 8) + 5 * (i % 8) + i % 3);
    define_forward(samples, want);
    forward(JPEGQ_DCT_FAST, samples, got);
    for (int k = 0; k < 64; k++) /* its unit at (7, 7) is 1.6 of an orthonormal one */
        assert_true(fabsl(got[k] - want[k]) < 4);
}

/* Coefficients 0 and 4 in both directions have basis functions of 1/8 and -1/8: no error at all. */
static void test_rational_coefficients_are_exact(void **state)
{
    (void)state;
    for (int n = 0; n < 200; n++) {
        static const int sign[8] = {1, -1, -1, 1, 1, -1, -1, 1};
        uint8_t samples[64];
        double got[64];
        int dc = 0, v4 = 0, u4 = 0, both = 0;
        make_block(n, samples);
        for (int i = 0; i < 64; i++) {
            dc += samples[i] - 128;
            v4 += sign[i / 8] * (samples[i] - 128);
            u4 += sign[i % 8] * (samples[i] - 128);
            both += sign[i / 8] * sign[i % 8] * (samples[i] - 128);
        }
        forward(JPEGQ_DCT_EXACT, samples, got);
        assert_true(got[0] * 8 == dc && got[4] * 8 == u4 && got[32] * 8 == v4 &&
                    got[36] * 8 == both);
    }
}

static void test_inverse(void **state)
{
    jpegq_table ones;
    uint64_t random = 99;
    (void)state;
    for (int i = 0; i < 64; i++)
        ones.step[i] = 1;
    for (int n = 0; n < 500; n++) {
        double real[64];
        int16_t quantized[64];
        long double want[64];
        for (int k = 0; k < 64; k++) {
            quantized[k] = (int16_t)((int)(next_random(&random) % 121) - 60);
            if (n % 3 == 0 && k > 5)
                quantized[k] = 0;
            real[k] = quantized[k];
        }
        define_inverse(real, want);
        for (int dct = 0; dct < 4; dct++) {
            if (dct == JPEGQ_DCT_FAST) /* its multipliers have two fractional bits: far too few
                                          for steps of 1 to come near the definition */
                continue;
            uint8_t got[64];
            const jpegq_plane plane = {8, 8, 8, got};
            assert_int_equal(jpegq_inverse((jpegq_dct)dct, &ones, quantized, &plane), JPEGQ_OK);
            /* half a unit of rounding; fast cuts off at each of its steps */
            long double tolerance = dct == JPEGQ_DCT_FAST  ? 8
                                    : dct == JPEGQ_DCT_INT ? 0.6L
                                                           : 0.501L;
            for (int i = 0; i < 64; i++) {
                long double clamped = want[i] < 0 ? 0 : want[i] > 255 ? 255 : want[i];
                if (fabsl(got[i] - clamped) > tolerance)
                    fail_msg("method %d, block %d, sample %d: %d, not %.3Lf", dct, n, i, got[i],
                             clamped);
            }
        }
    }
}

static void test_sizes(void **state)
{
    (void)state;
    assert_int_equal(jpegq_dct_size(JPEGQ_DCT_INT), 2);
    assert_int_equal(jpegq_dct_size(JPEGQ_DCT_FLOAT), 4);
    assert_int_equal(jpegq_dct_size(JPEGQ_DCT_FAST), 2);
    assert_int_equal(jpegq_dct_size(JPEGQ_DCT_EXACT), 8);
    assert_int_equal(jpegq_dct_size((jpegq_dct)4), 0);
}

/* figure 5 of T.81, walked: along each diagonal, up and down in turn */
static void test_zigzag(void **state)
{
    int k = 0;
    (void)state;
    for (int sum = 0; sum < 15; sum++) {
        for (int i = 0; i <= sum; i++) {
            int v = sum % 2 ? i : sum - i, u = sum - v;
            if (v < 8 && u < 8)
                assert_int_equal(jpegq_zigzag[k++], 8 * v + u);
        }
    }
    assert_int_equal(k, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_fast_is_close),
        cmocka_unit_test(test_rational_coefficients_are_exact),
        cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_zigzag),
    };
    return cmocka_run_group_tests_name("dct", tests, make_cosines, NULL);
}
