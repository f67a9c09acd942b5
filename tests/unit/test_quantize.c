/* SPDX-License-Identifier: MIT */
/*
 * test_quantize.c: every rounding against whole-number division, over all the numerators and
 * divisors of the int method and around every edge for the 16-bit divisors of the fast one.
 */
#include <math.h>
#include <string.h>

#include "codec/quantize.h"
#include "unit.h"

/* floor of the rounded quotient's definition, in integers: n and d are not negative */
static int64_t expected(jpegq_round_mode mode, int64_t billionths, int64_t x, int64_t d)
{
    int64_t n = x < 0 ? -x : x, k = 0;
    if (mode == JPEGQ_ROUND_NEAREST)
        k = (2 * n + d) / (2 * d);
    if (mode == JPEGQ_ROUND_EVEN) {
        k = (2 * n + d) / (2 * d);
        if ((2 * n + d) % (2 * d) == 0 && k % 2 == 1) /* a tie that went up to odd */
            k--;
    }
    if (mode == JPEGQ_ROUND_TRUNC)
        k = n / d;
    if (mode == JPEGQ_ROUND_OFFSET)
        k = n == 0 ? 0 : (n * 1000000000 + billionths * d) / (d * 1000000000);
    return x < 0 ? -k : k;
}

typedef struct rounding_case {
    jpegq_round_mode mode;
    double offset;
    int64_t billionths;
} rounding_case;

static const rounding_case cases[] = {
    {JPEGQ_ROUND_NEAREST, 0, 0},
    {JPEGQ_ROUND_EVEN, 0, 0},
    {JPEGQ_ROUND_TRUNC, 0, 0},
    {JPEGQ_ROUND_OFFSET, 0, 0},
    {JPEGQ_ROUND_OFFSET, 0.35, 350000000},
    {JPEGQ_ROUND_OFFSET, 0.5, 500000000},
    {JPEGQ_ROUND_OFFSET, 1, 1000000000},
};

/* A quantizer with the same divisor everywhere, as if a table of the fast method had made it. */
static jq_quantizer quantizer_for(const rounding_case *c, int32_t divisor)
{
    jpegq_codec codec = {JPEGQ_DCT_FAST, {{0}}, jpegq_rounding_of(c->mode, c->offset)};
    jq_quantizer quantizer;
    for (int i = 0; i < 64; i++)
        codec.table.step[i] = 1;
    assert_int_equal(jq_quantizer_init(&quantizer, &codec), JPEGQ_OK);
    for (int i = 0; i < 64; i++) {
        quantizer.divisor[i] = divisor;
        quantizer.reciprocal[i] = 1.0f / (float)divisor;
        quantizer.bias[i] = c->mode == JPEGQ_ROUND_TRUNC ? 0
                            : c->mode == JPEGQ_ROUND_OFFSET
                                ? (int32_t)(c->billionths * divisor / 1000000000)
                                : divisor / 2;
    }
    return quantizer;
}

static void check_64(const jq_quantizer *quantizer, const rounding_case *c, const int16_t *x,
                     int32_t divisor)
{
    int16_t got[64];
    jq_quantize(quantizer, x, 1, got);
    for (int i = 0; i < 64; i++) {
        int64_t want = expected(c->mode, c->billionths, x[i], divisor);
        want = want > INT16_MAX ? INT16_MAX : want < INT16_MIN ? INT16_MIN : want;
        if (got[i] != want)
            fail_msg("mode %d offset %g: %d / %d gave %d, not %d", (int)c->mode, c->offset, x[i],
                     divisor, got[i], (int)want);
    }
}

/* Every step of the int method with every numerator its forward DCT can make, -8192..8191. */
static void test_every_int_quotient(void **state)
{
    (void)state;
    for (unsigned step = 1; step < 8192; step += step < 300 ? 1 : 37) {
        jpegq_codec codec = {JPEGQ_DCT_INT, {{0}}, jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
        jq_quantizer quantizer;
        for (int i = 0; i < 64; i++)
            codec.table.step[i] = (uint16_t)step;
        assert_int_equal(jq_quantizer_init(&quantizer, &codec), JPEGQ_OK);
        for (int first = -8192; first < 8192; first += 64) {
            int16_t x[64];
            for (int i = 0; i < 64; i++)
                x[i] = (int16_t)(first + i);
            check_64(&quantizer, &cases[0], x, (int32_t)(8 * step));
        }
    }
}

/* Numerators beside every place where a quotient changes, for 16-bit divisors. */
static void test_edges_of_all_divisors(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int32_t divisor = 1; divisor < 65536; divisor += divisor < 2000 ? 1 : 11) {
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
            jq_quantizer quantizer = quantizer_for(&cases[c], divisor);
            int16_t x[64] = {0, 1, -1, INT16_MAX, INT16_MIN, 16384, -16384};
            for (int i = 7; i < 64; i++) {
                int32_t half = divisor / 2 + (int32_t)(next_random(&random) % 3) - 1;
                int32_t k = (int32_t)(next_random(&random) % (uint64_t)(32768 / divisor + 1));
                int32_t n = k * divisor + (i % 2 ? half : (int32_t)(next_random(&random) % 3) - 1);
                x[i] = (int16_t)(n > INT16_MAX ? INT16_MAX : i % 4 < 2 ? n : -n);
            }
            check_64(&quantizer, &cases[c], x, divisor);
        }
    }
}

