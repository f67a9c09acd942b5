/* SPDX-License-Identifier: MIT */
/* One case: what jpegq makes of it against what libjpeg makes of it. */
#include "check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARD 0xa5 /* in the bytes between rows, which nobody may write */

static const char *const dct_names[] = {"int", "float", "fast", "exact"};

/* ---- Reports --------------------------------------------------------------------------------- */

void check_fail(tally *t, const char *format, ...)
{
    va_list arguments;

    t->differences++;
    if (!t->quota)
        return;
    t->quota--;
    printf("FAIL ");
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

void fail_case(tally *t, const test_case *c, const char *what)
{
    char quality[16] = "as it stands";

    if (!c->table)
        snprintf(quality, sizeof quality, "q%d", c->quality);
    check_fail(t, "dct %s, table %s %s%s, %s %" PRIu32 "x%" PRIu32 ", seed %" PRIu64 ": %s",
               dct_names[c->dct], c->table_name, quality, c->baseline ? " baseline" : "",
               c->file ? c->file : content_names[c->content], c->width, c->height, c->seed, what);
}

void fail_reference(tally *t, const test_case *c, const char *what)
{
    char text[320];

    snprintf(text, sizeof text, "%s: %s", what, ref_message(t->ref));
    fail_case(t, c, text);
}

void expect_status(tally *t, const test_case *c, const char *what, jpegq_status got,
                   jpegq_status expected)
{
    char text[160];

    t->comparisons++;
    if (got == expected)
        return;
    snprintf(text, sizeof text, "%s returned \"%s\", expected \"%s\"", what, jpegq_status_text(got),
             jpegq_status_text(expected));
    fail_case(t, c, text);
}

void compare_tables(tally *t, const test_case *c, const jpegq_table *got,
                    const jpegq_table *expected)
{
    char text[160];
    int i = 0;

    t->comparisons++;
    while (i < 64 && got->step[i] == expected->step[i])
        i++;
    if (i == 64)
        return;
    snprintf(text, sizeof text, "step [%d][%d]: got %u, expected %u", i / 8, i % 8, got->step[i],
             expected->step[i]);
    fail_case(t, c, text);
}

void compare_blocks(tally *t, const test_case *c, const char *what, const int16_t *got,
                    const int16_t *expected)
{
    size_t columns = jpegq_blocks(c->width);
    size_t count = 64 * columns * jpegq_blocks(c->height);
    size_t first = count, different = 0;
    char text[200];

    t->comparisons++;
    if (memcmp(got, expected, count * sizeof *got) == 0)
        return;
    for (size_t i = count; i-- > 0;)
        if (got[i] != expected[i]) {
            first = i;
            different++;
        }
    snprintf(text, sizeof text,
             "%s: %zu of %zu coefficients differ; block [%zu][%zu] coefficient [%zu][%zu]: "
             "got %d, expected %d",
             what, different, count, first / 64 / columns, first / 64 % columns, first % 64 / 8,
             first % 8, got[first], expected[first]);
    fail_case(t, c, text);
}

/* expected: stride = width. */
void compare_samples(tally *t, const test_case *c, const char *what, const jpegq_plane *got,
                     const uint8_t *expected)
{
    size_t count = (size_t)c->width * c->height;
    size_t first = count, different = 0;
    char text[200];

    t->comparisons++;
    for (size_t i = count; i-- > 0;)
        if (got->samples[i / c->width * got->stride + i % c->width] != expected[i]) {
            first = i;
            different++;
        }
    if (!different)
        return;
    snprintf(text, sizeof text,
             "%s: %zu of %zu pixels differ; pixel [%zu][%zu]: got %d, expected %d", what, different,
             count, first / c->width, first % c->width,
             got->samples[first / c->width * got->stride + first % c->width], expected[first]);
    fail_case(t, c, text);
}

/* Rows of an output plane must be all that was written. */
void compare_guards(tally *t, const test_case *c, const jpegq_plane *plane)
{
    t->comparisons++;
    for (size_t y = 0; y + 1 < plane->height; y++)
        for (size_t x = plane->width; x < plane->stride; x++)
            if (plane->samples[y * plane->stride + x] != GUARD) {
                fail_case(t, c, "bytes between the rows were written");
                return;
            }
}

/* ---- The memory of a case -------------------------------------------------------------------- */

/* What cannot be tested for want of memory must not pass. */
void *take(size_t count, size_t size)
{
    void *memory = malloc(count * size);

    if (!memory) {
        fprintf(stderr, "oracle: no memory\n");
        fflush(stdout);
        abort();
    }
    return memory;
}

/* Exactly as many bytes as jpegq.h asks for, so that a sanitizer sees any access beyond. */
static jpegq_plane plane_take(uint32_t width, uint32_t height, size_t pad)
{
    jpegq_plane plane = {width, height, width + pad, NULL};
    size_t bytes = (height - 1) * plane.stride + width;

    plane.samples = take(bytes, 1);
    memset(plane.samples, GUARD, bytes);
    return plane;
}

static void plane_copy(const jpegq_plane *from, const jpegq_plane *to)
{
    for (size_t y = 0; y < from->height; y++)
        memcpy(to->samples + y * to->stride, from->samples + y * from->stride, from->width);
}

void bench_open(bench *b, uint32_t width, uint32_t height, uint64_t seed)
{
    memset(b, 0, sizeof *b);
    b->in = plane_take(width, height, seed >> 8 & 1 ? 0 : seed % 19);
    b->out = plane_take(width, height, seed >> 9 & 1 ? 0 : seed % 23);
    b->blocks = jpegq_blocks(width) * jpegq_blocks(height);
    b->pixels = take((size_t)width * height, 1);
    b->wanted = take(b->blocks, 64 * sizeof *b->wanted);
    b->got = take(b->blocks, 64 * sizeof *b->got);
}

void bench_close(bench *b)
{
    free(b->in.samples);
    free(b->out.samples);
    free(b->pixels);
    free(b->wanted);
    free(b->got);
}

/* ---- The way there and back ------------------------------------------------------------------ */

/* Stage by stage: the coefficients must be those wanted, the pixels those of the reference. */
static void check_stages(tally *t, const test_case *c, bench *b)
{
    void *coefficients = take(b->blocks, 64 * jpegq_dct_size(c->dct));

    memset(b->got, 0, b->blocks * 64 * sizeof *b->got);
    expect_status(t, c, "jpegq_forward", jpegq_forward(c->dct, &b->in, coefficients), JPEGQ_OK);
    expect_status(t, c, "jpegq_quantize",
                  jpegq_quantize(&b->codec, coefficients, b->blocks, b->got), JPEGQ_OK);
    compare_blocks(t, c, "jpegq_quantize", b->got, b->wanted);
    expect_status(t, c, "jpegq_inverse", jpegq_inverse(c->dct, &b->codec.table, b->wanted, &b->out),
                  JPEGQ_OK);
    compare_samples(t, c, "jpegq_inverse", &b->out, b->pixels);
    free(coefficients);
}

/* jpegq.h allows the input's memory to take the output. */
static void check_in_place(tally *t, const test_case *c, bench *b)
{
    jpegq_plane same = plane_take(c->width, c->height, b->in.stride - b->in.width);

    plane_copy(&b->in, &same);
    expect_status(t, c, "jpegq_round_trip in place",
                  jpegq_round_trip(&b->codec, &same, &same, NULL), JPEGQ_OK);
    compare_samples(t, c, "jpegq_round_trip in place", &same, b->pixels);
    free(same.samples);
}

/* T.81 tables F.1 and F.2: can Huffman coding hold these blocks? If not, the first one. */
static bool huffman_holds(const int16_t *quantized, size_t blocks, size_t *first)
{
    int before = 0;

    for (size_t block = 0; block < blocks; block++, quantized += 64) {
        int difference = quantized[0] - before;
        bool fits = difference >= -2047 && difference <= 2047;

        for (int i = 1; i < 64; i++)
            fits = fits && quantized[i] >= -1023 && quantized[i] <= 1023;
        if (!fits) {
            *first = block;
            return false;
        }
        before = quantized[0];
    }
    return true;
}

static ref_options options_of(const test_case *c)
{
    bool chroma = !c->table && strcmp(c->table_name, "chroma") == 0;
    ref_options options = {c->dct, chroma, c->quality, c->baseline, CODING_STANDARD, c->table};

    return options;
}

/* Encode and read back; false after a report. */
static bool reference_encode(tally *t, const test_case *c, bench *b, coding how)
{
    ref_options options = options_of(c);

    options.coding = how;
    if (ref_encode(t->ref, &options, &b->in) &&
        ref_coefficients(t->ref, b->wanted, &b->file_table) &&
        ref_decode(t->ref, c->dct, b->pixels) && ref_warnings(t->ref) == 0)
        return true;
    return false;
}

/*
 * jpegq says that no file can hold the coefficients. Arithmetic coding shows what they truly are;
 * the Huffman file of before must have been corrupt, or have held something else.
 */
static void check_refusal(tally *t, const test_case *c, bench *b, bool file_was_clean)
{
    int16_t *huffman = take(b->blocks, 64 * sizeof *huffman);
    size_t bytes = b->blocks * 64 * sizeof *huffman;
    size_t block = 0, expected = 0;

    memcpy(huffman, b->wanted, bytes);
    t->comparisons++;
    t->refusals++;
    if (!reference_encode(t, c, b, CODING_ARITHMETIC))
        fail_reference(t, c, "libjpeg cannot code this even arithmetically");
    else if (huffman_holds(b->wanted, b->blocks, &expected))
        fail_case(t, c, "jpegq_round_trip refused, but libjpeg's coefficients fit a file");
    else if (file_was_clean && memcmp(huffman, b->wanted, bytes) == 0)
        fail_case(t, c, "jpegq_round_trip refused, but libjpeg's file is not corrupt");
    else {
        expect_status(t, c, "jpegq_check_range", jpegq_check_range(b->wanted, b->blocks, &block),
                      JPEGQ_OUT_OF_RANGE);
        if (block != expected)
            fail_case(t, c, "jpegq_check_range names another block than the first");
        compare_tables(t, c, &b->codec.table, &b->file_table);
        check_no_file(t, c, &b->codec.table, b->wanted);
        check_stages(t, c, b);
    }
    free(huffman);
}

/* The reference holds the file with standard Huffman tables; then it makes the optimal one. */
static void check_files(tally *t, const test_case *c, const bench *b)
{
    size_t standard = check_file(t, c, &b->codec.table, b->got, CODING_STANDARD);
    ref_options options = options_of(c);

    options.coding = CODING_OPTIMAL;
    if (ref_encode(t->ref, &options, &b->in))
        check_sizes(t, c, &b->codec.table, b->got, standard,
                    check_file(t, c, &b->codec.table, b->got, CODING_OPTIMAL));
    else
        fail_reference(t, c, "libjpeg does not optimize");
}

static void check_round_trip(tally *t, const test_case *c, bench *b)
{
    bool clean = reference_encode(t, c, b, CODING_STANDARD);
    jpegq_status status = jpegq_round_trip(&b->codec, &b->in, &b->out, b->got);

    if (status == JPEGQ_OUT_OF_RANGE && c->dct == JPEGQ_DCT_FAST) {
        check_refusal(t, c, b, clean);
        return;
    }
    expect_status(t, c, "jpegq_round_trip", status, JPEGQ_OK);
    if (!clean) {
        fail_reference(t, c, "jpegq_round_trip accepted, but libjpeg's file is corrupt");
        return;
    }
    compare_tables(t, c, &b->codec.table, &b->file_table);
    compare_blocks(t, c, "jpegq_round_trip", b->got, b->wanted);
    compare_samples(t, c, "jpegq_round_trip", &b->out, b->pixels);
    compare_guards(t, c, &b->out);
    check_files(t, c, b);
    if (c->seed % 8 == 0) {
        expect_status(t, c, "jpegq_check_range", jpegq_check_range(b->got, b->blocks, NULL),
                      JPEGQ_OK);
        check_stages(t, c, b);
        check_in_place(t, c, b);
    }
}

/* ---- Tables and their limits ----------------------------------------------------------------- */

static void set_table(tally *t, const test_case *c, jpegq_table *table)
{
    unsigned largest = c->baseline ? JPEGQ_BASELINE_STEP : JPEGQ_LARGEST_STEP;
    const jpegq_preset *preset;

    memset(table, 0, sizeof *table);
    if (c->table) {
        *table = *c->table;
        return;
    }
    preset = jpegq_preset_named(c->table_name);
    t->comparisons++;
    if (!preset)
        fail_case(t, c, "jpegq_preset_named knows no such table");
    else
        expect_status(t, c, "jpegq_table_at_quality",
                      jpegq_table_at_quality(&preset->table, c->quality, largest, table), JPEGQ_OK);
}

/* The first step that the method cannot divide by, or 64. */
static unsigned first_bad_step(jpegq_dct dct, const jpegq_table *table)
{
    uint16_t limit[64];
    unsigned i = 0;

    steps_limit(dct, limit);
    while (i < 64 && table->step[i] >= 1 && table->step[i] <= limit[i])
        i++;
    return i;
}

/* libjpeg is not asked: it crashes or makes nonsense. */
static void check_bad_step(tally *t, const test_case *c, bench *b, unsigned bad)
{
    unsigned position = 64;

    expect_status(t, c, "jpegq_check_table", jpegq_check_table(c->dct, &b->codec.table, &position),
                  JPEGQ_BAD_STEP);
    if (position != bad)
        fail_case(t, c, "jpegq_check_table names another position than the first");
    expect_status(t, c, "jpegq_round_trip", jpegq_round_trip(&b->codec, &b->in, &b->out, b->got),
                  JPEGQ_BAD_STEP);
    compare_guards(t, c, &b->out);
    t->bad_steps++;
}

void check_plane(tally *t, const test_case *c)
{
    bench b;
    unsigned bad;

    bench_open(&b, c->width, c->height, c->seed);
    if (c->plane)
        plane_copy(c->plane, &b.in);
    else
        content_fill(c->content, c->seed, &b.in);
    b.codec.dct = c->dct;
    b.codec.rounding = jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0.5);
    set_table(t, c, &b.codec.table);
    bad = first_bad_step(c->dct, &b.codec.table);
    if (bad < 64) {
        check_bad_step(t, c, &b, bad);
    } else {
        expect_status(t, c, "jpegq_check_table", jpegq_check_table(c->dct, &b.codec.table, NULL),
                      JPEGQ_OK);
        check_round_trip(t, c, &b);
    }
    bench_close(&b);
}

