/* SPDX-License-Identifier: MIT */
/*
 * test_gradient.c: gradients of blocks that can be worked out by hand, and what is refused. A
 * constant block of 128 + a has DC 8 a and nothing else; G = 1 everywhere has a DC of 8.
 */
#include <math.h>
#include <string.h>

#include "unit.h"

static const double exact = 1e-12;

static void fill(double *values, size_t count, double value)
{
    for (size_t i = 0; i < count; i++)
        values[i] = value;
}

static jpegq_real_codec codec_of(double step, jpegq_round_mode rounding, jpegq_gradient_mode mode)
{
    jpegq_real_codec codec;
    memset(&codec, 0, sizeof codec);
    fill(codec.step, 64, step);
    codec.rounding = jpegq_rounding_of(rounding, 0.35);
    codec.gradient = mode;
    return codec;
}

/* A constant block with DC 44, step 16: u = 2.75, n = 3, R'(u) = 3 * 0.25^2 = 0.1875 if soft. */
static void test_constant_block(void **state)
{
    (void)state;
    static const struct {
        jpegq_round_mode rounding;
        jpegq_gradient_mode mode;
        double y, input, step; /* step: 8 (R(u) - u R'(u)) */
    } cases[] = {
        {JPEGQ_ROUND_NEAREST, JPEGQ_GRADIENT_STE, 134, 1, 8 * (3 - 2.75)},
        {JPEGQ_ROUND_NEAREST, JPEGQ_GRADIENT_STE_CODEC, 134, 1, 0},
        {JPEGQ_ROUND_NEAREST, JPEGQ_GRADIENT_SOFT, 134, 0.1875, 8 * (3 - 2.75 * 0.1875)},
        {JPEGQ_ROUND_NEAREST, JPEGQ_GRADIENT_TRUE, 134, 0, 8 * 3},
        {JPEGQ_ROUND_TRUNC, JPEGQ_GRADIENT_STE, 132, 1, 8 * (2 - 2.75)},
        {JPEGQ_ROUND_TRUNC, JPEGQ_GRADIENT_SOFT, 132, 0.1875, 8 * (2 - 2.75 * 0.1875)},
        {JPEGQ_ROUND_OFFSET, JPEGQ_GRADIENT_TRUE, 134, 0, 8 * 3}, /* floor(2.75 + 0.35) */
        {JPEGQ_ROUND_NONE, JPEGQ_GRADIENT_STE, 133.5, 1, 0},
        {JPEGQ_ROUND_NONE, JPEGQ_GRADIENT_SOFT, 133.5, 1, 0},
        {JPEGQ_ROUND_NONE, JPEGQ_GRADIENT_TRUE, 133.5, 1, 0},
        {JPEGQ_ROUND_NONE, JPEGQ_GRADIENT_STE_CODEC, 133.5, 1, 0},
        /* R(u) = 3 - 0.25^3 = 2.984375; 2 R(u) = 5.96875 */
        {JPEGQ_ROUND_SOFT, JPEGQ_GRADIENT_STE, 133.96875, 1, 8 * (2.984375 - 2.75)},
        {JPEGQ_ROUND_SOFT, JPEGQ_GRADIENT_SOFT, 133.96875, 0.1875, 8 * (2.984375 - 0.515625)},
        {JPEGQ_ROUND_SOFT, JPEGQ_GRADIENT_TRUE, 133.96875, 0.1875, 8 * (2.984375 - 0.515625)},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        jpegq_real_codec codec = codec_of(16, cases[c].rounding, cases[c].mode);
        double x[64], y[64], g[64], dx[64], steps[64], quantized[64];
        const jpegq_real_plane in = {8, 8, 8, x}, out = {8, 8, 8, y}, up = {8, 8, 8, g},
                               down = {8, 8, 8, dx};
        fill(x, 64, 133.5);
        fill(g, 64, 1);
        assert_int_equal(jpegq_round_trip_real(&codec, &in, &out, quantized), JPEGQ_OK);
        assert_int_equal(jpegq_gradient(&codec, &in, &up, &down, steps), JPEGQ_OK);
        assert_true(fabs(8 * quantized[0] - 4 * (cases[c].y - 128)) < exact); /* y = 2 R(u) + 128 */
        assert_true(fabs(steps[0] - cases[c].step) < exact);
        for (int i = 0; i < 64; i++) {
            assert_true(fabs(y[i] - cases[c].y) < exact);
            assert_true(fabs(dx[i] - cases[c].input) < exact);
            assert_true(i == 0 || fabs(steps[i]) < exact);
        }
    }
}