static void test_real_roundings(void **state)
{
    /* u from -2.5 to 2.5 in steps of a half, and the integers each rounding gives on paper */
    static const double u[11] = {-2.5, -2, -1.5, -1, -.5, 0, .5, 1, 1.5, 2, 2.5};
    static const struct {
        jpegq_round_mode mode;
        double offset, want[11];
    } rows[] = {
        {JPEGQ_ROUND_NEAREST, 0, {-3, -2, -2, -1, -1, 0, 1, 1, 2, 2, 3}},
        {JPEGQ_ROUND_EVEN, 0, {-2, -2, -2, -1, 0, 0, 0, 1, 2, 2, 2}},
        {JPEGQ_ROUND_TRUNC, 0, {-2, -2, -1, -1, 0, 0, 0, 1, 1, 2, 2}},
        {JPEGQ_ROUND_OFFSET, 0.25, {-2, -2, -1, -1, 0, 0, 0, 1, 1, 2, 2}},
        {JPEGQ_ROUND_OFFSET, 0.5, {-3, -2, -2, -1, -1, 0, 1, 1, 2, 2, 3}},
        {JPEGQ_ROUND_OFFSET, 1, {-3, -3, -2, -2, -1, 0, 1, 2, 2, 3, 3}},
        {JPEGQ_ROUND_NONE, 0, {-2.5, -2, -1.5, -1, -.5, 0, .5, 1, 1.5, 2, 2.5}},
        /* the nearest, half to even, and the cube of what is left: 0.125 */
        {JPEGQ_ROUND_SOFT, 0, {-2.125, -2, -1.875, -1, -.125, 0, .125, 1, 1.875, 2, 2.125}},
    };
    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        jpegq_codec codec = {JPEGQ_DCT_EXACT,
                             {{0}},
                             jpegq_rounding_of(rows[r].mode, rows[r].offset)};
        double in[64] = {0}, out[64];
        for (int i = 0; i < 64; i++)
            codec.table.step[i] = 16;
        for (int i = 0; i < 11; i++)
            in[i] = u[i] * 16;
        assert_int_equal(jpegq_quantize_real(&codec, in, 1, out), JPEGQ_OK);
        for (int i = 0; i < 11; i++)
            if (out[i] < rows[r].want[i] || out[i] > rows[r].want[i])
                fail_msg("rounding %d: %g gave %g", (int)rows[r].mode, u[i], out[i]);
    }
}

static double position_and_context(double u, unsigned position, void *context)
{
    return u * 0 + position + *(double *)context;
}

static void test_function(void **state)
{
    const jpegq_dct methods[] = {JPEGQ_DCT_INT, JPEGQ_DCT_FLOAT, JPEGQ_DCT_FAST, JPEGQ_DCT_EXACT};
    double context = 1000, zeros[64] = {0};
    int16_t out[64];
    (void)state;
    for (int m = 0; m < 4; m++) {
        jpegq_codec codec = {methods[m], luma_at(50), {JPEGQ_ROUND_FUNCTION, {0}, NULL, NULL}};
        assert_int_equal(jpegq_quantize(&codec, zeros, 1, out), JPEGQ_BAD_ARGUMENT);
        codec.rounding.function = position_and_context;
        codec.rounding.context = &context;
        context = 1000;
        assert_int_equal(jpegq_quantize(&codec, zeros, 1, out), JPEGQ_OK);
        for (int i = 0; i < 64; i++)
            assert_int_equal(out[i], 1000 + i);
        context = 1e9; /* clamped */
        assert_int_equal(jpegq_quantize(&codec, zeros, 1, out), JPEGQ_OK);
        assert_int_equal(out[5], INT16_MAX);
        context = -1e9;
        assert_int_equal(jpegq_quantize(&codec, zeros, 1, out), JPEGQ_OK);
        assert_int_equal(out[5], INT16_MIN);
        context = (double)NAN;
        assert_int_equal(jpegq_quantize(&codec, zeros, 1, out), JPEGQ_OK);
        assert_int_equal(out[5], 0);
    }
}

