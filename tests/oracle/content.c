/* SPDX-License-Identifier: MIT */
/* Planes, coefficients and tables to test with, all from seeds; and the PGM reader. */
#include "oracle.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Random numbers -------------------------------------------------------------------------- */

uint32_t rng_next(rng *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}

uint32_t rng_below(rng *r, uint32_t limit)
{
    return (uint32_t)(((uint64_t)rng_next(r) * limit) >> 32);
}

int32_t rng_between(rng *r, int32_t low, int32_t high)
{
    return low + (int32_t)rng_below(r, (uint32_t)(high - low) + 1);
}

/* ---- Planes ---------------------------------------------------------------------------------- */

const char *const content_names[CONTENT_COUNT] = {
    "noise", "binary", "texture", "basis", "checker", "levels", "flat", "faint", "rough", "excess",
};

/* cos(k pi / 16), k = 0..8 */
static const double cosine_table[9] = {
    1.0,
    0.98078528040323044913,
    0.92387953251128675613,
    0.83146961230254523708,
    0.70710678118654752440,
    0.55557023301960222474,
    0.38268343236508977173,
    0.19509032201612826785,
    0.0,
};

static double cosine(unsigned k)
{
    k %= 32;
    if (k > 16)
        k = 32 - k;
    return k > 8 ? -cosine_table[16 - k] : cosine_table[k];
}

