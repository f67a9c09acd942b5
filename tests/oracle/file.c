/* SPDX-License-Identifier: MIT */
/* Whole files: jpegq's bytes, and what it says of their number, against libjpeg's. */
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const coding_names[CODING_COUNT] = {"standard", "optimal", "arithmetic"};

/* ---- Bytes ----------------------------------------------------------------------------------- */

static void compare_numbers(tally *t, const test_case *c, const char *coding_name, const char *what,
                            uint64_t got, uint64_t expected)
{
    char text[200];

    t->comparisons++;
    if (got == expected)
        return;
    snprintf(text, sizeof text, "%s Huffman tables: %s: got %" PRIu64 ", expected %" PRIu64,
             coding_name, what, got, expected);
    fail_case(t, c, text);
}

static void compare_bytes(tally *t, const test_case *c, const char *coding_name, const uint8_t *got,
                          size_t got_size, const uint8_t *expected, size_t expected_size)
{
    size_t size = got_size < expected_size ? got_size : expected_size, first = 0;
    char text[200];

    t->comparisons++;
    t->files++;
    if (got_size == expected_size && memcmp(got, expected, size) == 0)
        return;
    while (first < size && got[first] == expected[first])
        first++;
    if (first < size)
        snprintf(text, sizeof text,
                 "%s Huffman tables: files of %zu and %zu bytes, byte %zu: got %02x, expected %02x",
                 coding_name, got_size, expected_size, first, got[first], expected[first]);
    else
        snprintf(text, sizeof text, "%s Huffman tables: files of %zu and %zu bytes, one ends early",
                 coding_name, got_size, expected_size);
    fail_case(t, c, text);
}

/* ---- Accounts -------------------------------------------------------------------------------- */

/* What the symbols of one table take: their codes, and as many bits as their category says. */
static uint64_t bits_of(const jpegq_huffman *table, const uint64_t counts[256], unsigned category)
{
    uint64_t sum = 0;
    unsigned k = 0;

    for (unsigned length = 1; length <= 16; length++)
        for (unsigned i = 0; i < table->bits[length]; i++, k++)
            sum += counts[table->values[k]] * (length + (table->values[k] & category));
    return sum;
}

/* FF in the entropy-coded segment: all of them are stuffed, as there are no restarts. */
static uint64_t count_stuffed(const uint8_t *segment, uint64_t size)
{
    uint64_t count = 0;

    for (uint64_t i = 0; i < size; i++)
        count += segment[i] == 0xff;
    return count;
}

/* bytes: the file, EOI at its end. */
static void check_account(tally *t, const test_case *c, const jpegq_file *file,
                          const int16_t *quantized, const char *name, const uint8_t *bytes,
                          size_t size)
{
    size_t blocks = jpegq_blocks(c->width) * jpegq_blocks(c->height);
    uint32_t *block_bits = take(blocks, sizeof *block_bits);
    uint64_t positions = 0, in_blocks = 0, spent;
    jpegq_account account, again;
    jpegq_symbols symbols;

    memset(&account, 0xff, sizeof account);
    expect_status(t, c, "jpegq_file_account",
                  jpegq_file_account(file, quantized, &account, block_bits), JPEGQ_OK);
    expect_status(t, c, "jpegq_file_account without block_bits",
                  jpegq_file_account(file, quantized, &again, NULL), JPEGQ_OK);
    expect_status(t, c, "jpegq_count_symbols", jpegq_count_symbols(quantized, blocks, &symbols),
                  JPEGQ_OK);
    for (int i = 0; i < 64; i++)
        positions += account.position[i];
    for (size_t b = 0; b < blocks; b++)
        in_blocks += block_bits[b];
    spent = positions + account.end_of_block;
    compare_numbers(t, c, name, "header + scan", account.header + account.scan, size);
    compare_numbers(t, c, name, "8 * (scan - stuffed)", 8 * (account.scan - account.stuffed),
                    spent + account.padding);
    compare_numbers(t, c, name, "sum of block_bits", in_blocks, spent);
    compare_numbers(t, c, name, "padding / 8", account.padding / 8, 0);
    compare_numbers(t, c, name, "bits by the symbols", spent,
                    bits_of(&file->huffman.dc, symbols.dc, 255) +
                        bits_of(&file->huffman.ac, symbols.ac, 15));
    compare_numbers(t, c, name, "symbols differ",
                    memcmp(&account.symbols, &symbols, sizeof symbols) != 0, 0);
    compare_numbers(t, c, name, "the account differs without block_bits",
                    memcmp(&account, &again, sizeof account) != 0, 0);
    if (account.header + account.scan == size)
        compare_numbers(t, c, name, "stuffed", account.stuffed,
                        count_stuffed(bytes + account.header - 2, account.scan));
    free(block_bits);
}