void check_scale(tally *t, const char *name, const jpegq_table *base, int quality, bool baseline)
{
    unsigned largest = baseline ? JPEGQ_BASELINE_STEP : JPEGQ_LARGEST_STEP;
    test_case c = {0};
    jpegq_table got = {{0}}, expected;

    c.table_name = name;
    c.quality = quality;
    c.baseline = baseline;
    expect_status(t, &c, "jpegq_table_at_quality",
                  jpegq_table_at_quality(base, quality, largest, &got), JPEGQ_OK);
    if (ref_scale(t->ref, base, quality, baseline, &expected))
        compare_tables(t, &c, &got, &expected);
    else
        fail_reference(t, &c, "libjpeg takes no such table");
}

/* ---- The way back alone ---------------------------------------------------------------------- */

static void inverse_case(tally *t, const test_case *c, bench *b)
{
    if (!ref_decode(t->ref, c->dct, b->pixels) || ref_warnings(t->ref) != 0) {
        fail_reference(t, c, "libjpeg does not decode what it wrote");
        return;
    }
    expect_status(t, c, "jpegq_inverse", jpegq_inverse(c->dct, &b->codec.table, b->wanted, &b->out),
                  JPEGQ_OK);
    compare_samples(t, c, "jpegq_inverse", &b->out, b->pixels);
    compare_guards(t, c, &b->out);
}

