/* SPDX-License-Identifier: MIT */
/* test_plane.c: blocks at the edges, strides, and the round trip as the sum of its stages. */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { MOST = 600 };

static const jpegq_dct methods[] = {JPEGQ_DCT_INT, JPEGQ_DCT_FLOAT, JPEGQ_DCT_FAST,
                                    JPEGQ_DCT_EXACT};

static jpegq_codec codec_for(jpegq_dct dct)
{
    return (jpegq_codec){dct, luma_at(60), jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
}

/* A plane in a field of guard bytes; `field` is freed by the caller. */
static jpegq_plane guarded(uint32_t width, uint32_t height, uint8_t **field)
{
    size_t stride = width + 13;
    *field = malloc(stride * (height + 2));
    assert_non_null(*field);
    memset(*field, 0xa5, stride * (height + 2));
    return (jpegq_plane){width, height, stride, *field + stride + 5};
}

static void check_guards(const jpegq_plane *plane, const uint8_t *field)
{
    for (size_t y = 0; y < plane->height + 2; y++)
        for (size_t x = 0; x < plane->stride; x++)
            if (y == 0 || y > plane->height || x < 5 || x >= 5 + plane->width)
                assert_int_equal(field[y * plane->stride + x], 0xa5);
}

/* The same picture with its last column and row repeated to whole blocks, without a stride. */
static jpegq_plane padded(const jpegq_plane *plane)
{
    uint32_t width = (plane->width + 7) / 8 * 8, height = (plane->height + 7) / 8 * 8;
    jpegq_plane out = {width, height, width, malloc((size_t)width * height)};
    assert_non_null(out.samples);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            size_t sy = y < plane->height ? y : plane->height - 1;
            size_t sx = x < plane->width ? x : plane->width - 1;
            out.samples[y * width + x] = plane->samples[sy * plane->stride + sx];
        }
    }
    return out;
}

static void check_size(jpegq_dct dct, uint32_t width, uint32_t height)
{
    const jpegq_codec codec = codec_for(dct);
    uint8_t *field_in, *field_out;
    jpegq_plane in = guarded(width, height, &field_in), out = guarded(width, height, &field_out);
    for (size_t y = 0; y < height; y++)
        fill_random(in.samples + y * in.stride, width, 1000 * y + width);
    jpegq_plane whole = padded(&in), whole_out = padded(&in);
    size_t blocks = jpegq_blocks(width) * jpegq_blocks(height);
    int16_t *quantized = calloc(blocks, 128), *whole_quantized = calloc(blocks, 128);

    assert_int_equal(jpegq_round_trip(&codec, &in, &out, quantized), JPEGQ_OK);
    assert_int_equal(jpegq_round_trip(&codec, &whole, &whole_out, whole_quantized), JPEGQ_OK);
    check_guards(&in, field_in);
    check_guards(&out, field_out);
    assert_memory_equal(quantized, whole_quantized, blocks * 128);
    for (size_t y = 0; y < height; y++)
        assert_memory_equal(out.samples + y * out.stride, whole_out.samples + y * whole_out.stride,
                            width);
    free(field_in);
    free(field_out);
    free(whole.samples);
    free(whole_out.samples);
    free(quantized);
    free(whole_quantized);
}

static void test_edges(void **state)
{
    (void)state;
    for (int m = 0; m < 4; m++) {
        for (uint32_t height = 1; height <= 17; height++)
            for (uint32_t width = 1; width <= 17; width++)
                check_size(methods[m], width, height);
        check_size(methods[m], 31 * 8 + 1, 9); /* around the run of blocks in hand at a time */
        check_size(methods[m], 32 * 8, 9);
        check_size(methods[m], 32 * 8 + 3, 9);
        check_size(methods[m], 65 * 8 + 7, 9);
    }
}

static void test_stages_make_the_round_trip(void **state)
{
    static uint8_t samples[MOST * 9], out[MOST * 9], staged[MOST * 9];
    static int16_t quantized[(MOST / 8) * 2 * 64], staged_quantized[(MOST / 8) * 2 * 64];
    static double raw[(MOST / 8) * 2 * 64];
    const jpegq_plane in = {MOST - 5, 9, MOST, samples}, result = {MOST - 5, 9, MOST, out},
                      staged_result = {MOST - 5, 9, MOST, staged};
    size_t blocks = MOST / 8 * 2;
    (void)state;
    fill_random(samples, sizeof samples, 5);
    for (int m = 0; m < 4; m++) {
        const jpegq_codec codec = codec_for(methods[m]);
        assert_int_equal(jpegq_round_trip(&codec, &in, &result, quantized), JPEGQ_OK);
        assert_int_equal(jpegq_forward(methods[m], &in, raw), JPEGQ_OK);
        assert_int_equal(jpegq_quantize(&codec, raw, blocks, staged_quantized), JPEGQ_OK);
        assert_memory_equal(quantized, staged_quantized, sizeof quantized);
        assert_int_equal(jpegq_inverse(methods[m], &codec.table, quantized, &staged_result),
                         JPEGQ_OK);
        for (size_t y = 0; y < 9; y++)
            assert_memory_equal(out + y * MOST, staged + y * MOST, MOST - 5);
        /* without the coefficients, and in place */
        memcpy(staged, samples, sizeof staged);
        assert_int_equal(jpegq_round_trip(&codec, &staged_result, &staged_result, NULL), JPEGQ_OK);
        for (size_t y = 0; y < 9; y++)
            assert_memory_equal(out + y * MOST, staged + y * MOST, MOST - 5);
    }
}

