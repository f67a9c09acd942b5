/* SPDX-License-Identifier: MIT */
/* learn_report.c: what learning prints and writes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../io/memory.h"
#include "../io/offsets_text.h"
#include "../io/table_text.h"
#include "diagnose.h"
#include "learn.h"

const char *jq_goal_text(const jq_lesson_plan *l, const jq_learned *learned, char *text,
                         size_t size)
{
    static const char *const formats[] = {"PSNR of %.4f dB", "SSIM of %.6f", "%.4f bits a pixel"};
    int length = snprintf(text, size, formats[l->goal], learned->target);
    if (learned->quality >= 0 && length > 0 && (size_t)length < size)
        snprintf(text + length, size - (size_t)length, ", as luma at quality %d", learned->quality);
    return text;
}

static const char *aim_text(const jq_lesson_plan *l)
{
    return l->options->learn_for == JPEGQ_AIM_SSIM ? "SSIM" : "PSNR";
}

static void print_images(jq_output *text, size_t count, uint64_t pixels)
{
    jq_output_format(text, "%zu image%s, %ju pixels", count, count == 1 ? "" : "s",
                     (uintmax_t)pixels);
}

/* ---- The curve of learning ------------------------------------------------------------------- */

void jq_learn_print_header(jq_lesson_plan *l, const jq_learned *learned)
{
    char goal[200];
    jq_output_format(&l->text, "%slearning for %s from ", learned == l->learned ? "" : "\n",
                     aim_text(l));
    print_images(&l->text, l->training.count, l->training.pixels);
    jq_output_format(&l->text, ": %s\n", jq_goal_text(l, learned, goal, sizeof goal));
    jq_output_format(&l->text, "round  changed       bytes  mean_bytes     psnr%s\n",
                     l->ssim ? "      ssim" : "");
}

void jq_learn_print_round(jq_lesson_plan *l, const jpegq_round *r)
{
    jq_output_format(&l->text, "%5u  %7u %11ju %11.1f %8.4f", r->round, r->changed,
                     (uintmax_t)r->bytes, r->mean_bytes, r->psnr);
    if (l->ssim)
        jq_output_format(&l->text, " %9.6f", r->ssim);
    jq_output_text(&l->text, "\n");
}

/* ---- Beside other tables --------------------------------------------------------------------- */

/* A measure that tables are compared at: PSNR, or SSIM in a scale that grows as it does. */
static double measure_of(const jq_lesson_plan *l, const jq_point *point)
{
    return l->options->learn_for == JPEGQ_AIM_SSIM ? -10 * log10(fmax(1 - point->ssim, 1e-6))
                                                   : point->psnr;
}

/* What a table at a quality makes of a set. */
typedef struct row {
    double quality, bytes;
    jq_point point;
} row;