/* ---- Files ----------------------------------------------------------------------------------- */

static jpegq_file file_of(const test_case *c, const jpegq_table *table)
{
    jpegq_file file = {c->width, c->height, *table, *jpegq_huffman_standard()};

    return file;
}

static void optimize(tally *t, const test_case *c, const int16_t *quantized,
                     jpegq_huffman_pair *huffman)
{
    size_t blocks = jpegq_blocks(c->width) * jpegq_blocks(c->height);
    jpegq_symbols symbols;
    jpegq_status status = jpegq_count_symbols(quantized, blocks, &symbols);

    expect_status(t, c, "jpegq_count_symbols", status, JPEGQ_OK);
    if (status != JPEGQ_OK)
        return; /* anything may be in symbols */
    expect_status(t, c, "jpegq_huffman_optimal", jpegq_huffman_optimal(symbols.dc, &huffman->dc),
                  JPEGQ_OK);
    expect_status(t, c, "jpegq_huffman_optimal", jpegq_huffman_optimal(symbols.ac, &huffman->ac),
                  JPEGQ_OK);
}

size_t check_file(tally *t, const test_case *c, const jpegq_table *table, const int16_t *quantized,
                  coding how)
{
    jpegq_file file = file_of(c, table);
    const char *name = coding_names[how];
    uint64_t size = 0;
    size_t expected_size;
    const uint8_t *expected = ref_file(t->ref, &expected_size);
    uint8_t *bytes;

    if (how == CODING_OPTIMAL)
        optimize(t, c, quantized, &file.huffman);
    expect_status(t, c, "jpegq_file_size", jpegq_file_size(&file, quantized, &size), JPEGQ_OK);
    compare_numbers(t, c, name, "jpegq_file_size", size, expected_size);
    bytes = take((size_t)size + 1, 1); /* never of 0 bytes */
    memset(bytes, 0, (size_t)size + 1);
    expect_status(t, c, "jpegq_file_write", jpegq_file_write(&file, quantized, bytes, (size_t)size),
                  JPEGQ_OK);
    compare_bytes(t, c, name, bytes, (size_t)size, expected, expected_size);
    if (c->seed % 8 == 1)
        check_account(t, c, &file, quantized, name, expected, expected_size);
    free(bytes);
    return expected_size;
}

void check_sizes(tally *t, const test_case *c, const jpegq_table *table, const int16_t *quantized,
                 size_t standard, size_t optimal)
{
    jpegq_file file = file_of(c, table);
    uint64_t sizes[2] = {0, 0};

    memset(&file.huffman, 0xff, sizeof file.huffman); /* which must not be looked at */
    expect_status(t, c, "jpegq_file_sizes",
                  jpegq_file_sizes(&file, quantized, &sizes[0], &sizes[1]), JPEGQ_OK);
    compare_numbers(t, c, coding_names[0], "jpegq_file_sizes", sizes[0], standard);
    compare_numbers(t, c, coding_names[1], "jpegq_file_sizes", sizes[1], optimal);
}

void check_no_file(tally *t, const test_case *c, const jpegq_table *table, const int16_t *quantized)
{
    size_t blocks = jpegq_blocks(c->width) * jpegq_blocks(c->height);
    jpegq_file file = file_of(c, table);
    uint64_t size, optimal;
    jpegq_account account;
    jpegq_symbols symbols;
    uint8_t bytes[1024];

    expect_status(t, c, "jpegq_file_size", jpegq_file_size(&file, quantized, &size),
                  JPEGQ_OUT_OF_RANGE);
    expect_status(t, c, "jpegq_file_sizes", jpegq_file_sizes(&file, quantized, &size, &optimal),
                  JPEGQ_OUT_OF_RANGE);
    expect_status(t, c, "jpegq_file_write", jpegq_file_write(&file, quantized, bytes, sizeof bytes),
                  JPEGQ_OUT_OF_RANGE);
    expect_status(t, c, "jpegq_file_account", jpegq_file_account(&file, quantized, &account, NULL),
                  JPEGQ_OUT_OF_RANGE);
    expect_status(t, c, "jpegq_count_symbols", jpegq_count_symbols(quantized, blocks, &symbols),
                  JPEGQ_OUT_OF_RANGE);
}