/*
 * A plane of one sample: all 64 of its block are repetitions of it, and their gradients sum up to
 * its own. Straight through, the block's is that of the one output: 1 in all.
 */
static void test_one_sample(void **state)
{
    (void)state;
    double x = 133.5, y, g = 1, dx;
    const jpegq_real_plane in = {1, 1, 1, &x}, out = {1, 1, 1, &y}, up = {1, 1, 1, &g},
                           down = {1, 1, 1, &dx};
    jpegq_real_codec codec = codec_of(16, JPEGQ_ROUND_NEAREST, JPEGQ_GRADIENT_STE);
    assert_int_equal(jpegq_round_trip_real(&codec, &in, &out, NULL), JPEGQ_OK);
    assert_true(fabs(y - 134) < exact);
    assert_int_equal(jpegq_gradient(&codec, &in, &up, &down, NULL), JPEGQ_OK);
    assert_true(fabs(dx - 1) < exact);
    codec.gradient = JPEGQ_GRADIENT_SOFT; /* only DC has a slope: u is 0 elsewhere */
    assert_int_equal(jpegq_gradient(&codec, &in, &up, &down, NULL), JPEGQ_OK);
    assert_true(fabs(dx - 0.1875) < exact);
}

static void test_clamping(void **state)
{
    (void)state;
    static const struct {
        double x;
        bool clamp;
        double y, gradient;
    } cases[] = {
        {300, false, 300, 1}, {300, true, 255, 0}, {-20, false, -20, 1},
        {-20, true, 0, 0},    {255, true, 255, 1}, {0, true, 0, 1},
    };
    jpegq_real_codec codec = codec_of(8, JPEGQ_ROUND_NEAREST, JPEGQ_GRADIENT_STE);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        /* a step of 8 and whole samples: u = a, and y = x to the last bit */
        double x[64], y[64], g[64];
        const jpegq_real_plane in = {8, 8, 8, x}, out = {8, 8, 8, y}, up = {8, 8, 8, g};
        fill(x, 64, cases[c].x);
        fill(g, 64, 1);
        codec.clamp = cases[c].clamp;
        assert_int_equal(jpegq_round_trip_real(&codec, &in, &out, NULL), JPEGQ_OK);
        assert_int_equal(jpegq_gradient(&codec, &in, &up, &up, NULL), JPEGQ_OK);
        assert_true(fabs(y[0] - cases[c].y) < exact);
        assert_true(fabs(g[63] - cases[c].gradient) < exact);
    }
    /* the identity is that of clamping too */
    double x = 300, g = 7;
    const jpegq_real_plane in = {1, 1, 1, &x}, up = {1, 1, 1, &g};
    codec.clamp = true;
    codec.gradient = JPEGQ_GRADIENT_STE_CODEC;
    assert_int_equal(jpegq_gradient(&codec, &in, &up, &up, NULL), JPEGQ_OK);
    assert_true(g == 7);
}

static double halves(double u, unsigned position, void *context)
{
    *(unsigned *)context |= 1u << (position == 0);
    return floor(2 * u) / 2;
}