static int measure_at(jq_lesson_plan *l, const jq_picture_set *set, const jpegq_table *base,
                      int quality, row *r, jq_message *message)
{
    jpegq_codec codec = {JPEGQ_DCT_INT, *base, jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
    uint64_t bytes;
    jpegq_table_at_quality(base, quality, JPEGQ_BASELINE_STEP, &codec.table);
    int result =
        jq_picture_set_measure(set, &l->crew, &codec, l->ssim, &bytes, &r->point, NULL, message);
    r->quality = quality;
    r->bytes = (double)bytes;
    return result;
}

static double between(double a, double b, double share)
{
    return a + share * (b - a);
}

/*
 * What a table takes for a measure: between the two qualities that have it between them, logarithms
 * of bytes are straight. 0; 1 if no quality has it; -1 with a message.
 */
static int find_equal(jq_lesson_plan *l, const jq_picture_set *set, const jpegq_table *base,
                      double measure, row *equal, jq_message *message)
{
    row low, high;
    if (measure_at(l, set, base, 1, &low, message) != 0 ||
        measure_at(l, set, base, 100, &high, message) != 0)
        return -1;
    if (!(measure_of(l, &low.point) <= measure && measure < measure_of(l, &high.point)))
        return 1;
    while (high.quality - low.quality > 1) {
        row middle;
        if (measure_at(l, set, base, (int)(low.quality + high.quality) / 2, &middle, message) != 0)
            return -1;
        *(measure_of(l, &middle.point) <= measure ? &low : &high) = middle;
    }
    double a = measure_of(l, &low.point), share = (measure - a) / (measure_of(l, &high.point) - a);
    equal->quality = between(low.quality, high.quality, share);
    equal->bytes = exp(between(log(low.bytes), log(high.bytes), share));
    equal->point.log_bytes = between(low.point.log_bytes, high.point.log_bytes, share);
    equal->point.psnr = between(low.point.psnr, high.point.psnr, share);
    equal->point.ssim = between(low.point.ssim, high.point.ssim, share);
    return 0;
}

static void print_row(jq_lesson_plan *l, const char *name, const row *r, const double *difference)
{
    jq_output_format(&l->text, "%-18s", name);
    if (r->quality > 0)
        jq_output_format(&l->text, " %7.2f", r->quality);
    else
        jq_output_text(&l->text, "        ");
    jq_output_format(&l->text, " %11.0f %8.4f", r->bytes, r->point.psnr);
    if (l->ssim)
        jq_output_format(&l->text, " %9.6f", r->point.ssim);
    if (difference)
        jq_output_format(&l->text, " %9.2f %%", *difference);
    jq_output_text(&l->text, "\n");
}

/* The learned table's own rows; *learned is what it is with its offsets. */
static int print_learned(jq_lesson_plan *l, const jq_picture_set *set, const jq_learned *table,
                         row *learned, jq_message *message)
{
    jpegq_codec codec = table->codec;
    for (int nearest = 0; nearest < 2; nearest++) {
        row r = {0};
        uint64_t bytes;
        if (nearest && codec.rounding.mode == JPEGQ_ROUND_NEAREST)
            break;
        if (nearest)
            codec.rounding = jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0);
        if (jq_picture_set_measure(set, &l->crew, &codec, l->ssim, &bytes, &r.point, NULL,
                                   message) != 0)
            return -1;
        r.bytes = (double)bytes;
        print_row(l, nearest ? "learned, nearest" : "learned", &r, NULL);
        if (!nearest)
            *learned = r;
    }
    return 0;
}

static int compare_set(jq_lesson_plan *l, const jq_picture_set *set, const char *what,
                       const jq_learned *table, jq_message *message)
{
    size_t count;
    const jpegq_preset *presets = jpegq_presets(&count);
    row learned = {0};
    jq_output_format(&l->text, "\n%s, ", what);
    print_images(&l->text, set->count, set->pixels);
    jq_output_format(&l->text, "\n%-18s %7s %11s %8s%s  difference\n", "table", "quality", "bytes",
                     "psnr", l->ssim ? "      ssim" : "");
    if (print_learned(l, set, table, &learned, message) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        row equal;
        int result =
            find_equal(l, set, &presets[i].table, measure_of(l, &learned.point), &equal, message);
        if (result < 0)
            return -1;
        double difference = 100 * (exp(learned.point.log_bytes - equal.point.log_bytes) - 1);
        if (result == 0)
            print_row(l, presets[i].name, &equal, &difference);
        else
            jq_output_format(&l->text, "%-18s       -\n", presets[i].name);
    }
    return jq_output_flush(&l->text, message);
}

int jq_learn_compare(jq_lesson_plan *l, const jq_learned *learned, jq_message *message)
{
    if (compare_set(l, &l->training, "training", learned, message) != 0)
        return -1;
    return l->validation.count ? compare_set(l, &l->validation, "validation", learned, message) : 0;
}

/* ---- A family -------------------------------------------------------------------------------- */

/* Curves of each image: points[image * count + i]. */
static int measure_curves(jq_lesson_plan *l, const jq_picture_set *set, const jpegq_table *base,
                          jq_point *points, jq_message *message)
{
    jq_point *row_points = jq_alloc_zeros(set->count, sizeof *row_points);
    int result = row_points ? 0 : jq_fail(message, "images", "out of memory");
    for (size_t i = 0; result == 0 && i < l->count; i++) {
        jpegq_codec codec = l->learned[i].codec;
        uint64_t bytes;
        jq_point mean;
        if (base) {
            codec.rounding = jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0);
            jpegq_table_at_quality(base, l->learned[i].quality, JPEGQ_BASELINE_STEP, &codec.table);
        }
        result = jq_picture_set_measure(set, &l->crew, &codec, l->ssim, &bytes, &mean, row_points,
                                        message);
        for (size_t image = 0; result == 0 && image < set->count; image++)
            points[image * l->count + i] = row_points[image];
    }
    jpegq_free(row_points);
    return result;
}

