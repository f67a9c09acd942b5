/* SPDX-License-Identifier: MIT */
/*
 * oracle: is jpegq bit-exact with libjpeg-turbo?
 *
 *     oracle [--quick | --full] [--jobs N] [PGM...]
 *
 * Runs jpegq and libjpeg-turbo side by side in this process, libjpeg exactly as cjpeg and djpeg
 * use it, and compares
 *
 *   - tables at a quality with the file's DQT, forced to baseline or not;
 *   - the coefficients of jpegq_round_trip with jpeg_read_coefficients' and its pixels with
 *     djpeg's, for the methods int, float and fast: all qualities, all sizes from 1x1 to 17x17 and
 *     some large ones, contents from photographs (P5 files, maxval 255) to what pushes coefficients
 *     to their extremes, random tables and every flat table;
 *   - in one case of eight the stages one by one, and the round trip in place;
 *   - refusals: JPEGQ_OUT_OF_RANGE, which is right only where libjpeg's file is corrupt (arithmetic
 *     coding shows what its coefficients were), and JPEGQ_BAD_STEP, where libjpeg is not asked as
 *     it crashes; jpegq_check_range with what libjpeg refuses to code;
 *   - in every case that is not refused, the file with standard and with optimal Huffman tables,
 *     and jpegq_file_size and jpegq_file_sizes, with what cjpeg writes, byte for byte; in one case
 *     of eight the account of its bits;
 *   - files of coefficients that cjpeg does not make: other roundings, odd tables, blocks of all
 *     symbols, and of symbols so distributed that codes must be shortened to 16 bits. The bytes are
 *     compared with what libjpeg makes of the coefficients (jpegtran's way), and libjpeg reads them
 *     back: the coefficients and the pixels must be jpegq's;
 *   - jpegq_inverse on coefficients that no encoder makes, all of int16_t, with steps up to 32767
 *     (arithmetic coding again, as Huffman coding cannot hold them).
 *
 * --quick (the default) is a cut of the matrix of --full. The work is split among N processes, 2
 * unless told; everything is pseudo-random from fixed seeds, whatever N is.
 *
 * Prints a line for each group, at most ten differences, and a summary. Exit status 0 if all was
 * equal; 1 for any difference, and if the comparison would have been vacuous: another libjpeg, no
 * SIMD, nothing compared.
 *
 * oracle.c has the groups of cases, check.c a single case, file.c its files, reference.c libjpeg,
 * content.c planes, coefficients and tables.
 */
#include "oracle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_JOBS 64
#define FAILURES_SHOWN 10

typedef struct image {
    const char *path;
    jpegq_plane plane;
} image;

typedef struct plan {
    bool full;
    unsigned jobs;
    image *images;
    size_t image_count;
    unsigned quota;
    tally total;
} plan;

static const jpegq_dct methods[3] = {JPEGQ_DCT_INT, JPEGQ_DCT_FLOAT, JPEGQ_DCT_FAST};

/* ---- Sets of cases --------------------------------------------------------------------------- */

/* Is the next case this worker's? Its seed, if so. */
static bool mine(tally *t, uint64_t *seed)
{
    rng r = {t->seed + t->index};
    bool yes = t->index % t->jobs == t->job;

    t->index++;
    if (yes)
        *seed = (uint64_t)rng_next(&r) << 16 | (rng_next(&r) >> 16);
    return yes;
}

/*
 * All methods, tables and baseline flags. Where forcing baseline changes nothing the case is still
 * run, on other samples.
 */
static void run_settings(tally *t, const test_case *what)
{
    for (unsigned i = 0; i < 12; i++) {
        test_case c = *what;

        c.dct = methods[i % 3];
        c.table_name = i / 3 % 2 ? "chroma" : "luma";
        c.baseline = i / 6 != 0;
        if (mine(t, &c.seed))
            check_plane(t, &c);
    }
}

static void run_contents(tally *t, int quality, uint32_t width, uint32_t height)
{
    for (unsigned kind = 0; kind < CONTENT_COUNT; kind++) {
        test_case c = {
            .quality = quality, .content = (content)kind, .width = width, .height = height};

        run_settings(t, &c);
    }
}

/* ---- Groups ---------------------------------------------------------------------------------- */

