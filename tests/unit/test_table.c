/* SPDX-License-Identifier: MIT */
/* test_table.c: presets and scaling, against values worked out by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static jpegq_table flat(uint16_t step)
{
    jpegq_table table;
    for (int i = 0; i < 64; i++)
        table.step[i] = step;
    return table;
}

static unsigned scaled(unsigned step, int quality, unsigned largest)
{
    jpegq_table table = flat((uint16_t)step);
    assert_int_equal(jpegq_table_at_quality(&table, quality, largest, &table), JPEGQ_OK);
    return table.step[63];
}

static void test_quality_by_hand(void **state)
{
    (void)state;
    assert_int_equal(scaled(16, 50, 255), 16);  /* scale 100 */
    assert_int_equal(scaled(16, 75, 255), 8);   /* scale 50: (800 + 50) / 100 = 8.5 */
    assert_int_equal(scaled(17, 75, 255), 9);   /* (850 + 50) / 100 = 9 */
    assert_int_equal(scaled(16, 10, 255), 80);  /* scale 500 */
    assert_int_equal(scaled(51, 10, 255), 255); /* 255 itself is allowed */
    assert_int_equal(scaled(52, 10, 255), 255); /* 260 is held */
    assert_int_equal(scaled(52, 10, 32767), 260);
    assert_int_equal(scaled(16, 30, 255), 27);   /* scale 5000 / 30 = 166: (2656 + 50) / 100 */
    assert_int_equal(scaled(16, 3, 32767), 267); /* scale 1666: (26656 + 50) / 100 */
    assert_int_equal(scaled(16, 100, 255), 1);   /* scale 0: 0.5 -> 0, held to 1 */
    assert_int_equal(scaled(16, 97, 255), 1);    /* scale 6: (96 + 50) / 100 = 1 */
    assert_int_equal(scaled(16, 91, 255), 3);    /* scale 18: (288 + 50) / 100 = 3 */
    assert_int_equal(scaled(16, 1, 32767), 800);
    assert_int_equal(scaled(16, 0, 32767), 800); /* 0 counts as 1 */
    assert_int_equal(scaled(1000, 1, 32767), 32767);
}

static void test_factor_by_hand(void **state)
{
    jpegq_table table = flat(10), out;
    (void)state;
    assert_int_equal(jpegq_table_times(&table, 1.25, 0.5, 255, &out), JPEGQ_OK);
    assert_int_equal(out.step[0], 5);
    assert_int_equal(out.step[1], 13); /* 12.5 + 0.5 */
    assert_int_equal(jpegq_table_times(&table, 0.001, 100, 255, &out), JPEGQ_OK);
    assert_int_equal(out.step[0], 255);
    assert_int_equal(out.step[63], 1);
    assert_int_equal(jpegq_table_times(&table, 1e300, 1e300, 32767, &out), JPEGQ_OK);
    assert_int_equal(out.step[0], 32767);
}

static void test_refusals(void **state)
{
    jpegq_table table = flat(16), out;
    (void)state;
    assert_int_equal(jpegq_table_at_quality(&table, -1, 255, &out), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_table_at_quality(&table, 101, 255, &out), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_table_at_quality(&table, 50, 0, &out), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_table_at_quality(&table, 50, 32768, &out), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_table_at_quality(NULL, 50, 255, &out), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_table_at_quality(&table, 50, 255, NULL), JPEGQ_BAD_ARGUMENT);
    const double bad[] = {0, -1, (double)NAN, (double)INFINITY};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(jpegq_table_times(&table, bad[i], 1, 255, &out), JPEGQ_BAD_ARGUMENT);
        assert_int_equal(jpegq_table_times(&table, 1, bad[i], 255, &out), JPEGQ_BAD_ARGUMENT);
    }
}

static void test_presets(void **state)
{
    size_t count;
    const jpegq_preset *presets = jpegq_presets(&count);
    (void)state;
    assert_int_equal(count, 12);
    assert_string_equal(presets[0].name, "luma");
    assert_string_equal(presets[1].name, "chroma");
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(jpegq_preset_named(presets[i].name), &presets[i]);
        assert_true(strlen(presets[i].source) > 0);
        for (int k = 0; k < 64; k++)
            assert_in_range(presets[i].table.step[k], 1, JPEGQ_LARGEST_STEP);
    }
    assert_null(jpegq_preset_named("lum"));
    assert_null(jpegq_preset_named(""));
    /* the visual models are symmetric in u and v, which a slip in copying would break */
    const char *symmetric[] = {"flat",   "chroma",  "imagemagick", "klein",
                               "watson", "ahumada", "peterson"};
    for (int i = 0; i < 7; i++) {
        const uint16_t *step = jpegq_preset_named(symmetric[i])->table.step;
        for (int k = 0; k < 64; k++)
            assert_true(abs(step[k] - step[k % 8 * 8 + k / 8]) <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quality_by_hand),
        cmocka_unit_test(test_factor_by_hand),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_presets),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