static bool delta(const jq_lesson_plan *l, const jq_point *a, const jq_point *b, double *bd_rate)
{
    double rates[2][101], measures[2][101];
    for (size_t i = 0; i < l->count; i++) {
        rates[0][i] = exp(a[i].log_bytes);
        rates[1][i] = exp(b[i].log_bytes);
        measures[0][i] = measure_of(l, &a[i]);
        measures[1][i] = measure_of(l, &b[i]);
    }
    return jpegq_bjontegaard(rates[0], measures[0], l->count, rates[1], measures[1], l->count,
                             bd_rate, NULL) == JPEGQ_OK;
}

/* Against one table: the mean over the images, and against luma each of them. */
static void print_deltas(jq_lesson_plan *l, const jq_picture_set *set, const char *what,
                         const char *reference, bool each, const jq_point *others,
                         const jq_point *learned)
{
    double sum = 0, bd_rate;
    size_t used = 0;
    for (size_t i = 0; i < set->count; i++) {
        char masked[300];
        if (!delta(l, others + i * l->count, learned + i * l->count, &bd_rate))
            continue;
        sum += bd_rate;
        used++;
        if (each) {
            jq_output_format(&l->text, "%-10s  %-15s %9.3f  ", what, reference, bd_rate);
            jq_output_text(&l->text, jq_mask(jq_input_name(set->names[i]), masked, sizeof masked));
            jq_output_text(&l->text, "\n");
        }
    }
    if (used)
        jq_output_format(&l->text, "%-10s  %-15s %9.3f  (mean of %zu)\n", what, reference,
                         sum / (double)used, used);
    else
        jq_output_format(&l->text, "%-10s  %-15s         -\n", what, reference);
}

static int compare_curves(jq_lesson_plan *l, const jq_picture_set *set, const char *what,
                          jq_message *message)
{
    size_t count;
    const jpegq_preset *presets = jpegq_presets(&count);
    jq_point *learned = jq_alloc_zeros(set->count * l->count, sizeof *learned);
    jq_point *others = jq_alloc_zeros(set->count * l->count, sizeof *others);
    int result = learned && others ? 0 : jq_fail(message, "images", "out of memory");
    if (result == 0)
        result = measure_curves(l, set, NULL, learned, message);
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = measure_curves(l, set, &presets[i].table, others, message);
        if (result == 0)
            print_deltas(l, set, what, presets[i].name, i == 0, others, learned);
        if (result == 0)
            result = jq_output_flush(&l->text, message);
    }
    jpegq_free(learned);
    jpegq_free(others);
    return result;
}

static int print_family(jq_lesson_plan *l, jq_message *message)
{
    const jpegq_table *luma = &jpegq_preset_named("luma")->table;
    jq_output_format(&l->text, "\nquality       bytes     psnr%s  bytes of luma, difference\n",
                     l->ssim ? "      ssim" : "");
    for (size_t i = 0; i < l->count; i++) {
        const jq_learned *table = &l->learned[i];
        row equal;
        jq_output_format(&l->text, "%7d %11ju %8.4f", table->quality, (uintmax_t)table->bytes,
                         table->mean.psnr);
        if (l->ssim)
            jq_output_format(&l->text, " %9.6f", table->mean.ssim);
        int result =
            find_equal(l, &l->training, luma, measure_of(l, &table->mean), &equal, message);
        if (result < 0)
            return -1;
        if (result == 0)
            jq_output_format(&l->text, "    %11.0f  %9.2f %%", equal.bytes,
                             100 * (exp(table->mean.log_bytes - equal.point.log_bytes) - 1));
        jq_output_text(&l->text, "\n");
    }
    return jq_output_flush(&l->text, message);
}