static void group_scale(tally *t, const plan *p)
{
    unsigned tables = p->full ? 400 : 40;
    uint16_t limit[64];
    uint64_t seed;
    size_t count;
    const jpegq_preset *presets = jpegq_presets(&count);

    for (int i = 0; i < 64; i++)
        limit[i] = JPEGQ_LARGEST_STEP;
    for (unsigned i = 0; i < tables + count; i++)
        for (int quality = 0; quality <= 100; quality++)
            for (int baseline = 0; baseline < 2; baseline++) {
                rng r = {i};
                jpegq_table table;

                if (!mine(t, &seed))
                    continue;
                if (i < count)
                    table = presets[i].table;
                else
                    steps_fill((step_kind)(i % STEPS_COUNT), &r, limit, &table);
                check_scale(t, i < count ? presets[i].name : "random", &table, quality, baseline);
            }
}

static void group_qualities(tally *t, const plan *p)
{
    static const uint32_t sizes[][2] = {{1, 1}, {8, 8}, {17, 9}, {33, 47}, {129, 67}, {255, 241}};
    size_t count = sizeof sizes / sizeof sizes[0] - (p->full ? 0 : 2);
    unsigned repeats = p->full ? 3 : 1;

    for (size_t i = 0; i < count * repeats; i++)
        for (int quality = 0; quality <= 100; quality++)
            run_contents(t, quality, sizes[i % count][0], sizes[i % count][1]);
}

static void group_sizes(tally *t, const plan *p)
{
    static const int quick[] = {24, 75, 100};
    int count = p->full ? 101 : (int)(sizeof quick / sizeof quick[0]);

    for (uint32_t height = 1; height <= 17; height++)
        for (uint32_t width = 1; width <= 17; width++)
            for (int i = 0; i < count; i++)
                run_contents(t, p->full ? i : quick[i], width, height);
}

/* Long, wide and large planes, by all methods at a few qualities. */
static void group_large(tally *t, const plan *p)
{
    static const uint32_t sizes[][2] = {
        {640, 483}, {255, 241}, {2049, 1}, {1, 2049}, {1031, 3}, {7, 1025}, {65500, 1}, {1, 65500},
    };
    static const int few[] = {5, 50, 75, 90, 98, 100};
    static const int many[] = {0, 1, 3, 5, 10, 20, 24, 30, 50, 60, 75, 80, 85, 90, 95, 98, 99, 100};
    const int *qualities = p->full ? many : few;
    size_t count = p->full ? sizeof many / sizeof many[0] : sizeof few / sizeof few[0];

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t k = 0; k < count; k++) {
            test_case c = {.quality = qualities[k], .width = sizes[i][0], .height = sizes[i][1]};

            if (p->full)
                run_contents(t, c.quality, c.width, c.height);
            c.content = (content)((i + k) % CONTENT_COUNT);
            run_settings(t, &c);
        }
}

static void group_files(tally *t, const plan *p)
{
    static const int quick[] = {1, 10, 24, 50, 75, 90, 95, 98, 100};
    int count = p->full ? 101 : (int)(sizeof quick / sizeof quick[0]);

    for (size_t i = 0; i < p->image_count; i++)
        for (int k = 0; k < count; k++) {
            const image *source = &p->images[i];
            test_case c = {.quality = p->full ? k : quick[k],
                           .file = source->path,
                           .plane = &source->plane,
                           .width = source->plane.width,
                           .height = source->plane.height};

            run_settings(t, &c);
        }
}

/* Flat tables of every step that a method can divide by: every divisor, every reciprocal. */
static void group_steps(tally *t, const plan *p)
{
    static const content kinds[] = {CONTENT_NOISE, CONTENT_BASIS, CONTENT_LEVELS, CONTENT_BINARY,
                                    CONTENT_TEXTURE};
    unsigned repeats = p->full ? 5 : 1;

    for (unsigned m = 0; m < 3; m++) {
        uint16_t limit[64];

        steps_limit(methods[m], limit);
        /* Float has no divisor to get wrong: beyond 8191 it takes every 31st step in a hurry. */
        for (unsigned step = 1; step <= JPEGQ_LARGEST_STEP;
             step += methods[m] == JPEGQ_DCT_FLOAT && !p->full && step > 8191 ? 31 : 1)
            for (unsigned k = 0; k < repeats; k++) {
                jpegq_table table;
                test_case c = {.dct = methods[m],
                               .table_name = "flat",
                               .table = &table,
                               .width = 64,
                               .height = p->full ? 64 : 24};

                if (step > 8191 && methods[m] == JPEGQ_DCT_INT)
                    continue;
                for (int i = 0; i < 64; i++)
                    table.step[i] = (uint16_t)(step < limit[i] ? step : limit[i]);
                c.content = kinds[(step + k) % 5];
                if (mine(t, &c.seed))
                    check_plane(t, &c);
            }
    }
}

