/* SPDX-License-Identifier: MIT */
/*
 * test_kernels.c: every set of kernels that this processor can run, function by function, gives
 * the bits of the C and touches nothing else. What the C gives is for the oracle to judge; the
 * 16-bit division is compared with whole-number division here.
 *
 * JPEGQ_TEST_EVERY=N takes only one of N cases of the long loops, for emulators and valgrind.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec/kernels.h"
#include "unit.h"

enum { MOST_BLOCKS = 20, GUARD = 64, FILL = 0xa5 };

static double cosines[8][8]; /* orthonormal: [frequency][place] */
static unsigned every = 1;

static int prepare(void **state)
{
    const double pi = 3.14159265358979323846;
    const char *cut = getenv("JPEGQ_TEST_EVERY");
    (void)state;
    if (cut && strtoul(cut, NULL, 10) > 0)
        every = (unsigned)strtoul(cut, NULL, 10);
    for (int k = 0; k < 8; k++)
        for (int i = 0; i < 8; i++)
            cosines[k][i] = (k == 0 ? sqrt(0.125) : 0.5) * cos((2 * i + 1) * k * pi / 16);
    return 0;
}

static unsigned below(uint64_t *random, unsigned limit)
{
    return (unsigned)(next_random(random) % limit);
}

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes + (bytes == 0));
    assert_non_null(memory);
    return memory;
}

/* Run a check on every set but the C that runs here. */
static void for_each_set(void (*check)(const jq_kernels *))
{
    size_t count;
    const jq_kernels *const *sets = jq_kernels_all(&count);
    assert_ptr_equal(sets[0], &jq_kernels_c);
    for (size_t i = 1; i < count; i++)
        if (jq_kernels_run_here(sets[i]))
            check(sets[i]);
}

/* ---- Outputs with guards --------------------------------------------------------------------- */

typedef struct guarded {
    size_t size;    /* bytes that the kernel may know of */
    uint8_t *bytes; /* behind a guard, and one follows */
} guarded;

static guarded guarded_alloc(size_t size)
{
    uint8_t *memory = allocate(size + 2 * GUARD);
    memset(memory, FILL, size + 2 * GUARD);
    return (guarded){size, memory + GUARD};
}

static void guarded_free(guarded *g)
{
    free(g->bytes - GUARD);
}

/* Both hold the same, what was filled in included, and nothing else was written to. */
static void check_same(const guarded *got, const guarded *want, const char *set, const char *what,
                       size_t blocks, size_t stride)
{
    for (size_t i = 0; i < GUARD; i++)
        if (got->bytes[i - GUARD] != FILL || got->bytes[got->size + i] != FILL ||
            want->bytes[i - GUARD] != FILL || want->bytes[want->size + i] != FILL)
            fail_msg("%s: %s wrote outside, %zu blocks, stride %zu", set, what, blocks, stride);
    for (size_t i = 0; i < got->size; i++)
        if (got->bytes[i] != want->bytes[i])
            fail_msg("%s: %s differs from C at byte %zu, %zu blocks, stride %zu", set, what, i,
                     blocks, stride);
}

/* Bytes from the first to the last sample of blocks side by side, and not one more. */
static size_t sample_bytes(size_t blocks, size_t stride)
{
    return blocks == 0 ? 0 : 7 * stride + 8 * blocks;
}

/* The bytes between the rows of blocks still have what was filled in. */
static void check_gaps(const guarded *g, size_t blocks, size_t stride, const char *set)
{
    for (size_t y = 0; blocks > 0 && y < 7; y++)
        for (size_t x = 8 * blocks; x < stride; x++)
            if (g->bytes[y * stride + x] != FILL)
                fail_msg("%s: wrote between the rows, %zu blocks, stride %zu", set, blocks, stride);
}

/* ---- Content --------------------------------------------------------------------------------- */

typedef enum content {
    CONTENT_NOISE,
    CONTENT_BINARY,  /* 0 and 255 */
    CONTENT_CHECKER, /* of 0 and 255, of squares 1, 2 or 4 wide */
    CONTENT_BASIS,   /* the sign pattern of a basis function, whose coefficient gets largest */
    CONTENT_NATURAL, /* smooth, with an edge and a little noise */
    CONTENT_LEVEL,   /* constant */
    CONTENT_MIXED,   /* any of these, block by block */
    CONTENTS
} content;

