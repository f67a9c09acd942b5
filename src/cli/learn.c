/* SPDX-License-Identifier: MIT */
/*
 * learn.c: see learn.h.
 *
 * A signal that ends the program otherwise ends the learning, and the best so far is kept; a second
 * one ends the program. Files are written when all is learned.
 */
#include "learn.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../io/confine.h"
#include "../io/memory.h"
#include "../io/offsets_text.h"
#include "../io/table_text.h"
#include "diagnose.h"

/* ---- Signals --------------------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
enum { ENDING = sizeof ending / sizeof *ending };

static void catch_signals(struct sigaction old[ENDING])
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupt;
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART; /* the second time it ends the program */
    interrupted = 0;
    for (int i = 0; i < ENDING; i++)
        if (sigaction(ending[i], NULL, &old[i]) == 0 && old[i].sa_handler != SIG_IGN)
            sigaction(ending[i], &action, NULL);
}

static void release_signals(const struct sigaction old[ENDING])
{
    for (int i = 0; i < ENDING; i++)
        sigaction(ending[i], &old[i], NULL);
}

/* ---- Progress -------------------------------------------------------------------------------- */

typedef struct progress {
    jq_lesson_plan *lesson_plan;
    const jq_learned *learned;
    bool on, drawn;
    unsigned round, steps;
    double last;
    bool failed; /* standard output cannot be written to */
    jq_message message;
} progress;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void clear(progress *p)
{
    if (p->drawn)
        fprintf(stderr, "\r\033[K");
    p->drawn = false;
}

static void draw(progress *p)
{
    const jq_lesson_plan *l = p->lesson_plan;
    double time = now();
    if (!p->on || time - p->last < 0.1)
        return;
    p->last = time;
    p->drawn = true;
    fprintf(stderr, "\r[table %zu/%zu] round %u, %u/64 positions\033[K",
            (size_t)(p->learned - l->learned) + 1, l->count, p->round + 1, p->steps % 64);
    fflush(stderr);
}

/* Asked once a position, and once a round. */
static bool is_stopped(void *context)
{
    progress *p = context;
    p->steps++;
    draw(p);
    return interrupted || p->failed;
}

static void take_round(void *context, const jpegq_round *round)
{
    progress *p = context;
    clear(p);
    p->round = round->round;
    p->steps = 0;
    jq_learn_print_round(p->lesson_plan, round);
    if (jq_output_flush(&p->lesson_plan->text, &p->message) != 0)
        p->failed = true;
}

/* ---- One table ------------------------------------------------------------------------------- */