static void test_steps(void **state)
{
    jpegq_table table = luma_at(50);
    unsigned position = 99;
    (void)state;
    table.step[63] = 8191;
    assert_int_equal(jpegq_check_table(JPEGQ_DCT_INT, &table, &position), JPEGQ_OK);
    table.step[63] = 8192; /* 8 * 8192 = 65536 */
    assert_int_equal(jpegq_check_table(JPEGQ_DCT_INT, &table, &position), JPEGQ_BAD_STEP);
    assert_int_equal(position, 63);
    assert_int_equal(jpegq_check_table(JPEGQ_DCT_FLOAT, &table, NULL), JPEGQ_OK);
    assert_int_equal(jpegq_check_table(JPEGQ_DCT_EXACT, &table, NULL), JPEGQ_OK);
    /* fast: s[7] s[7] = 0.0761 makes the divisor of the last step 0.609 * step */
    assert_int_equal(jpegq_check_table(JPEGQ_DCT_FAST, &table, NULL), JPEGQ_OK);
    table.step[9] = 4258; /* s[1] s[1] 2^14 = 31521: (4258 * 31521 + 1024) >> 11 = 65535 */
    assert_int_equal(jpegq_check_table(JPEGQ_DCT_FAST, &table, NULL), JPEGQ_OK);
    table.step[9] = 4259; /* 65551 */
    assert_int_equal(jpegq_check_table(JPEGQ_DCT_FAST, &table, &position), JPEGQ_BAD_STEP);
    assert_int_equal(position, 9);
    table.step[2] = 0;
    for (int dct = 0; dct < 4; dct++) {
        assert_int_equal(jpegq_check_table((jpegq_dct)dct, &table, &position), JPEGQ_BAD_STEP);
        assert_int_equal(position, 2);
    }
    assert_int_equal(jpegq_check_table((jpegq_dct)4, &table, &position), JPEGQ_BAD_ARGUMENT);
}

static void test_refusals(void **state)
{
    jpegq_codec codec = {JPEGQ_DCT_EXACT, luma_at(50), jpegq_rounding_of(JPEGQ_ROUND_NONE, 0)};
    double in[64] = {0};
    int16_t out[64];
    (void)state;
    assert_int_equal(jpegq_quantize(&codec, in, 1, out), JPEGQ_BAD_ARGUMENT);
    codec.rounding.mode = JPEGQ_ROUND_SOFT;
    assert_int_equal(jpegq_quantize(&codec, in, 1, out), JPEGQ_BAD_ARGUMENT);
    const double bad[] = {-0.001, 1.001, (double)NAN};
    for (int i = 0; i < 3; i++) {
        codec.rounding = jpegq_rounding_of(JPEGQ_ROUND_OFFSET, 0.5);
        codec.rounding.offset[63] = bad[i];
        assert_int_equal(jpegq_quantize(&codec, in, 1, out), JPEGQ_BAD_ARGUMENT);
    }
}

static void test_dequantize(void **state)
{
    jpegq_table table = luma_at(50);
    int16_t in[64] = {INT16_MIN, INT16_MAX, -3};
    int32_t out[64];
    (void)state;
    table.step[0] = table.step[1] = 32767;
    assert_int_equal(jpegq_dequantize(&table, in, 1, out), JPEGQ_OK);
    assert_int_equal(out[0], -1073709056); /* -32768 * 32767 */
    assert_int_equal(out[1], 1073676289);  /* 32767^2 */
    assert_int_equal(out[2], -30);         /* Annex K has 10 there */
    assert_int_equal(out[3], 0);
}

/* Floats half to even: a step of 1 divides DC by exactly 8. Ties, the ends of int16_t, no numbers.
 */
static void test_float_limits(void **state)
{
    static const float u[] = {0.5f,      1.5f,      2.5f,       -0.5f,     -1.5f,    0.49999997f,
                              32766.5f,  32767.0f,  32767.498f, 32767.5f,  32768.0f, 1e9f,
                              -32766.5f, -32767.5f, -32768.0f,  -32768.5f, -1e9f,    8388609.0f,
                              4194305.f, 3e38f,     INFINITY,   -INFINITY, NAN,      -NAN};
    static const int16_t expected[] = {0,         2,         2,         0,         -2,
                                       0,         32766,     INT16_MAX, INT16_MAX, INT16_MAX,
                                       INT16_MAX, INT16_MAX, -32766,    INT16_MIN, INT16_MIN,
                                       INT16_MIN, INT16_MIN, INT16_MAX, INT16_MAX, INT16_MAX,
                                       INT16_MAX, INT16_MIN, 0,         0};
    jpegq_codec codec = {JPEGQ_DCT_FLOAT, {{0}}, jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
    (void)state;
    for (int i = 0; i < 64; i++)
        codec.table.step[i] = 1;
    for (size_t i = 0; i < sizeof u / sizeof *u; i++) {
        float coefficients[64] = {u[i] * 8}; /* 3e38 becomes infinite */
        int16_t quantized[64];
        assert_int_equal(jpegq_quantize(&codec, coefficients, 1, quantized), JPEGQ_OK);
        assert_int_equal(quantized[0], expected[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_float_limits),
        cmocka_unit_test(test_every_int_quotient),
        cmocka_unit_test(test_edges_of_all_divisors),
        cmocka_unit_test(test_real_roundings),
        cmocka_unit_test(test_function),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_dequantize),
    };
    return cmocka_run_group_tests_name("quantize", tests, NULL, NULL);
}