/* u = 2.75 becomes 2.5; its derivative is taken to be 1, 3 * 0.25^2 and 0. */
static void test_function(void **state)
{
    (void)state;
    static const double input[] = {1, 1, 0.1875, 0};
    for (int mode = JPEGQ_GRADIENT_STE; mode <= JPEGQ_GRADIENT_TRUE; mode++) {
        jpegq_real_codec codec = codec_of(16, JPEGQ_ROUND_FUNCTION, (jpegq_gradient_mode)mode);
        unsigned called = 0;
        double x[64], y[64], g[64], steps[64];
        const jpegq_real_plane in = {8, 8, 8, x}, out = {8, 8, 8, y}, up = {8, 8, 8, g};
        fill(x, 64, 133.5);
        fill(g, 64, 1);
        assert_int_equal(jpegq_round_trip_real(&codec, &in, &out, NULL), JPEGQ_BAD_ARGUMENT);
        codec.rounding.function = halves;
        codec.rounding.context = &called;
        assert_int_equal(jpegq_round_trip_real(&codec, &in, &out, NULL), JPEGQ_OK);
        assert_int_equal(jpegq_gradient(&codec, &in, &up, &up, steps), JPEGQ_OK);
        assert_int_equal(called, 3);
        assert_true(fabs(y[0] - 133) < exact);
        assert_true(fabs(g[0] - input[mode]) < exact);
        double step = mode == JPEGQ_GRADIENT_STE_CODEC ? 0 : 8 * (2.5 - 2.75 * input[mode]);
        assert_true(fabs(steps[0] - step) < exact);
    }
}