/* Did libjpeg's file keep the coefficients? */
static bool kept(tally *t, bench *b, coding how)
{
    return ref_write(t->ref, &b->codec.table, b->wanted, &b->in, how) &&
           ref_coefficients(t->ref, b->got, &b->file_table) && ref_warnings(t->ref) == 0 &&
           memcmp(b->got, b->wanted, b->blocks * 64 * sizeof *b->got) == 0;
}

void check_inverse(tally *t, spread kind, step_kind table_kind, uint32_t width, uint32_t height,
                   uint64_t seed)
{
    static const jpegq_dct methods[] = {JPEGQ_DCT_INT, JPEGQ_DCT_FLOAT, JPEGQ_DCT_FAST};
    uint16_t limit[64];
    rng r = {seed};
    test_case c = {0};
    char name[64];
    bench b;

    snprintf(name, sizeof name, "%s, coefficients %s", steps_names[table_kind], spread_names[kind]);
    bench_open(&b, width, height, seed);
    for (int i = 0; i < 64; i++)
        limit[i] = JPEGQ_LARGEST_STEP; /* the inverse multiplies: every step will do */
    steps_fill(table_kind, &r, limit, &b.codec.table);
    spread_fill(kind, &r, &b.codec.table, b.blocks, b.wanted);
    c = (test_case){.table_name = name,
                    .table = &b.codec.table,
                    .file = "inverse",
                    .seed = seed,
                    .width = width,
                    .height = height};
    t->written++;
    if (!kept(t, &b, CODING_ARITHMETIC)) {
        t->skipped++;
    } else {
        compare_tables(t, &c, &b.codec.table, &b.file_table);
        for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
            c.dct = methods[i];
            inverse_case(t, &c, &b);
        }
    }
    bench_close(&b);
}