static void group_tables(tally *t, const plan *p)
{
    unsigned repeats = p->full ? 1200 : 60;

    for (unsigned i = 0; i < repeats * 3 * STEPS_COUNT * CONTENT_COUNT; i++) {
        jpegq_table table;
        uint16_t limit[64];
        step_kind kind = (step_kind)(i / 3 % STEPS_COUNT);
        test_case c = {.dct = methods[i % 3],
                       .table_name = steps_names[kind],
                       .table = &table,
                       .content = (content)(i / 3 / STEPS_COUNT % CONTENT_COUNT),
                       .width = 57,
                       .height = 39};
        rng r;

        if (!mine(t, &c.seed))
            continue;
        r.state = ~c.seed;
        steps_limit(c.dct, limit);
        steps_fill(kind, &r, limit, &table);
        check_plane(t, &c);
    }
}

/* One step that is too large or zero among good ones, at every position. */
static void group_refused(tally *t, const plan *p)
{
    (void)p;
    for (unsigned i = 0; i < 3 * 64 * 3; i++) {
        jpegq_table table;
        uint16_t limit[64];
        unsigned position = i / 3 % 64;
        test_case c = {
            .dct = methods[i % 3], .table_name = "bad", .table = &table, .width = 9, .height = 8};
        rng r;

        if (!mine(t, &c.seed))
            continue;
        r.state = ~c.seed;
        steps_limit(c.dct, limit);
        steps_fill(STEPS_LIMIT, &r, limit, &table);
        if (i / 192 == 0)
            table.step[position] = 0;
        else if (c.dct == JPEGQ_DCT_FLOAT || limit[position] == JPEGQ_LARGEST_STEP)
            continue; /* no step is too large there */
        else
            table.step[position] =
                (uint16_t)(i / 192 == 1 ? limit[position] + 1 : JPEGQ_LARGEST_STEP);
        check_plane(t, &c);
    }
}

static void group_roundings(tally *t, const plan *p)
{
    static const jpegq_dct dcts[4] = {JPEGQ_DCT_INT, JPEGQ_DCT_FLOAT, JPEGQ_DCT_FAST,
                                      JPEGQ_DCT_EXACT};
    static const jpegq_round_mode modes[4] = {JPEGQ_ROUND_TRUNC, JPEGQ_ROUND_OFFSET,
                                              JPEGQ_ROUND_EVEN, JPEGQ_ROUND_NEAREST};
    unsigned repeats = p->full ? 200 : 10;
    uint64_t seed;

    for (unsigned i = 0; i < repeats * 4 * 4 * STEPS_COUNT * CONTENT_COUNT; i++) {
        step_kind table = (step_kind)(i / 16 % STEPS_COUNT);
        content kind = (content)(i / 16 / STEPS_COUNT % CONTENT_COUNT);
        unsigned turn = i / 16 / STEPS_COUNT / CONTENT_COUNT;

        if (mine(t, &seed))
            check_rounding(t, dcts[i % 4], modes[i / 4 % 4], table, kind, 5 + 17 * (turn % 7),
                           3 + 13 * (turn % 5), seed);
    }
}

/* Files of blocks that no plane makes: all symbols, codes that are too long before the limit. */
static void group_mixtures(tally *t, const plan *p)
{
    static const uint32_t sizes[][2] = {{1, 1},   {17, 9},   {57, 39},   {100, 80},
                                        {8, 999}, {320, 40}, {257, 255}, {520, 320}};
    unsigned repeats = p->full ? 200 : 10;
    uint64_t seed;

    for (unsigned i = 0; i < repeats * 8 * MIXTURE_COUNT; i++)
        if (mine(t, &seed)) {
            const uint32_t *size = sizes[i / MIXTURE_COUNT % 8];

            check_mixture(t, (mixture)(i % MIXTURE_COUNT), size[0], size[1], seed);
        }
    for (unsigned i = 0; i < (p->full ? 2 : 0); i++) /* 31 symbols: libjpeg takes no more */
        if (mine(t, &seed))
            check_mixture(t, MIXTURE_FIBONACCI, 2000, 1800 + 8 * i, seed);
}

/* What overflows in the fast DCT, in planes so small that one block decides. */
static void group_excess(tally *t, const plan *p)
{
    unsigned count = p->full ? 600000 : 40000;

    for (unsigned i = 0; i < count; i++) {
        test_case c = {.dct = JPEGQ_DCT_FAST,
                       .table_name = i / 3 % 2 ? "chroma" : "luma",
                       .quality = 98 + (int)(i % 3),
                       .content = CONTENT_EXCESS,
                       .width = 8,
                       .height = 8};

        if (mine(t, &c.seed))
            check_plane(t, &c);
    }
}