/* ---- Other roundings ------------------------------------------------------------------------- */

static const char *const mode_names[] = {"nearest", "even", "trunc", "offset"};

static jpegq_rounding rounding_of(jpegq_round_mode mode, rng *r)
{
    jpegq_rounding rounding = jpegq_rounding_of(mode, 0.35);

    if (mode == JPEGQ_ROUND_OFFSET && rng_below(r, 2))
        for (int i = 0; i < 64; i++)
            rounding.offset[i] = (double)rng_below(r, 1001) / 1000;
    return rounding;
}

/* A random table, or one of the presets at some quality. */
static void odd_table(rng *r, jpegq_dct dct, step_kind kind, jpegq_table *table)
{
    size_t count;
    const jpegq_preset *presets = jpegq_presets(&count);
    uint16_t limit[64];

    steps_limit(dct, limit);
    steps_fill(kind, r, limit, table);
    if (rng_below(r, 2))
        return;
    jpegq_table_at_quality(&presets[rng_below(r, (uint32_t)count)].table, rng_between(r, 0, 100),
                           rng_below(r, 2) ? JPEGQ_BASELINE_STEP : JPEGQ_LARGEST_STEP, table);
    for (int i = 0; i < 64; i++)
        if (table->step[i] > limit[i])
            table->step[i] = limit[i];
}

/* libjpeg reads what jpegq wrote. The bytes of both are the same by now, unless that was said. */
static void check_read(tally *t, const test_case *c, bench *b, coding how)
{
    jpegq_file file = file_of(c, &b->codec.table);
    uint64_t size = 0;
    uint8_t *bytes;

    if (how == CODING_OPTIMAL)
        optimize(t, c, b->got, &file.huffman);
    expect_status(t, c, "jpegq_file_size", jpegq_file_size(&file, b->got, &size), JPEGQ_OK);
    bytes = take((size_t)size + 1, 1);
    expect_status(t, c, "jpegq_file_write", jpegq_file_write(&file, b->got, bytes, (size_t)size),
                  JPEGQ_OK);
    if (!ref_take(t->ref, bytes, (size_t)size) ||
        !ref_coefficients(t->ref, b->wanted, &b->file_table) ||
        !ref_decode(t->ref, c->dct, b->pixels) || ref_warnings(t->ref) != 0) {
        fail_reference(t, c, "libjpeg does not read jpegq's file");
    } else {
        compare_tables(t, c, &b->codec.table, &b->file_table);
        compare_blocks(t, c, "what jpegq wrote", b->got, b->wanted);
        compare_samples(t, c, "what jpegq wrote", &b->out, b->pixels);
    }
    free(bytes);
}

static void check_both_files(tally *t, const test_case *c, bench *b)
{
    size_t sizes[2] = {0, 0};

    for (coding how = CODING_STANDARD; how <= CODING_OPTIMAL; how++) {
        if (!ref_write(t->ref, &b->codec.table, b->got, &b->in, how)) {
            fail_reference(t, c, "libjpeg does not write these coefficients");
            continue;
        }
        sizes[how] = check_file(t, c, &b->codec.table, b->got, how);
        check_read(t, c, b, how);
    }
    check_sizes(t, c, &b->codec.table, b->got, sizes[0], sizes[1]);
}

/* The coefficients alone: jpegq_round_trip does not promise them when it refuses. */
static void quantize(tally *t, const test_case *c, bench *b)
{
    void *coefficients = take(b->blocks, 64 * jpegq_dct_size(b->codec.dct));

    expect_status(t, c, "jpegq_forward", jpegq_forward(b->codec.dct, &b->in, coefficients),
                  JPEGQ_OK);
    expect_status(t, c, "jpegq_quantize",
                  jpegq_quantize(&b->codec, coefficients, b->blocks, b->got), JPEGQ_OK);
    free(coefficients);
}