/* ---- What a file can hold -------------------------------------------------------------------- */

/*
 * Values at the bounds and just within, and now and then one just outside: so rarely that many
 * planes fit, and that in the others the first block to be named may be any.
 */
static void fill_about_bounds(rng *r, size_t blocks, int16_t *out)
{
    int dc = 0;

    for (size_t block = 0; block < blocks; block++, out += 64) {
        int difference = rng_between(r, 2044, 2047 + (rng_below(r, 6) == 0));

        dc += dc > 0 ? -difference : difference;
        out[0] = (int16_t)dc;
        for (int i = 1; i < 64; i++) {
            int magnitude = rng_below(r, 4) ? 0 : rng_between(r, 1020, 1023);

            if (rng_below(r, 400) == 0)
                magnitude = 1024;
            out[i] = (int16_t)(rng_below(r, 2) ? magnitude : -magnitude);
        }
    }
}

void check_range(tally *t, uint32_t width, uint32_t height, uint64_t seed)
{
    static const jpegq_table ones = {{
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    }};
    test_case c = {.table_name = "one",
                   .table = &ones,
                   .file = "blocks about the bounds",
                   .seed = seed,
                   .width = width,
                   .height = height};
    rng r = {seed};
    size_t first = 0, expected = 0, optimal;
    jpegq_status status;
    bool fits;
    bench b;

    bench_open(&b, width, height, seed);
    b.codec.table = ones;
    fill_about_bounds(&r, b.blocks, b.wanted);
    fits = kept(t, &b, CODING_OPTIMAL);
    if (fits) {
        optimal = check_file(t, &c, &ones, b.wanted, CODING_OPTIMAL);
        if (ref_write(t->ref, &ones, b.wanted, &b.in, CODING_STANDARD))
            check_sizes(t, &c, &ones, b.wanted, check_file(t, &c, &ones, b.wanted, CODING_STANDARD),
                        optimal);
        else
            fail_reference(t, &c, "libjpeg writes only the optimal file");
    } else {
        check_no_file(t, &c, &ones, b.wanted);
    }
    status = jpegq_check_range(b.wanted, b.blocks, &first);
    expect_status(t, &c, "jpegq_check_range", status, fits ? JPEGQ_OK : JPEGQ_OUT_OF_RANGE);
    t->comparisons++;
    if (fits != huffman_holds(b.wanted, b.blocks, &expected))
        fail_case(t, &c, "the oracle's own idea of the range is not libjpeg's");
    else if (!fits && status == JPEGQ_OUT_OF_RANGE && first != expected)
        fail_case(t, &c, "jpegq_check_range names another block than the first");
    t->refusals += !fits;
    bench_close(&b);
}