static uint8_t clamp(int32_t value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static double basis(unsigned v, unsigned u, unsigned y, unsigned x)
{
    return cosine((2 * y + 1) * v) * cosine((2 * x + 1) * u);
}

/*
 * The signs of one basis function push its coefficient to the extreme; those of a sum push the
 * intermediate results of the fast DCT that both share.
 */
static void basis_block(rng *r, uint8_t block[64])
{
    unsigned v = rng_below(r, 8), u = rng_below(r, 8);
    unsigned v2 = rng_below(r, 2) ? v : rng_below(r, 8), u2 = rng_below(r, 8);
    double second = rng_below(r, 2) ? 0 : (double)rng_between(r, -4, 4) / 4;
    uint8_t low = rng_below(r, 2) ? 0 : 255;

    for (unsigned y = 0; y < 8; y++)
        for (unsigned x = 0; x < 8; x++) {
            double sum = basis(v, u, y, x) + second * basis(v2, u2, y, x);

            block[8 * y + x] = sum < 0 ? low : (uint8_t)(255 - low);
        }
}

/*
 * In the fast DCT only two products of the second pass have factors that can leave 16 bits: sums of
 * all eight rows with these signs, in the columns u = 1..3, where the first pass has scaled most.
 */
static void excess_block(rng *r, uint8_t block[64])
{
    static const int8_t signs[2][8] = {
        {1, 1, -1, -1, -1, -1, 1, 1},
        {-1, -1, 1, 1, -1, -1, 1, 1},
    };
    const int8_t *sign = signs[rng_below(r, 2)];
    unsigned u = 1 + rng_below(r, 3);
    uint8_t low = rng_below(r, 2) ? 0 : 255;
    uint32_t noise = rng_below(r, 12); /* so many samples of 64 are anything */

    for (unsigned y = 0; y < 8; y++)
        for (unsigned x = 0; x < 8; x++) {
            bool above = sign[y] * cosine((2 * x + 1) * u) > 0;

            block[8 * y + x] = above ? (uint8_t)(255 - low) : low;
            if (rng_below(r, 64) < noise)
                block[8 * y + x] = (uint8_t)rng_below(r, 256);
        }
}

static void checker_block(rng *r, uint8_t block[64])
{
    unsigned down = rng_below(r, 5), right = rng_below(r, 5); /* a period of 16 is no stripe */
    uint8_t low = rng_below(r, 2) ? 0 : 255;

    for (unsigned y = 0; y < 8; y++)
        for (unsigned x = 0; x < 8; x++)
            block[8 * y + x] = ((y >> down) + (x >> right)) & 1 ? low : (uint8_t)(255 - low);
}

static void level_block(rng *r, uint8_t block[64])
{
    uint8_t level = (uint8_t)rng_below(r, 256);

    for (int i = 0; i < 64; i++)
        block[i] = level;
}

static void rough_block(rng *r, uint8_t block[64])
{
    int32_t depth = rng_between(r, 0, 24);

    basis_block(r, block);
    for (int i = 0; i < 64; i++)
        if (block[i])
            block[i] = (uint8_t)(255 - rng_between(r, 0, depth));
        else
            block[i] = (uint8_t)rng_between(r, 0, depth);
}

static void put_block(const jpegq_plane *plane, uint32_t top, uint32_t left,
                      const uint8_t block[64])
{
    for (uint32_t y = 0; y < 8 && top + y < plane->height; y++)
        for (uint32_t x = 0; x < 8 && left + x < plane->width; x++)
            plane->samples[(top + y) * plane->stride + left + x] = block[8 * y + x];
}

typedef void block_function(rng *r, uint8_t block[64]);

static void fill_blocks(block_function *make, rng *r, const jpegq_plane *plane)
{
    uint8_t block[64];

    for (uint32_t top = 0; top < plane->height; top += 8)
        for (uint32_t left = 0; left < plane->width; left += 8) {
            make(r, block);
            put_block(plane, top, left, block);
        }
}

/* A triangle of height 2 * size and the given period, in 1/16 levels. */
static int32_t wave(uint32_t position, uint32_t period, int32_t size)
{
    int32_t phase = (int32_t)(position % period) * 2 - (int32_t)period;

    return size * 16 * (2 * (phase < 0 ? -phase : phase) - (int32_t)period) / (int32_t)period;
}

typedef struct texture {
    int32_t mean, across, down, size[2], noise;
    uint32_t period[2];
} texture;

static texture texture_make(rng *r)
{
    texture t;

    t.mean = rng_between(r, 30, 225) * 16;
    t.across = rng_between(r, -40, 40);
    t.down = rng_between(r, -40, 40);
    t.noise = rng_between(r, 0, 12);
    for (int i = 0; i < 2; i++) {
        t.size[i] = rng_between(r, 0, 40);
        t.period[i] = (uint32_t)rng_between(r, 3, 60);
    }
    return t;
}

static int32_t texture_sample(const texture *t, rng *r, uint32_t y, uint32_t x)
{
    /* The gradient returns after 256 samples, or large planes would be black or white. */
    int32_t sum = t->mean + t->across * (int32_t)(x % 256) / 2 + t->down * (int32_t)(y % 256) / 2;

    sum += wave(x + y / 2, t->period[0], t->size[0]) + wave(3 * y + x, t->period[1], t->size[1]);
    return sum / 16 + rng_between(r, -t->noise, t->noise);
}

static uint8_t plain_sample(content kind, rng *r, int32_t mean, int32_t reach)
{
    if (kind == CONTENT_NOISE)
        return (uint8_t)rng_below(r, 256);
    if (kind == CONTENT_BINARY)
        return rng_below(r, 2) ? 255 : 0;
    if (kind == CONTENT_FAINT)
        return clamp(mean + rng_between(r, -reach, reach));
    return (uint8_t)mean;
}

static void fill_samples(content kind, rng *r, const jpegq_plane *plane)
{
    static const uint8_t favourites[8] = {0, 255, 127, 128, 129, 1, 254, 64};
    uint32_t choice = rng_below(r, 24);
    int32_t mean = choice < 8 ? favourites[choice] : (int32_t)rng_below(r, 256);
    int32_t reach = rng_between(r, 1, 8);
    texture t = texture_make(r);

    for (uint32_t y = 0; y < plane->height; y++)
        for (uint32_t x = 0; x < plane->width; x++)
            plane->samples[y * plane->stride + x] = kind == CONTENT_TEXTURE
                                                        ? clamp(texture_sample(&t, r, y, x))
                                                        : plain_sample(kind, r, mean, reach);
}

void content_fill(content kind, uint64_t seed, const jpegq_plane *plane)
{
    rng r = {seed};

    switch (kind) {
    case CONTENT_BASIS:
        fill_blocks(basis_block, &r, plane);
        break;
    case CONTENT_CHECKER:
        fill_blocks(checker_block, &r, plane);
        break;
    case CONTENT_LEVELS:
        fill_blocks(level_block, &r, plane);
        break;
    case CONTENT_ROUGH:
        fill_blocks(rough_block, &r, plane);
        break;
    case CONTENT_EXCESS:
        fill_blocks(excess_block, &r, plane);
        break;
    default:
        fill_samples(kind, &r, plane);
    }
}

/* ---- Coefficients ---------------------------------------------------------------------------- */

const char *const spread_names[SPREAD_COUNT] = {
    "small",  "realistic", "baseline", "full",    "DC only",   "first row",
    "column", "single",    "corners",  "product", "vanishing", "moderate",
};

static int32_t any_int16(rng *r)
{
    return rng_between(r, INT16_MIN, INT16_MAX);
}

static int32_t corner(rng *r)
{
    static const int16_t values[] = {INT16_MIN, INT16_MAX, INT16_MIN + 1, 0, 0, 1, -1, 1024, -1024};

    return values[rng_below(r, sizeof values / sizeof values[0])];
}

/* A coefficient whose product with the step is at most `reach` in magnitude. */
static int32_t product(rng *r, int32_t reach, int32_t step)
{
    int32_t value = rng_between(r, -reach, reach) / step;

    return value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value;
}

/* Not 0, yet a multiple of 2^16 when multiplied by the step, if there is such a coefficient. */
static int32_t vanishing(rng *r, int32_t step)
{
    int32_t factor = 65536 / (step & -step); /* by the power of 2 in it */

    return factor < 32768 ? factor * rng_between(r, -(32768 / factor), 32767 / factor) : 0;
}

static int32_t spread_value(spread kind, rng *r, unsigned i, int32_t step)
{
    int32_t frequency = (int32_t)(i / 8 + i % 8);

    switch (kind) {
    case SPREAD_SMALL:
        return rng_below(r, 4) ? 0 : rng_between(r, -8, 8);
    case SPREAD_REALISTIC:
        return product(r, 1024 / (1 + frequency * frequency), step);
    case SPREAD_BASELINE:
        return rng_between(r, -1023, 1023);
    case SPREAD_CORNERS:
        return corner(r);
    case SPREAD_PRODUCT:
        return product(r, 40000, step);
    case SPREAD_VANISH:
        return i < 8 ? any_int16(r) : vanishing(r, step);
    case SPREAD_MODERATE:
        return product(r, 4000, step);
    default:
        return any_int16(r);
    }
}

static bool spread_has(spread kind, unsigned i, unsigned single)
{
    switch (kind) {
    case SPREAD_DC:
        return i == 0;
    case SPREAD_ROW:
        return i < 8;
    case SPREAD_COLUMN:
        return i % 8 == 0;
    case SPREAD_SINGLE:
        return i == single;
    default:
        return true;
    }
}

void spread_fill(spread kind, rng *r, const jpegq_table *table, size_t blocks, int16_t *out)
{
    for (size_t block = 0; block < blocks; block++) {
        unsigned single = rng_below(r, 64);

        for (unsigned i = 0; i < 64; i++) {
            int32_t value = spread_value(kind, r, i, table->step[i]);

            out[64 * block + i] = (int16_t)(spread_has(kind, i, single) ? value : 0);
        }
    }
}

/* ---- Blocks for a file ----------------------------------------------------------------------- */

const char *const mixture_names[MIXTURE_COUNT] = {
    "sparse blocks",
    "blocks of all symbols",
    "blocks of skewed symbols",
    "blocks by Fibonacci",
};

/* A number of so many bits, T.81's category, of any sign. */
static int32_t of_category(rng *r, unsigned category)
{
    int32_t magnitude;

    if (!category)
        return 0;
    magnitude = rng_between(r, 1 << (category - 1), (1 << category) - 1);
    return rng_below(r, 2) ? magnitude : -magnitude;
}

/* DC so that the difference has the category; it turns back before it leaves int16_t. */
static int32_t next_dc(rng *r, int32_t before, unsigned category)
{
    int32_t difference = of_category(r, category);

    return before + difference > 30000 || before + difference < -30000 ? before - difference
                                                                       : before + difference;
}

/* The larger, the rarer: each by a factor of 1 / (1 - keep / 256). */
static unsigned rare_category(rng *r, unsigned lowest, unsigned largest, uint32_t keep)
{
    while (lowest < largest && rng_below(r, 256) < keep)
        lowest++;
    return lowest;
}

static void mix_block(mixture kind, rng *r, uint32_t zeros, uint32_t keep, int32_t before,
                      int16_t *block)
{
    unsigned dc = kind == MIXTURE_SKEWED ? rare_category(r, 0, 11, keep) : rng_below(r, 12);
    uint32_t left = kind == MIXTURE_SPARSE ? rng_below(r, 5) : 0;

    memset(block, 0, 64 * sizeof *block);
    block[0] = (int16_t)next_dc(r, before, dc);
    if (kind == MIXTURE_SPARSE) {
        while (left--)
            block[1 + rng_below(r, 63)] = (int16_t)of_category(r, 1 + rng_below(r, 4));
        return;
    }
    for (int i = 1; i < 64; i++)
        if (rng_below(r, 256) >= zeros)
            block[i] =
                (int16_t)of_category(r, kind == MIXTURE_SKEWED ? rare_category(r, 1, 10, keep)
                                                               : 1 + rng_below(r, 10));
}

static void mix_blocks(mixture kind, rng *r, size_t blocks, int16_t *out)
{
    uint32_t keep = rng_below(r, 200);
    int32_t dc = 0;

    for (size_t block = 0; block < blocks; block++, out += 64) {
        /* nearly all zeros, nearly none, or anything */
        uint32_t zeros = rng_below(r, 3) ? rng_below(r, 256) : rng_below(r, 2) ? 4 : 250;

        mix_block(kind, r, zeros, keep, dc, out);
        dc = out[0];
    }
}

/* A run of zeros and a category; the frequent ones without a run come last. */
typedef struct ac_symbol {
    unsigned run, category;
    uint64_t count;
} ac_symbol;

enum { FREQUENT = 10, FIBONACCI_SYMBOLS = 31 }; /* libjpeg takes lengths of 32 before the limit */

static void shuffle(rng *r, ac_symbol *symbols, uint32_t count)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t other = rng_below(r, i);
        ac_symbol kept = symbols[other];

        symbols[other] = symbols[i - 1];
        symbols[i - 1] = kept;
    }
}