static void test_no_rounding_is_the_identity(void **state)
{
    uint8_t samples[19 * 21], out[19 * 21];
    const jpegq_plane in = {19, 21, 19, samples}, result = {19, 21, 19, out};
    jpegq_codec codec = {JPEGQ_DCT_EXACT, luma_at(1), jpegq_rounding_of(JPEGQ_ROUND_NONE, 0)};
    (void)state;
    fill_random(samples, sizeof samples, 11);
    assert_int_equal(jpegq_round_trip(&codec, &in, &result, NULL), JPEGQ_OK);
    assert_memory_equal(samples, out, sizeof out);
}

static void test_refusals(void **state)
{
    uint8_t samples[64] = {0};
    double raw[64];
    int16_t quantized[64] = {0};
    const jpegq_plane good = {8, 8, 8, samples};
    const jpegq_plane bad[] = {
        {0, 8, 8, samples}, {8, 0, 8, samples}, {8, 8, 7, samples}, {8, 8, 8, NULL}};
    jpegq_codec codec = codec_for(JPEGQ_DCT_INT);
    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(jpegq_forward(JPEGQ_DCT_INT, &bad[i], raw), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_inverse(JPEGQ_DCT_INT, &codec.table, quantized, &bad[i]),
                         JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_round_trip(&codec, &bad[i], &good, NULL), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_round_trip(&codec, &good, &bad[i], NULL), JPEGQ_BAD_ARGUMENT);
    }
    const jpegq_plane smaller = {8, 7, 8, samples};
    assert_int_equal(jpegq_round_trip(&codec, &good, &smaller, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_forward((jpegq_dct)7, &good, raw), JPEGQ_BAD_ARGUMENT);
    codec.table.step[5] = 0;
    assert_int_equal(jpegq_round_trip(&codec, &good, &good, NULL), JPEGQ_BAD_STEP);
    assert_int_equal(jpegq_inverse(JPEGQ_DCT_INT, &codec.table, quantized, &good), JPEGQ_BAD_STEP);
    codec = codec_for(JPEGQ_DCT_INT);
    codec.rounding.mode = JPEGQ_ROUND_NONE; /* only with JPEGQ_DCT_EXACT */
    assert_int_equal(jpegq_round_trip(&codec, &good, &good, NULL), JPEGQ_BAD_ARGUMENT);
    codec.rounding.mode = JPEGQ_ROUND_SOFT; /* so is this */
    assert_int_equal(jpegq_round_trip(&codec, &good, &good, NULL), JPEGQ_BAD_ARGUMENT);
}

static void test_range(void **state)
{
    int16_t q[3 * 64] = {0};
    size_t block = 99;
    (void)state;
    q[0] = 2047;
    q[64] = 0;
    q[128] = -2047;
    q[63] = 1023;
    q[64 + 1] = -1023;
    assert_int_equal(jpegq_check_range(q, 3, &block), JPEGQ_OK);
    q[128] = -2048;
    assert_int_equal(jpegq_check_range(q, 3, &block), JPEGQ_OUT_OF_RANGE);
    assert_int_equal(block, 2);
    q[64 + 1] = -1024;
    assert_int_equal(jpegq_check_range(q, 3, &block), JPEGQ_OUT_OF_RANGE);
    assert_int_equal(block, 1);
    q[0] = 2048;
    assert_int_equal(jpegq_check_range(q, 3, &block), JPEGQ_OUT_OF_RANGE);
    assert_int_equal(block, 0);
    assert_int_equal(jpegq_check_range(q, 0, NULL), JPEGQ_OK);
}

static void test_memory(void **state)
{
    (void)state;
    void *memory = jpegq_alloc(3, 100);
    assert_non_null(memory);
    assert_int_equal((uintptr_t)memory % 64, 0);
    memset(memory, 1, 300);
    jpegq_free(memory);
    jpegq_free(NULL);
    assert_null(jpegq_alloc(SIZE_MAX / 2, 3));
    assert_null(jpegq_alloc(0, 3));
    assert_null(jpegq_alloc(3, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_stages_make_the_round_trip),
        cmocka_unit_test(test_no_rounding_is_the_identity),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_range),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests_name("plane", tests, NULL, NULL);
}