static void group_range(tally *t, const plan *p)
{
    uint64_t seed;

    for (unsigned i = 0; i < (p->full ? 100000 : 10000); i++)
        if (mine(t, &seed))
            check_range(t, 1 + 8 * (i % 5), 1 + 8 * (i % 4), seed);
}

static void group_inverse(tally *t, const plan *p)
{
    unsigned repeats = p->full ? 3000 : 200;
    uint64_t seed;

    for (unsigned i = 0; i < repeats * SPREAD_COUNT * STEPS_COUNT; i++) {
        spread kind = (spread)(i % SPREAD_COUNT);
        step_kind table = (step_kind)(i / SPREAD_COUNT % STEPS_COUNT);
        unsigned turn = i / SPREAD_COUNT / STEPS_COUNT;

        if (mine(t, &seed))
            check_inverse(t, kind, table, 8 * (turn % 9) + 1 + turn % 8, 8 + turn % 5, seed);
    }
}

/* ---- Workers --------------------------------------------------------------------------------- */

typedef void group_function(tally *t, const plan *p);

typedef struct group {
    const char *name;
    group_function *run;
    bool refuses;  /* there must be something that no file can hold */
    bool shortens; /* there must be codes that are too long before the limit */
} group;

static const group groups[] = {
    {"tables at a quality", group_scale, false, false},
    {"all qualities", group_qualities, true, false},
    {"all sizes to 17x17", group_sizes, true, false},
    {"large planes", group_large, false, false},
    {"files", group_files, false, false},
    {"every step", group_steps, false, false},
    {"random tables", group_tables, true, false},
    {"other roundings", group_roundings, true, false},
    {"files of any blocks", group_mixtures, false, true},
    {"fast overflow", group_excess, true, false},
    {"range of a file", group_range, true, false},
    {"steps to refuse", group_refused, false, false},
    {"inverse alone", group_inverse, false, false},
};

static void tally_add(tally *sum, const tally *part)
{
    sum->comparisons += part->comparisons;
    sum->differences += part->differences;
    sum->refusals += part->refusals;
    sum->bad_steps += part->bad_steps;
    sum->written += part->written;
    sum->skipped += part->skipped;
    sum->files += part->files;
    sum->shortened += part->shortened;
}

/* In the child: do the work and send the counts. A child that dies before sends nothing. */
static void work(const group *g, const plan *p, tally *t, int pipe_end)
{
    ssize_t sent;

    g->run(t, p);
    fflush(stdout);
    sent = write(pipe_end, t, sizeof *t);
    _exit(sent == (ssize_t)sizeof *t ? 0 : 1);
}

static bool start(const group *g, const plan *p, tally *t, int *result, pid_t *child)
{
    int ends[2];

    if (pipe(ends) != 0)
        return false;
    fflush(stdout);
    *child = fork();
    if (*child == 0) {
        close(ends[0]);
        work(g, p, t, ends[1]);
    }
    close(ends[1]);
    *result = ends[0];
    return *child > 0;
}

/* The child's counts; if it crashed, that is a difference. */
static void finish(const group *g, tally *sum, unsigned *quota, int result, pid_t child)
{
    tally part;
    int status = -1;
    bool whole = read(result, &part, sizeof part) == (ssize_t)sizeof part;

    close(result);
    if (waitpid(child, &status, 0) == child && whole && status == 0) {
        tally_add(sum, &part);
        *quota += part.quota;
        return;
    }
    sum->differences++;
    if (WIFSIGNALED(status))
        printf("FAIL %s: a worker died of signal %d\n", g->name, WTERMSIG(status));
    else
        printf("FAIL %s: a worker broke off\n", g->name);
}