/* How many symbols there are: as many as find room in so many coefficients. */
static unsigned fibonacci_symbols(rng *r, uint64_t room, ac_symbol symbols[FIBONACCI_SYMBOLS])
{
    ac_symbol all[40];
    unsigned used = 0;
    uint64_t sum = 64, a = 0, b = 1;
    uint32_t beyond = rng_below(r, 4); /* grow as Fibonacci's numbers, or faster */

    for (unsigned i = 0; i < 40; i++) {
        all[i].run = 3 - i / FREQUENT; /* the last ten have no run */
        all[i].category = 1 + i % 10;
    }
    shuffle(r, all, 30);
    shuffle(r, all + 30, FREQUENT);
    while (used < FIBONACCI_SYMBOLS && sum + (used < 10 ? 4 : 1) * b <= room) {
        uint64_t next = a + b + rng_below(r, (uint32_t)(a * beyond / 8) + 1);

        sum += (used < 10 ? 4 : 1) * b;
        all[used].count = b;
        a = b;
        b = next;
        used++;
    }
    for (unsigned i = 0; i < used; i++) {
        bool frequent = used - i <= FREQUENT;

        symbols[i] = all[frequent ? 40 - (used - i) : i];
        symbols[i].count = all[i].count;
    }
    return used;
}