/* The goal of a quality is what luma reaches there. */
static int set_goal(jq_lesson_plan *l, jq_learned *learned, jq_message *message)
{
    const jq_options *o = l->options;
    learned->target = o->target_value;
    if (learned->quality < 0)
        return 0;
    jpegq_codec codec = {JPEGQ_DCT_INT, jpegq_preset_named("luma")->table,
                         jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
    uint64_t bytes;
    jq_point mean;
    jpegq_table_at_quality(&codec.table, learned->quality, JPEGQ_BASELINE_STEP, &codec.table);
    if (jq_picture_set_measure(&l->training, &l->crew, &codec, l->ssim, &bytes, &mean, NULL,
                               message) != 0)
        return -1;
    learned->target = l->goal == JPEGQ_GOAL_SSIM ? mean.ssim : mean.psnr;
    return 0;
}

static int measure_learned(jq_lesson_plan *l, jq_learned *learned, jq_message *message)
{
    return jq_picture_set_measure(&l->training, &l->crew, &learned->codec, l->ssim, &learned->bytes,
                                  &learned->mean, NULL, message);
}

/* An exit status. */
static int learn_one(jq_lesson_plan *l, jq_learned *learned, jq_message *message)
{
    const jq_options *o = l->options;
    progress p = {.lesson_plan = l,
                  .learned = learned,
                  .on = o->progress && isatty(STDERR_FILENO) == 1};
    if (set_goal(l, learned, message) != 0)
        return JQ_EXIT_FAILED;
    jpegq_learning learning = {.aim = o->learn_for,
                               .goal = l->goal,
                               .target = learned->target,
                               .no_offsets = o->no_rounding,
                               .parallel = jq_crew_run,
                               .parallel_context = &l->crew,
                               .stopped = is_stopped,
                               .told = take_round,
                               .context = &p};
    jq_learn_print_header(l, learned);
    jpegq_status status =
        jpegq_learn_table(&learning, l->training.planes, l->training.count, &learned->codec, NULL);
    clear(&p);
    if (p.failed) {
        *message = p.message;
        return JQ_EXIT_FAILED;
    }
    if (status != JPEGQ_OK) {
        char text[200];
        jq_fail(message, "--learn-table", "%s: %s", jpegq_status_text(status),
                jq_goal_text(l, learned, text, sizeof text));
        return status == JPEGQ_UNREACHABLE ? JQ_EXIT_UNREACHABLE : JQ_EXIT_FAILED;
    }
    return measure_learned(l, learned, message) == 0 ? JQ_EXIT_OK : JQ_EXIT_FAILED;
}

/* ---- A family -------------------------------------------------------------------------------- */

static double measure_of(const jq_lesson_plan *l, const jq_learned *learned)
{
    return l->goal == JPEGQ_GOAL_SSIM ? learned->mean.ssim : learned->mean.psnr;
}

static void copy_result(const jq_learned *from, jq_learned *to)
{
    to->codec = from->codec;
    to->bytes = from->bytes;
    to->mean = from->mean;
}

/*
 * Qualities that lie close together may be learned in the wrong order: then one table is better
 * than the other in bytes and picture, and takes its place.
 */
static void make_monotonic(jq_lesson_plan *l)
{
    for (size_t i = 1; i < l->count; i++) {
        jq_learned *low = &l->learned[i - 1], *high = &l->learned[i];
        if (measure_of(l, high) < measure_of(l, low)) {
            copy_result(low, high); /* it meets the higher goal too, or luma did not rise either */
        } else {
            for (size_t j = i; j-- > 0 && l->learned[j].bytes > high->bytes;)
                copy_result(high, &l->learned[j]);
        }
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

static bool is_folder(const char *name)
{
    struct stat status;
    size_t length = strlen(name);
    return (length && name[length - 1] == '/') ||
           (stat(name, &status) == 0 && S_ISDIR(status.st_mode));
}

static char *format_name(const char *format, int length, const char *name, int quality)
{
    size_t size = strlen(name) + 40;
    char *text = jpegq_alloc(size, 1);
    if (text)
        snprintf(text, size, format, length, name, quality);
    return text;
}

/* "q50.txt" and "q50.offsets.txt" in a folder; beside table.txt "table.offsets.txt". */
static int make_names(const jq_lesson_plan *l, jq_learned *learned, jq_message *message)
{
    const jq_options *o = l->options;
    const char *name = o->learn_table;
    int length = (int)strlen(name);
    bool folder = is_folder(name);
    while (folder && length > 1 && name[length - 1] == '/')
        length--;
    if (folder) {
        learned->table_name = format_name("%.*s/q%d.txt", length, name, learned->quality);
        learned->offsets_name = format_name("%.*s/q%d.offsets.txt", length, name, learned->quality);
    } else {
        bool ends = length > 4 && strcmp(name + length - 4, ".txt") == 0;
        learned->table_name = format_name("%.*s", length, name, 0);
        learned->offsets_name =
            format_name("%.*s.offsets.txt", ends ? length - 4 : length, name, 0);
    }
    if (!learned->table_name || !learned->offsets_name)
        return jq_fail(message, name, "out of memory");
    if (o->no_rounding) {
        jpegq_free(learned->offsets_name);
        learned->offsets_name = NULL;
    }
    return 0;
}

/* Refused before any work: what is an input, and what cannot be written. */
static int check_output(const jq_lesson_plan *l, const char *name, jq_message *message)
{
    jq_output output;
    if (!name)
        return 0;
    if (jq_plan_check_output(&l->plan, name, message) != 0 ||
        jq_output_open(&output, name, l->options->clobber, message) != 0)
        return -1;
    jq_output_discard(&output);
    return 0;
}

static int rising(const void *a, const void *b)
{
    return ((const jq_learned *)a)->quality - ((const jq_learned *)b)->quality;
}

static int list_tables(jq_lesson_plan *l, jq_message *message)
{
    const jq_options *o = l->options;
    l->count = o->quality_count ? o->quality_count : 1;
    l->learned = jq_alloc_zeros(l->count, sizeof *l->learned);
    if (!l->learned)
        return jq_fail(message, "--learn-table", "out of memory");
    for (size_t i = 0; i < l->count; i++)
        l->learned[i].quality = o->quality_count ? o->qualities[i] : -1;
    qsort(l->learned, l->count, sizeof *l->learned, rising);
    for (size_t i = 0; i < l->count; i++)
        if (make_names(l, &l->learned[i], message) != 0 ||
            check_output(l, l->learned[i].table_name, message) != 0 ||
            check_output(l, l->learned[i].offsets_name, message) != 0)
            return -1;
    return 0;
}

static void set_goals(jq_lesson_plan *l)
{
    const jq_options *o = l->options;
    l->goal = o->target == JQ_TARGET_BPP       ? JPEGQ_GOAL_BPP
              : o->target == JQ_TARGET_SSIM    ? JPEGQ_GOAL_SSIM
              : o->target == JQ_TARGET_PSNR    ? JPEGQ_GOAL_PSNR
              : o->learn_for == JPEGQ_AIM_SSIM ? JPEGQ_GOAL_SSIM
                                               : JPEGQ_GOAL_PSNR;
    l->ssim = o->learn_for == JPEGQ_AIM_SSIM || l->goal == JPEGQ_GOAL_SSIM;
}

/* What is wrong with the words given, before anything is opened. An exit status. */
static int check_words(const jq_options *o, jq_message *message)
{
    bool folder = is_folder(o->learn_table);
    if (strcmp(o->learn_table, "-") == 0)
        jq_fail(message, "--learn-table", "needs the name of a file or folder");
    else if (folder && o->quality_count == 0)
        jq_fail(message, o->learn_table, "a folder is for tables of qualities: give --quality");
    else if (!folder && o->quality_count > 1)
        jq_fail(message, o->learn_table,
                "%zu qualities need a folder that exists (or a name that ends with /)",
                o->quality_count);
    else
        return JQ_EXIT_OK;
    return JQ_EXIT_USAGE;
}

/* Give up what is not needed, for good, unless the options want no sandbox. */
static void confine(const jq_lesson_plan *l)
{
    const jq_options *o = l->options;
    size_t reads = l->plan.input_count, writes = 0;
    const char **read = jpegq_alloc(reads + o->validate_count, sizeof *read);
    const char **written = jpegq_alloc(2 * l->count, sizeof *written);
    if (read && written && o->sandbox != JQ_SANDBOX_OFF) {
        memcpy(read, l->plan.inputs, reads * sizeof *read);
        memcpy(read + reads, o->validate, o->validate_count * sizeof *read);
        for (size_t i = 0; i < l->count; i++) {
            written[writes++] = l->learned[i].table_name;
            if (l->learned[i].offsets_name)
                written[writes++] = l->learned[i].offsets_name;
        }
        jq_confine(read, reads + o->validate_count, written, writes);
    }
    jpegq_free(read);
    jpegq_free(written);
}

static int prepare(jq_lesson_plan *l, jq_message *message)
{
    const jq_options *o = l->options;
    int status = check_words(o, message);
    if (status == JQ_EXIT_OK)
        status = jq_plan_make(o, &l->plan, message);
    if (status != JQ_EXIT_OK)
        return status;
    set_goals(l);
    if (list_tables(l, message) != 0)
        return JQ_EXIT_FAILED;
    confine(l);
    jq_crew_start(&l->crew, o->threads);
    if (jq_output_open(&l->text, "-", true, message) != 0 ||
        jq_picture_set_load(o, &l->crew, l->plan.inputs, l->plan.input_count, &l->training,
                            message) != 0 ||
        jq_picture_set_load(o, &l->crew, o->validate, o->validate_count, &l->validation, message) !=
            0)
        return JQ_EXIT_FAILED;
    return JQ_EXIT_OK;
}

static int learn_all(jq_lesson_plan *l, jq_message *message)
{
    struct sigaction old[ENDING];
    int status = JQ_EXIT_OK;
    size_t done = 0;
    catch_signals(old);
    for (; status == JQ_EXIT_OK && done < l->count && !interrupted; done++)
        status = learn_one(l, &l->learned[done], message);
    release_signals(old);
    if (interrupted && status == JQ_EXIT_OK)
        jq_complain("interrupted: the best so far is kept");
    for (size_t i = done; i < l->count; i++) { /* interrupted */
        jpegq_free(l->learned[i].table_name);
        jpegq_free(l->learned[i].offsets_name);
    }
    l->count = done;
    return status;
}

static int write_all(jq_lesson_plan *l, jq_message *message)
{
    for (size_t i = 0; i < l->count; i++)
        if (jq_learn_write(l, &l->learned[i], message) != 0)
            return -1;
    return 0;
}

static int finish(jq_lesson_plan *l, jq_message *message)
{
    bool family = l->options->quality_count > 1;
    make_monotonic(l);
    if (jq_output_flush(&l->text, message) != 0 || write_all(l, message) != 0)
        return JQ_EXIT_FAILED;
    if ((family ? jq_learn_compare_family(l, message)
                : jq_learn_compare(l, &l->learned[0], message)) != 0 ||
        jq_output_commit(&l->text, message) != 0)
        return JQ_EXIT_FAILED;
    return family && l->count < l->options->quality_count ? JQ_EXIT_FAILED : JQ_EXIT_OK;
}

static void free_all(jq_lesson_plan *l)
{
    for (size_t i = 0; l->learned && i < l->count; i++) {
        jpegq_free(l->learned[i].table_name);
        jpegq_free(l->learned[i].offsets_name);
    }
    jpegq_free(l->learned);
    jq_crew_stop(&l->crew);
    jq_picture_set_free(&l->training);
    jq_picture_set_free(&l->validation);
    jq_output_discard(&l->text);
    jq_plan_free(&l->plan);
}

int jq_learn_run(const jq_options *options)
{
    jq_lesson_plan l;
    jq_message message = {""};
    memset(&l, 0, sizeof l);
    l.options = options;
    l.text = (jq_output)JQ_OUTPUT_CLOSED;
    int status = prepare(&l, &message);
    if (status == JQ_EXIT_OK)
        status = learn_all(&l, &message);
    if (status == JQ_EXIT_OK)
        status = finish(&l, &message);
    if (message.text[0])
        jq_complain("%s", message.text);
    free_all(&l);
    return status;
}