int jq_learn_compare_family(jq_lesson_plan *l, jq_message *message)
{
    if (print_family(l, message) != 0)
        return -1;
    if (l->count < 3)
        return 0;
    jq_output_format(&l->text,
                     "\nbytes for the same %s (Bjontegaard), in per cent\n%-10s  %-15s"
                     "   bd_rate  file\n",
                     aim_text(l), "images", "reference");
    if (compare_curves(l, &l->training, "training", message) != 0)
        return -1;
    return l->validation.count ? compare_curves(l, &l->validation, "validation", message) : 0;
}

/* ---- The files ------------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A line of a comment that names a file, whatever its name. */
static void comment_name(jq_output *file, const char *before, const char *name, const char *behind)
{
    char masked[300];
    jq_output_text(file, before);
    jq_output_text(file, jq_mask(name, masked, sizeof masked));
    jq_output_text(file, behind);
}

static void comment_figures(const jq_lesson_plan *l, jq_output *file, uint64_t bytes,
                            const jq_point *mean)
{
    jq_output_format(file, "%ju bytes with optimal Huffman tables, PSNR %.4f dB", (uintmax_t)bytes,
                     mean->psnr);
    if (l->ssim)
        jq_output_format(file, ", SSIM %.6f", mean->ssim);
    jq_output_text(file, "\n");
}

static void comment_lesson(const jq_lesson_plan *l, const jq_learned *learned, jq_output *file)
{
    enum { MOST_NAMES = 20 };
    char goal[200];
    jq_output_format(file, "# jpegq %s: learned for %s from ", jpegq_version(), aim_text(l));
    print_images(file, l->training.count, l->training.pixels);
    jq_output_format(file, "\n# goal: %s\n", jq_goal_text(l, learned, goal, sizeof goal));
    for (size_t i = 0; i < l->training.count && i < MOST_NAMES; i++)
        comment_name(file, "# image: ", base_name(jq_input_name(l->training.names[i])), "\n");
    if (l->training.count > MOST_NAMES)
        jq_output_format(file, "# and %zu more\n", l->training.count - MOST_NAMES);
}

static int write_table(jq_lesson_plan *l, const jq_learned *learned, jq_output *file,
                       jq_message *message)
{
    jpegq_codec nearest = learned->codec;
    uint64_t bytes;
    jq_point mean;
    nearest.rounding = jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0);
    if (jq_picture_set_measure(&l->training, &l->crew, &nearest, l->ssim, &bytes, &mean, NULL,
                               message) != 0)
        return -1;
    comment_lesson(l, learned, file);
    if (learned->offsets_name) {
        comment_name(file, "# with --round offsets:", base_name(learned->offsets_name), ": ");
        comment_figures(l, file, learned->bytes, &learned->mean);
    }
    jq_output_text(file, "# with nearest rounding: ");
    comment_figures(l, file, bytes, &mean);
    jq_table_write(&learned->codec.table, file);
    return 0;
}

static void write_offsets(const jq_lesson_plan *l, const jq_learned *learned, jq_output *file)
{
    comment_lesson(l, learned, file);
    comment_name(file, "# rounding offsets for ", base_name(learned->table_name), ": ");
    comment_figures(l, file, learned->bytes, &learned->mean);
    jq_offsets_write(learned->codec.rounding.offset, file);
}

int jq_learn_write(jq_lesson_plan *l, const jq_learned *learned, jq_message *message)
{
    jq_output table = JQ_OUTPUT_CLOSED, offsets = JQ_OUTPUT_CLOSED;
    bool clobber = l->options->clobber;
    int result = jq_output_open(&table, learned->table_name, clobber, message);
    if (result == 0 && learned->offsets_name)
        result = jq_output_open(&offsets, learned->offsets_name, clobber, message);
    if (result == 0)
        result = write_table(l, learned, &table, message);
    if (result == 0 && learned->offsets_name) {
        write_offsets(l, learned, &offsets);
        result = jq_output_finish(&offsets, message);
    }
    if (result == 0)
        result = jq_output_finish(&table, message);
    if (result == 0 && learned->offsets_name)
        result = jq_output_commit(&offsets, message);
    if (result == 0)
        result = jq_output_commit(&table, message);
    jq_output_discard(&offsets);
    jq_output_discard(&table);
    return result;
}