static void run_workers(const group *g, plan *p, const tally *model, tally *sum)
{
    pid_t children[MAX_JOBS];
    int results[MAX_JOBS];
    unsigned started = 0, quota = 0;

    while (started < p->jobs) {
        tally t = *model;

        t.job = started;
        t.quota = p->quota / p->jobs + (started < p->quota % p->jobs ? 1 : 0);
        if (!start(g, p, &t, &results[started], &children[started])) {
            sum->differences++;
            printf("FAIL %s: cannot start a worker\n", g->name);
            break;
        }
        started++;
    }
    for (unsigned i = 0; i < started; i++)
        finish(g, sum, &quota, results[i], children[i]);
    p->quota = quota;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void print_group(const char *name, const tally *sum, double time)
{
    printf("%-20s %10" PRIu64 " comparisons, %" PRIu64 " differences", name, sum->comparisons,
           sum->differences);
    if (sum->files)
        printf(", %" PRIu64 " files", sum->files);
    if (sum->shortened)
        printf(", %" PRIu64 " with codes to shorten", sum->shortened);
    if (sum->refusals)
        printf(", %" PRIu64 " out of range", sum->refusals);
    if (sum->bad_steps)
        printf(", %" PRIu64 " bad steps", sum->bad_steps);
    if (sum->skipped)
        printf(", %" PRIu64 " of %" PRIu64 " files skipped", sum->skipped, sum->written);
    printf(" (%.1f s)\n", time);
    fflush(stdout);
}

static void run_group(const group *g, plan *p, uint64_t seed)
{
    tally model = {.ref = p->total.ref, .jobs = p->jobs, .seed = seed};
    tally sum = {0};
    double begin = seconds();

    if (p->jobs == 1) { /* in this process, for debuggers and sanitizers */
        model.quota = p->quota;
        g->run(&model, p);
        p->quota = model.quota;
        sum = model;
    } else {
        run_workers(g, p, &model, &sum);
    }
    if (!sum.comparisons || 2 * sum.skipped > sum.written) {
        printf("FAIL %s: next to nothing was compared\n", g->name);
        sum.differences++;
    }
    if (g->refuses && !sum.refusals) {
        printf("FAIL %s: nothing was out of range, so refusals were not tested\n", g->name);
        sum.differences++;
    }
    if (g->shortens && !sum.shortened) {
        printf("FAIL %s: no code was longer than 16 bits, so the limit was not tested\n", g->name);
        sum.differences++;
    }
    print_group(g->name, &sum, seconds() - begin);
    tally_add(&p->total, &sum);
}

/* ---- The program ----------------------------------------------------------------------------- */

static bool take_option(plan *p, int argc, char **argv, int *i)
{
    if (strcmp(argv[*i], "--full") == 0) {
        p->full = true;
    } else if (strcmp(argv[*i], "--quick") == 0) {
        p->full = false;
    } else if (strcmp(argv[*i], "--jobs") == 0 && *i + 1 < argc) {
        long jobs = strtol(argv[++*i], NULL, 10);

        p->jobs = jobs < 1 ? 1 : jobs > MAX_JOBS ? MAX_JOBS : (unsigned)jobs;
    } else {
        fprintf(stderr, "usage: oracle [--quick | --full] [--jobs N] [PGM...]\n");
        return false;
    }
    return true;
}

/* An image that cannot be read must not count as one that was equal. */
static bool take_arguments(plan *p, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        image *next = &p->images[p->image_count];
        const char *why;

        if (strncmp(argv[i], "--", 2) == 0) {
            if (!take_option(p, argc, argv, &i))
                return false;
            continue;
        }
        next->path = argv[i];
        why = pgm_read(argv[i], &next->plane);
        if (why) {
            fprintf(stderr, "oracle: %s: %s\n", argv[i], why);
            return false;
        }
        p->image_count++;
    }
    return true;
}

static bool run_all(plan *p)
{
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (groups[i].run != group_files || p->image_count)
            run_group(&groups[i], p, (uint64_t)(i + 1) << 40);
    printf("oracle: %" PRIu64 " comparisons, %" PRIu64 " differences\n", p->total.comparisons,
           p->total.differences);
    return p->total.differences == 0 && p->total.comparisons > 0;
}

static void plan_free(plan *p)
{
    for (size_t i = 0; i < p->image_count; i++)
        free(p->images[i].plane.samples);
    free(p->images);
    ref_close(p->total.ref);
}

int main(int argc, char **argv)
{
    plan p = {.jobs = 2, .quota = FAILURES_SHOWN};
    const char *why = "";
    bool good = false;

    p.images = calloc((size_t)argc, sizeof *p.images);
    p.total.ref = ref_open(&why);
    if (!p.total.ref || !p.images) {
        fprintf(stderr, "oracle: %s\n", p.total.ref ? "no memory" : why);
    } else if (take_arguments(&p, argc, argv)) {
        printf("oracle: jpegq %s against libjpeg-turbo %s, %s\n", jpegq_version(), ref_version(),
               p.full ? "full" : "quick");
        good = run_all(&p);
    }
    plan_free(&p);
    return good ? 0 : 1;
}
