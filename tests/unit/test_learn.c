/* SPDX-License-Identifier: MIT */
/* test_learn.c: counting what a change of one position does, and learning through the library. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/cost.h"
#include "learn/structure.h"

/* ---- Pictures -------------------------------------------------------------------------------- */

static uint64_t seed;

/* 0..limit - 1 */
static unsigned draw(unsigned limit)
{
    return (unsigned)(next_random(&seed) % limit);
}

/* A slope with noise, an edge and a flat part: coefficients of every size. */
static jpegq_plane make_plane(uint32_t width, uint32_t height, unsigned noise)
{
    jpegq_plane plane = {width, height, width, malloc((size_t)width * height)};
    assert_non_null(plane.samples);
    seed = width * 1000 + height;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            uint32_t value = (x + 2 * y) % 200 + (x > width / 2 ? 20 : 0);
            if (y < height * 3 / 4)
                value += draw(1 + noise * x / width);
            plane.samples[(size_t)y * width + x] = (uint8_t)(value > 255 ? 255 : value);
        }
    }
    return plane;
}

static jq_lesson random_lesson(void)
{
    jq_lesson lesson;
    unsigned largest = 1 + draw(80);
    for (int k = 0; k < 64; k++) {
        lesson.step[k] = (uint16_t)(1 + draw(largest));
        lesson.offset[k] = (uint16_t)draw(501);
    }
    return lesson;
}

/* ---- Counts ---------------------------------------------------------------------------------- */

/* The bits of codes and values, and 8 for each symbol of the table, under the table of T.81 K.2. */
static double real_bits(const uint64_t counts[256], bool ac)
{
    jpegq_huffman table;
    double bits = 0;
    unsigned at = 0;
    assert_int_equal(jpegq_huffman_optimal(counts, &table), JPEGQ_OK);
    for (unsigned length = 1; length <= 16; length++)
        for (unsigned i = 0; i < table.bits[length]; i++, at++) {
            unsigned symbol = table.values[at];
            bits += (double)counts[symbol] * (length + (ac ? symbol & 15 : symbol)) + 8;
        }
    return bits;
}

/* What a picture keeps is what the library's quantizer and counter say. */
static void check_picture(const jq_picture *p, const jq_lesson *lesson)
{
    jpegq_codec codec = jq_lesson_codec(lesson);
    jpegq_symbols symbols;
    int16_t *x = malloc(p->blocks * 128), *q = malloc(p->blocks * 128);
    assert_int_equal(jpegq_forward(JPEGQ_DCT_INT, &p->plane, x), JPEGQ_OK);
    assert_int_equal(jpegq_quantize(&codec, x, p->blocks, q), JPEGQ_OK);
    assert_int_equal(jpegq_count_symbols(q, p->blocks, &symbols), JPEGQ_OK);
    assert_memory_equal(p->counts[0], symbols.dc, sizeof symbols.dc);
    assert_memory_equal(p->counts[1], symbols.ac, sizeof symbols.ac);
    uint64_t squared[64] = {0}, weighted[64] = {0};
    for (size_t b = 0; b < p->blocks; b++)
        for (int k = 0; k < 64; k++) {
            size_t i = 64 * b + jpegq_zigzag[k];
            int32_t error = x[i] - 8 * q[i] * lesson->step[k];
            squared[k] += (uint64_t)(error * error);
            weighted[k] += (uint64_t)(error * error) * (p->weight ? p->weight[b] : 0);
        }
    assert_memory_equal(p->squared, squared, sizeof squared);
    assert_memory_equal(p->weighted, weighted, sizeof weighted);
    /* what is never sent may have a bit more or less where counts are equal */
    assert_true(fabs(p->bits[0] - real_bits(symbols.dc, false)) <= 2);
    assert_true(fabs(p->bits[1] - real_bits(symbols.ac, true)) <= 2);
    free(x);
    free(q);
}

static void changes_are_counted_as_anew(void **state)
{
    (void)state;
    static jq_levels levels;
    static jq_effect effect;
    jpegq_plane plane = make_plane(83, 61, 90);
    jq_training training = {0};
    assert_int_equal(jq_training_make(&training, &plane, 1, true, true), JPEGQ_OK);
    assert_int_equal(training.count, 2);
    for (size_t i = 0; i < training.count; i++) {
        jq_picture *p = &training.pictures[i];
        for (size_t b = 0; b < p->blocks; b++)
            p->weight[b] = 1 + draw(70000);
        for (int round = 0; round < 4; round++) {
            jq_lesson lesson = random_lesson();
            jq_cost_settle(p, &lesson, &levels);
            check_picture(p, &lesson);
            for (unsigned k = 0; k < 64; k++) {
                lesson.step[k] = (uint16_t)(1 + draw(k % 3 ? 60 : 255));
                lesson.offset[k] = (uint16_t)draw(501);
                jq_cost_take(p, k, lesson.step[k], lesson.offset[k], &levels, &effect);
                check_picture(p, &lesson);
            }
        }
    }
    jq_training_free(&training);
    free(plane.samples);
}

/*
 * The part of a basis function's energy that the window takes for variance: the sum over all
 * positions of E[x^2] - E[x]^2, E by the window, over the sum of x^2.
 */