/* Zigzag position, 64 blocks and on: where the next coefficient may go. */
typedef struct cursor {
    int16_t *out;
    size_t blocks;
    unsigned k;
} cursor;

/* False if all blocks are full. A symbol never straddles two blocks. */
static bool put_symbol(rng *r, cursor *at, const ac_symbol *symbol)
{
    if (at->k == 64) {
        at->k = 1;
        at->out += 64;
        at->blocks--;
    }
    if (!at->blocks)
        return false;
    at->k += symbol->run;
    at->out[jpegq_zigzag[at->k]] = (int16_t)of_category(r, symbol->category);
    at->k++;
    return true;
}

/* So that there is no end of block: what does not fit is preceded by the most frequent symbol. */
static void fibonacci_blocks(rng *r, size_t blocks, int16_t *out)
{
    ac_symbol symbols[FIBONACCI_SYMBOLS];
    unsigned used = fibonacci_symbols(r, 63 * (uint64_t)blocks, symbols);
    const ac_symbol *filler = &symbols[used ? used - 1 : 0];
    cursor at = {out, blocks, 1};

    memset(out, 0, blocks * 64 * sizeof *out);
    for (unsigned i = 0; i < used; i++)
        for (uint64_t n = 0; n < symbols[i].count; n++) {
            while (at.k < 64 && at.k + symbols[i].run > 63)
                put_symbol(r, &at, filler);
            if (!put_symbol(r, &at, &symbols[i]))
                return;
        }
    while (used && put_symbol(r, &at, filler))
        ;
    for (size_t block = 0; block < blocks; block++)
        out[64 * block] =
            (int16_t)next_dc(r, block ? out[64 * (block - 1)] : 0, rare_category(r, 0, 11, 128));
}