static uint8_t natural_sample(uint64_t *random, const int parameter[4], int y, int x)
{
    int value = parameter[0] + parameter[1] * y + parameter[2] * x + (int)below(random, 7) - 3;
    if (y + x > parameter[3])
        value += 60;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static void make_block(content kind, uint64_t *random, uint8_t block[64])
{
    if (kind == CONTENT_MIXED)
        kind = (content)below(random, CONTENT_MIXED);
    const unsigned frequency = below(random, 64), flip = below(random, 2), width = below(random, 3);
    const int parameter[4] = {(int)below(random, 256), (int)below(random, 25) - 12,
                              (int)below(random, 25) - 12, (int)below(random, 24)};
    for (unsigned i = 0; i < 64; i++) {
        bool high = false;
        if (kind == CONTENT_BINARY)
            high = below(random, 2);
        if (kind == CONTENT_CHECKER)
            high = ((i / 8 >> width) + (i % 8 >> width) + flip) % 2;
        if (kind == CONTENT_BASIS)
            high = (cosines[frequency / 8][i / 8] * cosines[frequency % 8][i % 8] > 0) == flip;
        block[i] = high ? 255 : 0;
        if (kind == CONTENT_NOISE)
            block[i] = (uint8_t)next_random(random);
        if (kind == CONTENT_NATURAL)
            block[i] = natural_sample(random, parameter, (int)i / 8, (int)i % 8);
        if (kind == CONTENT_LEVEL)
            block[i] = (uint8_t)parameter[0];
    }
}

/* Blocks side by side. */
static void make_samples(content kind, uint64_t *random, uint8_t *samples, size_t stride,
                         size_t blocks)
{
    for (size_t b = 0; b < blocks; b++) {
        uint8_t block[64];
        make_block(kind, random, block);
        for (size_t y = 0; y < 8; y++)
            memcpy(samples + y * stride + 8 * b, block + 8 * y, 8);
    }
}

/* T.81 A.3.3 in double precision */
static void model_forward(const uint8_t block[64], double coefficients[64])
{
    double rows[64];
    for (int y = 0; y < 8; y++) {
        for (int u = 0; u < 8; u++) {
            rows[8 * y + u] = 0;
            for (int x = 0; x < 8; x++)
                rows[8 * y + u] += (block[8 * y + x] - 128) * cosines[u][x];
        }
    }
    for (int v = 0; v < 8; v++) {
        for (int u = 0; u < 8; u++) {
            coefficients[8 * v + u] = 0;
            for (int y = 0; y < 8; y++)
                coefficients[8 * v + u] += rows[8 * y + u] * cosines[v][y];
        }
    }
}

typedef enum spread {
    SPREAD_MODEL,    /* of natural and extreme blocks, quantized in double precision */
    SPREAD_EXCESS,   /* the same, up to 8 times as large */
    SPREAD_ANY,      /* all of int16_t */
    SPREAD_EXTREMES, /* its ends, and -1, 0, 1 */
    SPREAD_FEW,      /* a few of any value */
    SPREAD_ROW,      /* only in the first row, which the reference treats in its own way */
    SPREAD_SMALL_ROW,
    SPREAD_MIXED, /* any of these, block by block */
    SPREADS
} spread;

static int16_t clamp16(double x)
{
    return (int16_t)(x < INT16_MIN ? INT16_MIN : x > INT16_MAX ? INT16_MAX : x);
}

static void make_quantized(spread kind, uint64_t *random, const jpegq_table *table,
                           int16_t quantized[64])
{
    static const int16_t extremes[5] = {INT16_MIN, INT16_MAX, -1, 0, 1};
    uint8_t block[64];
    double model[64];
    if (kind == SPREAD_MIXED)
        kind = (spread)below(random, SPREAD_MIXED);
    const double times = kind == SPREAD_EXCESS ? 1 + below(random, 8) : 1;
    make_block(CONTENT_MIXED, random, block);
    model_forward(block, model);
    for (unsigned i = 0; i < 64; i++) {
        int16_t any = (int16_t)(uint16_t)next_random(random);
        quantized[i] = 0;
        if (kind == SPREAD_MODEL || kind == SPREAD_EXCESS)
            quantized[i] = clamp16(round(times * model[i] / table->step[i]));
        if (kind == SPREAD_ANY || (kind == SPREAD_FEW && below(random, 16) == 0) ||
            (kind == SPREAD_ROW && i < 8))
            quantized[i] = any;
        if (kind == SPREAD_EXTREMES)
            quantized[i] = extremes[below(random, 5)];
        if (kind == SPREAD_SMALL_ROW && i < 8)
            quantized[i] = any % 1024;
    }
}

enum { TABLES = 7 };

/* Of several qualities, of any steps of a baseline file, and of about the largest that a method
   takes. */
static jpegq_table table_number(unsigned n, jpegq_dct dct)
{
    static const int qualities[5] = {100, 90, 50, 10, 1};
    jpegq_table table = luma_at(n < 5 ? qualities[n] : 50);
    uint64_t random = 5;
    for (unsigned i = 0; i < 64 && n == 5; i++)
        table.step[i] = (uint16_t)(1 + below(&random, 255));
    for (unsigned i = 0; i < 64 && n == 6; i++)
        table.step[i] = (uint16_t)((dct == JPEGQ_DCT_INT ? 8191 : 4000) - below(&random, 300));
    return table;
}

typedef struct rounding_case {
    jpegq_round_mode mode;
    double offset;
} rounding_case;

static const rounding_case roundings[] = {
    {JPEGQ_ROUND_NEAREST, 0},   {JPEGQ_ROUND_EVEN, 0},     {JPEGQ_ROUND_TRUNC, 0},
    {JPEGQ_ROUND_OFFSET, 0},    {JPEGQ_ROUND_OFFSET, 0.1}, {JPEGQ_ROUND_OFFSET, 0.35},
    {JPEGQ_ROUND_OFFSET, 0.99}, {JPEGQ_ROUND_OFFSET, 1},   {JPEGQ_ROUND_OFFSET, -1},
};

enum { ROUNDINGS = sizeof roundings / sizeof *roundings };

/* An offset of -1 stands for one that is different at each position. */
static jq_quantizer quantizer_of(jpegq_dct dct, const jpegq_table *table, const rounding_case *c)
{
    jpegq_codec codec = {dct, *table, jpegq_rounding_of(c->mode, c->offset)};
    jq_quantizer quantizer;
    for (int i = 0; i < 64 && c->offset < 0; i++)
        codec.rounding.offset[i] = i / 63.0;
    assert_int_equal(jq_quantizer_init(&quantizer, &codec), JPEGQ_OK);
    return quantizer;
}

/* ---- The DCT --------------------------------------------------------------------------------- */

/* What is added to the width of the blocks for the stride. */
static const size_t odd_bytes[] = {0, 1, 13, 40};

enum { STRIDES = sizeof odd_bytes / sizeof *odd_bytes };

static void check_forward_of(const jq_kernels *set, content kind, uint64_t *random, size_t blocks,
                             size_t stride)
{
    uint8_t *samples = allocate(sample_bytes(blocks, stride));
    guarded got = guarded_alloc(128 * blocks), want = guarded_alloc(128 * blocks);
    make_samples(kind, random, samples, stride, blocks);
    set->forward(samples, stride, blocks, got.bytes);
    jq_kernels_c.forward(samples, stride, blocks, want.bytes);
    check_same(&got, &want, set->name, "forward", blocks, stride);
    guarded_free(&got);
    guarded_free(&want);
    free(samples);
}

static void check_forward(const jq_kernels *set)
{
    uint64_t random = 11;
    for (int kind = 0; kind < CONTENTS; kind++)
        for (size_t blocks = 0; blocks <= MOST_BLOCKS; blocks++)
            for (unsigned n = 0; n < 8 * STRIDES; n += every < 8 ? 1 : 3)
                check_forward_of(set, (content)kind, &random, blocks,
                                 8 * blocks + odd_bytes[n % STRIDES]);
}

static void test_forward(void **state)
{
    (void)state;
    for_each_set(check_forward);
}

static void check_inverse_of(const jq_kernels *set, const jq_multipliers *multipliers,
                             const int16_t *quantized, size_t blocks, size_t stride)
{
    size_t size = sample_bytes(blocks, stride);
    guarded got = guarded_alloc(size), want = guarded_alloc(size);
    set->inverse(multipliers, quantized, blocks, got.bytes, stride);
    jq_kernels_c.inverse(multipliers, quantized, blocks, want.bytes, stride);
    check_same(&got, &want, set->name, "inverse", blocks, stride);
    check_gaps(&want, blocks, stride, set->name);
    guarded_free(&got);
    guarded_free(&want);
}

static void check_inverse(const jq_kernels *set)
{
    uint64_t random = 12;
    for (unsigned t = 0; t < TABLES + 1; t++) {
        jpegq_table table = table_number(t % TABLES, JPEGQ_DCT_INT);
        for (unsigned i = 0; i < 64 && t == TABLES; i++)
            table.step[i] = (uint16_t)(1 + below(&random, UINT16_MAX)); /* some wrap */
        jq_multipliers multipliers;
        jq_dct_int.multipliers(&table, &multipliers);
        for (unsigned n = 0; n < 4 * SPREADS * (MOST_BLOCKS + 1); n += every < 8 ? 1 : 5) {
            size_t blocks = n / 4 % (MOST_BLOCKS + 1);
            int16_t *quantized = allocate(128 * blocks);
            for (size_t b = 0; b < blocks; b++)
                make_quantized((spread)(n / 4 / (MOST_BLOCKS + 1)), &random, &table,
                               quantized + 64 * b);
            check_inverse_of(set, &multipliers, quantized, blocks,
                             8 * blocks + odd_bytes[n % STRIDES]);
            free(quantized);
        }
    }
}

static void test_inverse(void **state)
{
    (void)state;
    for_each_set(check_inverse);
}

/* Every value of every coefficient, the others being 0. */
static void check_single_coefficients(const jq_kernels *set)
{
    enum { BLOCKS = 16 };
    jpegq_table ones;
    jq_multipliers multipliers;
    for (int i = 0; i < 64; i++)
        ones.step[i] = 1;
    jq_dct_int.multipliers(&ones, &multipliers);
    for (unsigned place = 0; place < 64; place++) {
        for (int first = INT16_MIN; first < INT16_MAX; first += BLOCKS * (int)every) {
            int16_t quantized[64 * BLOCKS] = {0};
            uint8_t got[64 * BLOCKS], want[64 * BLOCKS];
            for (int b = 0; b < BLOCKS; b++)
                quantized[64 * b + (int)place] = (int16_t)(first + b);
            set->inverse(&multipliers, quantized, BLOCKS, got, 8 * BLOCKS);
            jq_kernels_c.inverse(&multipliers, quantized, BLOCKS, want, 8 * BLOCKS);
            if (memcmp(got, want, sizeof got) != 0)
                fail_msg("%s: inverse differs from C: coefficient %u, one of %d..%d", set->name,
                         place, first, first + BLOCKS - 1);
        }
    }
}

static void test_single_coefficients(void **state)
{
    (void)state;
    for_each_set(check_single_coefficients);
}

/* ---- Quantization ---------------------------------------------------------------------------- */

/* A quantizer of the fast method with that divisor somewhere, which is then put everywhere; false
   if no step makes that divisor. */
static bool quantizer_with(uint32_t divisor, jpegq_round_mode mode, jq_quantizer *q)
{
    for (unsigned i = 64; i-- > 0;) {
        const uint64_t scale = (uint64_t)jq_aan_fixed(i);
        uint64_t step = (2048 * (uint64_t)divisor - 1024 + scale - 1) / scale;
        if (step > UINT16_MAX || (step * scale + 1024) >> 11 != divisor)
            continue;
        jpegq_table table;
        for (unsigned k = 0; k < 64; k++)
            table.step[k] = k == i ? (uint16_t)step : 40;
        *q = quantizer_of(JPEGQ_DCT_FAST, &table, &(rounding_case){mode, 0});
        assert_int_equal(q->divisor[i], (int)divisor);
        for (unsigned k = 0; k < 64; k++) {
            q->divisor[k] = q->divisor[i];
            q->bias[k] = q->bias[i];
            q->reciprocal[k] = q->reciprocal[i];
            q->bias16[k] = q->bias16[i];
            q->multiplier16[k] = q->multiplier16[i];
            q->shift16[k] = q->shift16[i];
        }
        return true;
    }
    return false;
}

enum { MAGNITUDES = 32768 };

typedef struct quotients {
    int16_t x[MAGNITUDES], want[MAGNITUDES], got[MAGNITUDES];
} quotients;

/* want[x] = floor((x + bias) / divisor), which is the same for `divisor` values in a row; 0 for 0
 */
static void divide(int16_t *want, int last, int bias, int divisor)
{
    for (int x = 0; x <= last;) {
        const int k = (x + bias) / divisor, next = (k + 1) * divisor - bias;
        const int stop = next <= last ? next : last + 1;
        for (; x < stop; x++)
            want[x] = (int16_t)k;
    }
    want[0] = 0;
}

static void check_quotients(const jq_kernels *set, const jq_quantizer *q, int last, int sign,
                            quotients *all)
{
    const size_t values = (size_t)last + 1, blocks = (values + 63) / 64;
    divide(all->want, last, q->bias[0], q->divisor[0]);
    for (int x = 0; x < MAGNITUDES; x++)
        all->x[x] = (int16_t)(sign * x);
    for (size_t x = 0; x < values && sign < 0; x++)
        all->want[x] = (int16_t)-all->want[x];
    for (size_t x = values; x < 64 * blocks; x++)
        all->x[x] = 0;
    set->quantize(q, all->x, blocks, all->got);
    for (size_t x = 0; memcmp(all->got, all->want, 2 * values) != 0; x++)
        if (all->got[x] != all->want[x])
            fail_msg("%s: %d / %d with %d added gave %d, not %d", set->name, all->x[x],
                     q->divisor[0], q->bias[0], all->got[x], all->want[x]);
}

/* Every divisor with every magnitude that is divided in 16 bits: toward zero, below 2^15; to the
   nearest, up to 2^14, and with both signs. */
static void check_every_quotient(const jq_kernels *set)
{
    quotients *all = allocate(sizeof *all);
    for (uint32_t divisor = 3; divisor <= UINT16_MAX; divisor += every) {
        jq_quantizer q;
        if (quantizer_with(divisor, JPEGQ_ROUND_TRUNC, &q)) {
            assert_true(q.narrow);
            check_quotients(set, &q, MAGNITUDES - 1, 1, all);
        }
        if (divisor < 32768 && quantizer_with(divisor, JPEGQ_ROUND_NEAREST, &q)) {
            assert_true(q.narrow);
            check_quotients(set, &q, 16384, 1, all);
            check_quotients(set, &q, 16384, -1, all);
        }
    }
    free(all);
}

static void test_every_quotient(void **state)
{
    (void)state;
    for_each_set(check_every_quotient);
}

/* All of int16_t at every position, in runs of which only some must leave the 16-bit division. */
static void check_all_values(const jq_kernels *set, const jq_quantizer *q)
{
    enum { BLOCKS = 16 };
    for (int first = INT16_MIN; first < INT16_MAX; first += BLOCKS * (int)every) {
        int16_t x[64 * BLOCKS], got[64 * BLOCKS], want[64 * BLOCKS];
        for (int i = 0; i < 64 * BLOCKS; i++)
            x[i] = (int16_t)(first + i / 64);
        set->quantize(q, x, BLOCKS, got);
        jq_kernels_c.quantize(q, x, BLOCKS, want);
        for (int i = 0; memcmp(got, want, sizeof got) != 0; i++)
            if (got[i] != want[i])
                fail_msg("%s: mode %d: %d / %d gave %d, not %d", set->name, (int)q->rounding.mode,
                         x[i], q->divisor[i % 64], got[i], want[i]);
    }
}

static void check_roundings(const jq_kernels *set)
{
    static const jpegq_dct methods[2] = {JPEGQ_DCT_INT, JPEGQ_DCT_FAST};
    for (unsigned n = 0; n < 2 * TABLES * ROUNDINGS; n++) {
        const jpegq_dct dct = methods[n % 2];
        jpegq_table table = table_number(n / 2 % TABLES, dct);
        jq_quantizer q = quantizer_of(dct, &table, &roundings[n / 2 / TABLES]);
        check_all_values(set, &q);
    }
}

static void test_roundings(void **state)
{
    (void)state;
    for_each_set(check_roundings);
}

static void check_quantize(const jq_kernels *set)
{
    uint64_t random = 13;
    for (unsigned n = 0; n < 10 * (MOST_BLOCKS + 1); n++) {
        const size_t blocks = n / 10;
        jpegq_table table = table_number(n % TABLES, JPEGQ_DCT_INT);
        jq_quantizer q = quantizer_of(JPEGQ_DCT_INT, &table, &roundings[n % ROUNDINGS]);
        int16_t *x = allocate(128 * blocks);
        guarded got = guarded_alloc(128 * blocks), want = guarded_alloc(128 * blocks);
        for (size_t i = 0; i < 64 * blocks; i++)
            x[i] = (int16_t)((int)below(&random, 16384) - 8192);
        set->quantize(&q, x, blocks, (int16_t *)(void *)got.bytes);
        jq_kernels_c.quantize(&q, x, blocks, (int16_t *)(void *)want.bytes);
        check_same(&got, &want, set->name, "quantize", blocks, 0);
        guarded_free(&got);
        guarded_free(&want);
        free(x);
    }
}

static void test_quantize(void **state)
{
    (void)state;
    for_each_set(check_quantize);
}

/* ---- From samples to samples ----------------------------------------------------------------- */

/* What the C of the three stages makes of blocks side by side. */
static void round_trip_in_c(const jq_quantizer *q, const jq_multipliers *multipliers,
                            const uint8_t *in, size_t stride, size_t blocks, uint8_t *out)
{
    int16_t coefficients[64 * MOST_BLOCKS], quantized[64 * MOST_BLOCKS];
    jq_kernels_c.forward(in, stride, blocks, coefficients);
    jq_kernels_c.quantize(q, coefficients, blocks, quantized);
    jq_kernels_c.inverse(multipliers, quantized, blocks, out, stride);
}

static void check_round_trip_of(const jq_kernels *set, const jq_quantizer *q,
                                const jq_multipliers *multipliers, content kind, uint64_t *random,
                                size_t blocks, size_t stride)
{
    jq_fused fused;
    const size_t size = sample_bytes(blocks, stride);
    uint8_t *in = allocate(size);
    guarded got = guarded_alloc(size), want = guarded_alloc(size);
    make_samples(kind, random, in, stride, blocks);
    round_trip_in_c(q, multipliers, in, stride, blocks, want.bytes);
    set->prepare(q, multipliers, &fused);
    set->round_trip(&fused, in, stride, blocks, got.bytes, stride);
    check_same(&got, &want, set->name, "round trip", blocks, stride);

    /* in place */
    for (size_t y = 0; y < 8; y++)
        memcpy(got.bytes + y * stride, in + y * stride, 8 * blocks);
    set->round_trip(&fused, got.bytes, stride, blocks, got.bytes, stride);
    check_same(&got, &want, set->name, "round trip in place", blocks, stride);
    guarded_free(&got);
    guarded_free(&want);
    free(in);
}

static void check_round_trip(const jq_kernels *set)
{
    uint64_t random = 14;
    unsigned bounded = 0;
    for (unsigned n = 0; n < TABLES * ROUNDINGS && set->round_trip; n++) {
        jpegq_table table = table_number(n % TABLES, JPEGQ_DCT_INT);
        jq_quantizer q = quantizer_of(JPEGQ_DCT_INT, &table, &roundings[n / TABLES]);
        jq_multipliers multipliers;
        jq_dct_int.multipliers(&table, &multipliers);
        bounded += q.bounded;
        for (unsigned i = 0; i < CONTENTS * (MOST_BLOCKS + 1) && q.bounded;
             i += every < 8 ? 1 : 5) {
            const size_t blocks = i % (MOST_BLOCKS + 1);
            check_round_trip_of(set, &q, &multipliers, (content)(i / (MOST_BLOCKS + 1)), &random,
                                blocks, 8 * blocks + odd_bytes[(n + i) % STRIDES]);
        }
    }
    assert_true(bounded > TABLES || !set->round_trip);
}

static void test_round_trip(void **state)
{
    (void)state;
    for_each_set(check_round_trip);
}

/* ---- The choice ------------------------------------------------------------------------------ */

static void test_choice(void **state)
{
    size_t count;
    const jq_kernels *const *sets = jq_kernels_all(&count), *best = sets[0];
    const char *most = getenv("JPEGQ_CPU");
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (jq_kernels_run_here(sets[i]))
            best = sets[i];
        if (most && strcmp(most, sets[i]->name) == 0)
            break;
    }
    assert_ptr_equal(jq_kernels_chosen(), best);
    assert_string_equal(jpegq_cpu(), best->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_single_coefficients),
        cmocka_unit_test(test_every_quotient),
        cmocka_unit_test(test_roundings),
        cmocka_unit_test(test_quantize),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_choice),
    };
    return cmocka_run_group_tests_name("kernels", tests, prepare, NULL);
}
