/* SPDX-License-Identifier: MIT */
/* test_runs.c: deflate of runs and Huffman codes, against stb_image's inflate. */
#include <stdlib.h>
#include <string.h>

#include "io/runs.h"
#include "unit.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wundef"
#define STB_IMAGE_IMPLEMENTATION
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

enum { MOST = 300000 };

static void check(const uint8_t *data, size_t size)
{
    static uint8_t back[MOST];
    size_t room = jq_runs_bound(size), bytes = jq_deflate_runs(data, size, NULL);
    uint8_t *out = calloc(room + 4, 1);
    assert_non_null(out);
    assert_true(bytes > 0 && bytes <= room);
    assert_int_equal(jq_deflate_runs(data, size, out), bytes);
    memset(back, 0xa5, size);
    /* stb looks into the checksum that a zlib stream has behind */
    int got = stbi_zlib_decode_noheader_buffer((char *)back, (int)size, (const char *)out,
                                               (int)bytes + 4);
    assert_int_equal(got, size);
    assert_memory_equal(back, data, size);
    free(out);
}

static void test_sizes(void **state)
{
    static uint8_t data[MOST];
    (void)state;
    fill_random(data, MOST, 1);
    for (size_t size = 1; size < 300; size++)
        check(data, size);
    for (size_t size = 65530; size < 65545; size++)
        check(data, size);
    for (size_t size = 131070; size < 131075; size++)
        check(data, size);
    check(data, MOST);
}

/* A run of every length to twice the longest, and runs across the ends of blocks. */
static void test_runs(void **state)
{
    static uint8_t data[MOST];
    size_t size = 0;
    (void)state;
    for (size_t length = 1; length <= 520; length++) {
        memset(data + size, length % 2 ? 7 : 0, length);
        size += length;
    }
    check(data, size);
    for (size_t length = 1; length < 600; length++)
        check(data + size - length, length);
    for (size_t length = 0; length < 600; length += 7) {
        fill_random(data, MOST, 2);
        memset(data + 65536 - 300, 9, length);
        check(data, 70000);
    }
    memset(data, 0, sizeof data);
    check(data, MOST);
    data[0] = 1; /* the first byte has none before it */
    check(data, MOST);
}

/*
 * Bytes that come as often as Fibonacci's numbers make the deepest tree: 22 of them are 46367, and
 * their codes would have up to 21 bits.
 */
static void test_deep_codes(void **state)
{
    static uint8_t data[MOST];
    size_t size = 0, a = 1, b = 1;
    uint64_t random = 3;
    (void)state;
    for (uint8_t byte = 0; byte < 22; byte++) {
        memset(data + size, byte * 11, a);
        size += a;
        size_t next = a + b;
        a = b;
        b = next;
    }
    for (size_t i = size - 1; i > 0; i--) { /* no runs */
        size_t j = next_random(&random) % (i + 1);
        uint8_t byte = data[i];
        data[i] = data[j];
        data[j] = byte;
    }
    assert_true(size < 65536);
    check(data, size);
}

/* Few bytes and many, with runs as often as not. */
static void test_mixtures(void **state)
{
    static uint8_t data[MOST];
    uint64_t random = 4;
    (void)state;
    for (unsigned trial = 0; trial < 300; trial++) {
        unsigned values = 1 + (unsigned)next_random(&random) % 256;
        unsigned repeat = (unsigned)next_random(&random) % 100;
        size_t size = 2 + next_random(&random) % 3000;
        data[0] = 0;
        for (size_t i = 1; i < size; i++)
            data[i] =
                (uint8_t)(next_random(&random) % 100 < repeat ? data[i - 1]
                                                              : next_random(&random) % values);
        check(data, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_deep_codes),
        cmocka_unit_test(test_mixtures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