static void test_steps_at_quality(void **state)
{
    (void)state;
    static const struct {
        double quality, base, step, slope;
    } cases[] = {
        {50, 16, 16, -0.32},            /* on both sides of 50: -2 * 16 / 100 */
        {25, 16, 32, -1.28},            /* 5000 / 25^2 * 16 / 100 */
        {75, 16, 8, -0.32},             /* scale 50 */
        {12.5, 16, 64, -5.12},          /* scale 400, slope -32 */
        {100, 16, 1, 0},                /* 0, held to 1 */
        {99.5, 100, 1, -2},             /* just 1, not held */
        {1, 16, 255, 0},                /* 800 */
        {10, 51, 255, -51 * 50. / 100}, /* just 255: scale 500, slope -50 */
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double base[64], step[64], slope[64];
        fill(base, 64, cases[c].base);
        assert_int_equal(jpegq_steps_at_quality(base, cases[c].quality, 255, step, slope),
                         JPEGQ_OK);
        for (int i = 0; i < 64; i++) {
            assert_true(fabs(step[i] - cases[c].step) < exact);
            assert_true(fabs(slope[i] - cases[c].slope) < exact);
        }
        assert_int_equal(jpegq_steps_at_quality(base, cases[c].quality, 255, base, NULL), JPEGQ_OK);
        assert_memory_equal(base, step, sizeof step);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    double x[64] = {0}, steps[64];
    jpegq_real_codec good = codec_of(1, JPEGQ_ROUND_NEAREST, JPEGQ_GRADIENT_STE), bad;
    const jpegq_real_plane plane = {8, 8, 8, x}, narrow = {7, 8, 8, x}, none = {8, 8, 8, NULL},
                           empty = {0, 8, 8, x}, squeezed = {8, 8, 7, x};
    const jpegq_real_plane *wrong[] = {NULL, &narrow, &none, &empty, &squeezed};
    for (size_t i = 0; i < 5; i++) {
        const jpegq_real_plane *w = wrong[i];
        assert_int_equal(jpegq_round_trip_real(&good, &plane, w, NULL), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_round_trip_real(&good, w, &plane, NULL), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_gradient(&good, w, &plane, NULL, steps), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_gradient(&good, &plane, w, NULL, steps), JPEGQ_BAD_ARGUMENT);
        if (w)
            assert_int_equal(jpegq_gradient(&good, &plane, &plane, w, steps), JPEGQ_BAD_ARGUMENT);
    }
    assert_int_equal(jpegq_round_trip_real(NULL, &plane, &plane, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_gradient(NULL, &plane, &plane, NULL, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_gradient(&good, &plane, &plane, NULL, NULL), JPEGQ_OK);
    const double bad_steps[] = {0, -1, NAN, INFINITY};
    for (size_t i = 0; i < 4; i++) {
        bad = good;
        bad.step[63] = bad_steps[i];
        assert_int_equal(jpegq_round_trip_real(&bad, &plane, &plane, NULL), JPEGQ_BAD_STEP);
        assert_int_equal(jpegq_gradient(&bad, &plane, &plane, NULL, steps), JPEGQ_BAD_STEP);
    }
    bad = good;
    bad.gradient = (jpegq_gradient_mode)4;
    assert_int_equal(jpegq_gradient(&bad, &plane, &plane, NULL, steps), JPEGQ_BAD_ARGUMENT);
    bad = good;
    bad.rounding.mode = (jpegq_round_mode)99;
    assert_int_equal(jpegq_gradient(&bad, &plane, &plane, NULL, steps), JPEGQ_BAD_ARGUMENT);
    fill(steps, 64, 16);
    const double bad_qualities[] = {0.99, 100.01, 0, -3, NAN};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(jpegq_steps_at_quality(steps, bad_qualities[i], 255, steps, NULL),
                         JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_steps_at_quality(steps, 50, 0.5, steps, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_steps_at_quality(NULL, 50, 255, steps, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_steps_at_quality(steps, 50, 255, NULL, NULL), JPEGQ_BAD_ARGUMENT);
    steps[5] = 0;
    assert_int_equal(jpegq_steps_at_quality(steps, 50, 255, steps, NULL), JPEGQ_BAD_ARGUMENT);
}

/* What is not a number stays in its block and harms nothing else. */
static void test_not_finite(void **state)
{
    (void)state;
    double x[128], y[128];
    const jpegq_real_plane in = {16, 8, 16, x}, out = {16, 8, 16, y};
    jpegq_real_codec codec = codec_of(16, JPEGQ_ROUND_NEAREST, JPEGQ_GRADIENT_STE);
    fill(x, 128, 133.5);
    x[3] = NAN;
    assert_int_equal(jpegq_round_trip_real(&codec, &in, &out, NULL), JPEGQ_OK);
    assert_true(isnan(y[0]));
    assert_true(fabs(y[8] - 134) < exact);
}

/* Differences 3, 0, -1, 0: squares 10, so MSE 2.5, and 1 on average. */
static void test_error(void **state)
{
    (void)state;
    double a[4] = {1, 2, 3, 4}, b[6] = {-2, 2, 99, 4, 4, 99};
    const jpegq_real_plane one = {2, 2, 2, a}, two = {2, 2, 3, b}, three = {2, 1, 2, a};
    jpegq_real_error error;
    assert_int_equal(jpegq_measure_real(&one, &two, &error), JPEGQ_OK);
    assert_true(error.mse == 2.5 && error.largest == 3 && error.mean == 1);
    assert_true(fabs(error.psnr - 10 * log10(65025 / 2.5)) < exact);
    assert_int_equal(jpegq_measure_real(&one, &one, &error), JPEGQ_OK);
    assert_true(error.mse == 0 && isinf(error.psnr));
    assert_int_equal(jpegq_measure_real(&one, &three, &error), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_measure_real(NULL, &one, &error), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_measure_real(&one, &one, NULL), JPEGQ_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_block),   cmocka_unit_test(test_one_sample),
        cmocka_unit_test(test_clamping),         cmocka_unit_test(test_function),
        cmocka_unit_test(test_steps_at_quality), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_not_finite),       cmocka_unit_test(test_error),
    };
    return cmocka_run_group_tests_name("gradient", tests, NULL, NULL);
}