void mixture_fill(mixture kind, rng *r, size_t blocks, int16_t *out)
{
    if (kind == MIXTURE_FIBONACCI)
        fibonacci_blocks(r, blocks, out);
    else
        mix_blocks(kind, r, blocks, out);
}

/* ---- Tables ---------------------------------------------------------------------------------- */

const char *const steps_names[STEPS_COUNT] = {"one", "small", "byte", "limit", "octave", "mixed"};

static uint32_t octave(rng *r, uint32_t limit)
{
    uint32_t top = limit >> rng_below(r, 15);

    return top < 1 ? 1 : 1 + rng_below(r, top);
}

static uint32_t steps_value(step_kind kind, rng *r, uint32_t limit)
{
    switch (kind) {
    case STEPS_ONE:
        return 1;
    case STEPS_SMALL:
        return 1 + rng_below(r, 16);
    case STEPS_BYTE:
        return 1 + rng_below(r, 255);
    case STEPS_LIMIT:
        return rng_below(r, 16) ? 1 + rng_below(r, limit) : limit;
    case STEPS_OCTAVE:
        return octave(r, limit);
    default:
        return rng_below(r, 2) ? 1 : octave(r, limit);
    }
}

void steps_fill(step_kind kind, rng *r, const uint16_t limit[64], jpegq_table *table)
{
    for (int i = 0; i < 64; i++)
        table->step[i] = (uint16_t)steps_value(kind, r, limit[i]);
}

/* The largest step for which (step * scale + 1024) >> 11 is below 65536, jpegq.h's divisor. */
static uint32_t fast_limit(unsigned i)
{
    const double root_of_2 = 1.41421356237309504880;
    double row = i / 8 ? cosine_table[i / 8] * root_of_2 : 1;
    double column = i % 8 ? cosine_table[i % 8] * root_of_2 : 1;
    uint32_t scale = (uint32_t)(16384 * row * column + 0.5);
    uint32_t step = ((UINT32_C(65536) << 11) - 1 - 1024) / scale;

    return step < JPEGQ_LARGEST_STEP ? step : JPEGQ_LARGEST_STEP;
}

void steps_limit(jpegq_dct dct, uint16_t limit[64])
{
    for (unsigned i = 0; i < 64; i++)
        limit[i] = (uint16_t)(dct == JPEGQ_DCT_INT    ? 8191
                              : dct == JPEGQ_DCT_FAST ? fast_limit(i)
                                                      : JPEGQ_LARGEST_STEP);
}

/* ---- PGM ------------------------------------------------------------------------------------- */

static bool pgm_number(FILE *file, uint32_t *number)
{
    int c = getc(file);

    while (c == '#' || isspace(c)) {
        if (c == '#')
            while (c != '\n' && c != EOF)
                c = getc(file);
        c = getc(file);
    }
    *number = 0;
    if (!isdigit(c))
        return false;
    for (; isdigit(c) && *number < 100000; c = getc(file))
        *number = *number * 10 + (uint32_t)(c - '0');
    return isspace(c) != 0; /* the one white space that ends the header */
}

static const char *pgm_parse(FILE *file, jpegq_plane *plane)
{
    uint32_t maxval;
    size_t count;

    if (getc(file) != 'P' || getc(file) != '5' || !pgm_number(file, &plane->width) ||
        !pgm_number(file, &plane->height) || !pgm_number(file, &maxval))
        return "not a P5 PGM file";
    if (maxval != 255)
        return "maxval is not 255";
    if (!plane->width || !plane->height || plane->width > 65500 || plane->height > 65500)
        return "sides are not 1..65500";
    plane->stride = plane->width;
    count = (size_t)plane->width * plane->height;
    plane->samples = malloc(count);
    if (!plane->samples)
        return "no memory";
    if (fread(plane->samples, 1, count, file) == count)
        return NULL;
    free(plane->samples);
    return "too short";
}

const char *pgm_read(const char *path, jpegq_plane *plane)
{
    FILE *file = fopen(path, "rb");
    const char *why;

    if (!file)
        return "cannot be opened";
    why = pgm_parse(file, plane);
    fclose(file);
    return why;
}