static void rounding_case(tally *t, test_case *c, bench *b)
{
    jpegq_status status = jpegq_round_trip(&b->codec, &b->in, &b->out, b->got);

    if (status == JPEGQ_OUT_OF_RANGE && b->codec.dct == JPEGQ_DCT_FAST) {
        t->refusals++;
        t->comparisons++;
        quantize(t, c, b);
        if (ref_write(t->ref, &b->codec.table, b->got, &b->in, CODING_OPTIMAL))
            fail_case(t, c, "jpegq_round_trip refused, but libjpeg writes these coefficients");
        check_no_file(t, c, &b->codec.table, b->got);
        return;
    }
    expect_status(t, c, "jpegq_round_trip", status, JPEGQ_OK);
    if (b->codec.dct == JPEGQ_DCT_EXACT)
        expect_status(t, c, "jpegq_inverse",
                      jpegq_inverse(c->dct, &b->codec.table, b->got, &b->out), JPEGQ_OK);
    check_both_files(t, c, b);
}

void check_rounding(tally *t, jpegq_dct dct, jpegq_round_mode mode, step_kind table_kind,
                    content kind, uint32_t width, uint32_t height, uint64_t seed)
{
    rng r = {~seed};
    char name[64];
    bench b;
    test_case c = {.dct = dct == JPEGQ_DCT_EXACT ? JPEGQ_DCT_INT : dct,
                   .table_name = name,
                   .table = &b.codec.table,
                   .content = kind,
                   .seed = seed,
                   .width = width,
                   .height = height};

    snprintf(name, sizeof name, "%s or preset%s, rounding %s", steps_names[table_kind],
             dct == JPEGQ_DCT_EXACT ? " (forward: exact)" : "", mode_names[mode]);
    bench_open(&b, width, height, seed);
    content_fill(kind, seed, &b.in);
    b.codec.dct = dct;
    b.codec.rounding = rounding_of(mode, &r);
    odd_table(&r, dct, table_kind, &b.codec.table);
    rounding_case(t, &c, &b);
    bench_close(&b);
}

/* ---- Random blocks --------------------------------------------------------------------------- */

/* Bits of the longest code, were there no limit: the height of Huffman's tree. */
static unsigned tree_height(const uint64_t counts[256])
{
    uint64_t weight[257] = {1}; /* the reserved code's */
    unsigned height[257] = {0}, roots = 1;

    for (int i = 0; i < 256; i++)
        if (counts[i])
            weight[roots++] = counts[i];
    for (; roots > 1; roots--) {
        for (unsigned end = 0; end < 2; end++) /* bring the two least to the front */
            for (unsigned i = end + 1; i < roots; i++)
                if (weight[i] < weight[end]) {
                    uint64_t w = weight[i];
                    unsigned h = height[i];

                    weight[i] = weight[end];
                    height[i] = height[end];
                    weight[end] = w;
                    height[end] = h;
                }
        height[0] = 1 + (height[0] > height[1] ? height[0] : height[1]);
        weight[0] += weight[1];
        weight[1] = weight[roots - 1];
        height[1] = height[roots - 1];
    }
    return height[0];
}

/* Are there codes to be shortened? libjpeg takes lengths up to 32 before the limit. */
static bool has_long_codes(const int16_t *quantized, size_t blocks)
{
    jpegq_symbols symbols;

    return jpegq_count_symbols(quantized, blocks, &symbols) == JPEGQ_OK &&
           tree_height(symbols.ac) > 16;
}

void check_mixture(tally *t, mixture kind, uint32_t width, uint32_t height, uint64_t seed)
{
    rng r = {~seed};
    bench b;
    test_case c = {.dct = JPEGQ_DCT_INT,
                   .table_name = "byte",
                   .table = &b.codec.table,
                   .file = mixture_names[kind],
                   .seed = seed,
                   .width = width,
                   .height = height};

    bench_open(&b, width, height, seed);
    b.codec.dct = JPEGQ_DCT_INT;
    odd_table(&r, JPEGQ_DCT_INT, STEPS_BYTE, &b.codec.table);
    mixture_fill(kind, &r, b.blocks, b.got);
    expect_status(t, &c, "jpegq_inverse", jpegq_inverse(c.dct, &b.codec.table, b.got, &b.out),
                  JPEGQ_OK);
    check_both_files(t, &c, &b);
    t->shortened += has_long_codes(b.got, b.blocks);
    bench_close(&b);
}