static void gains_are_window_variances(void **state)
{
    (void)state;
    enum { SIDE = 8 + 20 };
    const double pi = acos(-1);
    double gains[64];
    jq_structure_gains(gains);
    for (int k = 0; k < 64; k++) {
        int v = jpegq_zigzag[k] / 8, u = jpegq_zigzag[k] % 8;
        double x[SIDE + 20][SIDE + 20] = {{0}}, energy = 0, variance = 0;
        for (int i = 0; i < 8; i++)
            for (int j = 0; j < 8; j++) {
                x[i + 20][j + 20] = cos((2 * i + 1) * v * pi / 16) * cos((2 * j + 1) * u * pi / 16);
                energy += x[i + 20][j + 20] * x[i + 20][j + 20];
            }
        for (int i = 5; i < SIDE + 15; i++)
            for (int j = 5; j < SIDE + 15; j++) {
                double sum = 0, mean = 0, square = 0;
                for (int a = -5; a <= 5; a++)
                    for (int b = -5; b <= 5; b++) {
                        double w = exp(-(a * a + b * b) / 4.5);
                        sum += w;
                        mean += w * x[i + a][j + b];
                        square += w * x[i + a][j + b] * x[i + a][j + b];
                    }
                variance += square / sum - mean / sum * (mean / sum);
            }
        assert_true(fabs(gains[k] - variance / energy) < 1e-9);
    }
}

/* ---- Learning -------------------------------------------------------------------------------- */

static void backwards(void *context, size_t count, void (*task)(void *argument, size_t index),
                      void *argument)
{
    ++*(unsigned *)context;
    while (count > 0)
        task(argument, --count);
}

static bool stop_at_once(void *context)
{
    ++*(unsigned *)context;
    return true;
}

static double mean_psnr(const jpegq_codec *codec, const jpegq_plane *planes, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        jpegq_plane out = planes[i];
        jpegq_error error;
        out.samples = malloc(out.stride * out.height);
        assert_int_equal(jpegq_round_trip(codec, &planes[i], &out, NULL), JPEGQ_OK);
        assert_int_equal(jpegq_measure_error(&planes[i], &out, &error), JPEGQ_OK);
        sum += fmin(jpegq_psnr(&error), 70);
        free(out.samples);
    }
    return sum / (double)count;
}

static void the_goal_is_met_however_tasks_are_run(void **state)
{
    (void)state;
    jpegq_plane planes[2] = {make_plane(120, 88, 60), make_plane(64, 64, 10)};
    unsigned runs = 0;
    jpegq_learning learning = {.goal = JPEGQ_GOAL_PSNR, .target = 36};
    jpegq_codec a, b;
    jpegq_round figures, others;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    assert_int_equal(jpegq_learn_table(&learning, planes, 2, &a, &figures), JPEGQ_OK);
    assert_true(mean_psnr(&a, planes, 2) >= 36);
    assert_true(fabs(mean_psnr(&a, planes, 2) - figures.psnr) < 1e-9);
    assert_int_equal(a.dct, JPEGQ_DCT_INT);
    learning.parallel = backwards;
    learning.parallel_context = &runs;
    assert_int_equal(jpegq_learn_table(&learning, planes, 2, &b, &others), JPEGQ_OK);
    assert_true(runs > 100);
    assert_memory_equal(&a.table, &b.table, sizeof a.table);
    for (int i = 0; i < 64; i++)
        assert_true(a.rounding.offset[i] == b.rounding.offset[i]);
    learning.no_offsets = true;
    assert_int_equal(jpegq_learn_table(&learning, planes, 2, &b, &others), JPEGQ_OK);
    assert_int_equal(b.rounding.mode, JPEGQ_ROUND_NEAREST);
    assert_true(mean_psnr(&b, planes, 2) >= 36);
    free(planes[0].samples);
    free(planes[1].samples);
}

static void stopped_at_once_it_still_meets_the_goal(void **state)
{
    (void)state;
    jpegq_plane plane = make_plane(80, 80, 50);
    unsigned asked = 0;
    jpegq_learning learning = {
        .goal = JPEGQ_GOAL_PSNR, .target = 33.3, .stopped = stop_at_once, .context = &asked};
    jpegq_codec codec;
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, &codec, NULL), JPEGQ_OK);
    assert_true(asked > 0);
    assert_true(mean_psnr(&codec, &plane, 1) >= 33.3);
    free(plane.samples);
}

static void bad_arguments_and_goals(void **state)
{
    (void)state;
    jpegq_plane plane = make_plane(40, 40, 100);
    jpegq_learning learning = {.goal = JPEGQ_GOAL_PSNR, .target = 36};
    jpegq_codec codec;
    assert_int_equal(jpegq_learn_table(NULL, &plane, 1, &codec, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_learn_table(&learning, NULL, 1, &codec, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_learn_table(&learning, &plane, 0, &codec, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, NULL, NULL), JPEGQ_BAD_ARGUMENT);
    learning.target = NAN;
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, &codec, NULL), JPEGQ_BAD_ARGUMENT);
    learning.target = 65; /* above what rounding the samples of noise leaves */
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, &codec, NULL), JPEGQ_UNREACHABLE);
    learning.goal = JPEGQ_GOAL_SSIM;
    learning.target = 1.5;
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, &codec, NULL), JPEGQ_UNREACHABLE);
    learning.goal = JPEGQ_GOAL_BPP;
    learning.target = 0;
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, &codec, NULL), JPEGQ_BAD_ARGUMENT);
    learning.target = 0.01; /* less than the header */
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, &codec, NULL), JPEGQ_UNREACHABLE);
    plane.width = JPEGQ_LARGEST_SIDE + 1; /* refused before a sample is looked at */
    plane.stride = plane.width;
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, &codec, NULL), JPEGQ_TOO_LARGE);
    plane.width = 0;
    assert_int_equal(jpegq_learn_table(&learning, &plane, 1, &codec, NULL), JPEGQ_BAD_ARGUMENT);
    free(plane.samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_counted_as_anew),
        cmocka_unit_test(gains_are_window_variances),
        cmocka_unit_test(the_goal_is_met_however_tasks_are_run),
        cmocka_unit_test(stopped_at_once_it_still_meets_the_goal),
        cmocka_unit_test(bad_arguments_and_goals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
