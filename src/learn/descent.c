/* SPDX-License-Identifier: MIT */
/* descent.c: see descent.h. */
#include "descent.h"

#include <math.h>
#include <string.h>

#include "cost.h"
#include "structure.h"

jpegq_status jq_descent_make(jq_descent *d, const jpegq_learning *learning,
                             const jq_training *training)
{
    d->learning = learning;
    d->training = training;
    d->judge = jq_judge_of(learning);
    jq_structure_gains(d->gains);
    d->results = jpegq_alloc(training->count, JQ_MOST_TRIALS * sizeof *d->results);
    for (size_t i = 0; i < training->count; i++)
        training->pictures[i].structure = 1;
    return d->results ? JPEGQ_OK : JPEGQ_NO_MEMORY;
}

void jq_descent_free(jq_descent *d)
{
    jpegq_free(d->results);
    d->results = NULL;
}

static void settle_one(void *argument, size_t i)
{
    const jq_descent *d = argument;
    jq_levels levels;
    jq_cost_settle(&d->training->pictures[i], &d->lesson, &levels);
}

void jq_descent_settle(jq_descent *d, const jq_lesson *lesson)
{
    d->lesson = *lesson;
    jq_training_run(d->training, d->training->count, settle_one, d);
}

/* ---- Estimates ------------------------------------------------------------------------------- */

/* Bits and errors of a picture as it is settled. */
static jq_trial settled(const jq_descent *d, const jq_picture *p)
{
    jq_trial sum = {.bits = p->bits[0] + p->bits[1]};
    for (int k = 0; k < 64; k++) {
        sum.squared += (double)p->squared[k];
        sum.weighted += d->gains[k] * (double)p->weighted[k];
    }
    return sum;
}

/* Markers and their parameters but the symbols of the Huffman tables (see jpegq_file). */
static const double header_bytes = 156;

static double pixels_of(const jq_picture *p)
{
    return (double)p->plane.width * p->plane.height;
}

/* 1 - SSIM but for a factor; magnitudes are 8 times the coefficients. */
static double dissimilarity(const jq_picture *p, double weighted)
{
    return weighted / (64.0 * (1 << JQ_WEIGHT_BITS)) / pixels_of(p);
}

/* The samples' rounding adds 1/12 to the mean squared error of the coefficients. */
static double psnr(const jq_picture *p, double squared)
{
    return 10 * log10(255.0 * 255.0 / (squared / 64 / pixels_of(p) + 1.0 / 12));
}

/* Of [pictures], with the corrections. */
static jq_account account(const jq_descent *d, const jq_trial *pictures)
{
    const jq_account *c = &d->judge.correction;
    double log_bytes = 0, quality = 0, dissimilar = 0, bytes = 0, pixels = 0;
    size_t count = d->training->count;
    for (size_t i = 0; i < count; i++) {
        const jq_picture *p = &d->training->pictures[i];
        double file = pictures[i].bits / 8 + header_bytes;
        bytes += file;
        pixels += pixels_of(p);
        log_bytes += log(file);
        quality += psnr(p, pictures[i].squared);
        dissimilar += p->structure * dissimilarity(p, pictures[i].weighted);
    }
    return (jq_account){log_bytes / (double)count + c->log_bytes,
                        log(8 * bytes / pixels) + c->log_bpp, quality / (double)count + c->psnr,
                        jq_structure_db(dissimilar / (double)count) + c->structure};
}

jq_account jq_descent_estimate(const jq_descent *d)
{
    for (size_t i = 0; i < d->training->count; i++)
        d->results[i] = settled(d, &d->training->pictures[i]);
    return account(d, d->results);
}

/* The factor of each picture's dissimilarity, and its transpose's. */
static void correct_structure(jq_descent *d, const double *dissimilar)
{
    const jq_training *t = d->training;
    for (size_t i = 0; i < t->count; i++) {
        jq_picture *p = &t->pictures[i];
        double estimate = dissimilarity(p, settled(d, p).weighted);
        double ratio = dissimilar[i % t->originals] / estimate;
        p->structure = estimate > 0 && ratio > 0 ? ratio : 1;
    }
}

void jq_descent_correct(jq_descent *d, const jq_account *measured, const double *dissimilar)
{
    jq_account *c = &d->judge.correction;
    if (dissimilar)
        correct_structure(d, dissimilar);
    *c = (jq_account){0};
    jq_account estimate = jq_descent_estimate(d);
    *c =
        (jq_account){measured->log_bytes - estimate.log_bytes, measured->log_bpp - estimate.log_bpp,
                     measured->psnr - estimate.psnr, measured->structure - estimate.structure};
}

/* ---- Trials ---------------------------------------------------------------------------------- */

typedef struct trials {
    jq_descent *descent;
    unsigned k, count;
    jq_trial trial[JQ_MOST_TRIALS];
} trials;

static void add(trials *t, int step, int offset)
{
    const jq_lesson *lesson = &t->descent->lesson;
    bool known = step == lesson->step[t->k] && offset == lesson->offset[t->k];
    if (step < 1 || step > JPEGQ_BASELINE_STEP || offset < 0 || offset > JQ_NEAREST ||
        t->count == JQ_MOST_TRIALS || (t->descent->learning->no_offsets && offset != JQ_NEAREST))
        return;
    for (unsigned i = 0; i < t->count; i++)
        known = known || (t->trial[i].step == step && t->trial[i].offset == offset);
    if (!known)
        t->trial[t->count++] = (jq_trial){.step = (uint16_t)step, .offset = (uint16_t)offset};
}

/* Steps by ones, a sixth and a third, with the offset or the dead zone kept; offsets. */
static void list_all(trials *t)
{
    int step = t->descent->lesson.step[t->k], offset = t->descent->lesson.offset[t->k];
    const int steps[] = {1, 2, (step + 5) / 6, step / 3}, offsets[] = {10, 30, 80};
    for (unsigned i = 0; i < 2 * sizeof steps / sizeof *steps; i++) {
        int other = i % 2 ? step - steps[i / 2] : step + steps[i / 2];
        add(t, other, offset);
        if (other > 0)
            add(t, other, 1000 - (1000 - offset) * step / other);
    }
    for (unsigned i = 0; i < 2 * sizeof offsets / sizeof *offsets; i++)
        add(t, step, i % 2 ? offset - offsets[i / 2] : offset + offsets[i / 2]);
}

/* Those that lead towards a better picture, or towards fewer bits. */
static void list_towards(trials *t, bool better)
{
    int step = t->descent->lesson.step[t->k], offset = t->descent->lesson.offset[t->k];
    add(t, better ? step - 1 : step + 1, offset);
    add(t, step, better ? offset + 10 : offset - 10);
    add(t, step, better ? JQ_NEAREST : 0);
}

static void try_one(void *argument, size_t index)
{
    const trials *t = argument;
    const jq_descent *d = t->descent;
    size_t pictures = d->training->count;
    const jq_trial *trial = &t->trial[index / pictures];
    const jq_picture *p = &d->training->pictures[index % pictures];
    jq_levels levels;
    jq_effect effect;
    jq_cost_try(p, t->k, trial->step, trial->offset, &levels, &effect);
    jq_trial *result = &d->results[index], now = settled(d, p);
    result->bits = effect.bits[0] + effect.bits[1];
    result->squared = now.squared - (double)p->squared[t->k] + (double)effect.squared;
    result->weighted =
        now.weighted + d->gains[t->k] * ((double)effect.weighted - (double)p->weighted[t->k]);
}

static void take_one(void *argument, size_t i)
{
    const trials *t = argument;
    const jq_lesson *lesson = &t->descent->lesson;
    jq_levels levels;
    jq_effect effect;
    jq_cost_take(&t->descent->training->pictures[i], t->k, lesson->step[t->k], lesson->offset[t->k],
                 &levels, &effect);
}

static void run_trials(trials *t)
{
    jq_training_run(t->descent->training, t->count * t->descent->training->count, try_one, t);
}

static void take(trials *t, const jq_trial *trial)
{
    t->descent->lesson.step[t->k] = trial->step;
    t->descent->lesson.offset[t->k] = trial->offset;
    jq_training_run(t->descent->training, t->descent->training->count, take_one, t);
}

/* ---- Descending ------------------------------------------------------------------------------ */

static bool stopped(const jq_descent *d)
{
    return d->learning->stopped && d->learning->stopped(d->learning->context);
}

static bool improve(jq_descent *d, unsigned k, double *cost)
{
    const double least_gain = 1e-7;
    trials t = {.descent = d, .k = k};
    const jq_trial *best = NULL;
    list_all(&t);
    run_trials(&t);
    double least = *cost - least_gain;
    for (unsigned i = 0; i < t.count; i++) {
        jq_account a = account(d, d->results + i * d->training->count);
        double with = jq_judge_cost(&d->judge, &a);
        if (with < least) {
            least = with;
            best = &t.trial[i];
        }
    }
    if (best) {
        take(&t, best);
        *cost = least;
    }
    return best != NULL;
}

unsigned jq_descent_round(jq_descent *d)
{
    unsigned changed = 0;
    jq_account now = jq_descent_estimate(d);
    double cost = jq_judge_cost(&d->judge, &now);
    for (unsigned k = 0; k < 64 && !stopped(d); k++)
        changed += improve(d, k, &cost);
    return changed;
}

bool jq_descent_step_to_goal(jq_descent *d)
{
    jq_account now = jq_descent_estimate(d);
    double short_now = jq_judge_shortfall(&d->judge, &now), best_ratio = 0;
    trials best = {.descent = d};
    for (unsigned k = 0; k < 64; k++) {
        trials t = {.descent = d, .k = k};
        list_towards(&t, d->judge.goal != JPEGQ_GOAL_BPP);
        run_trials(&t);
        for (unsigned i = 0; i < t.count; i++) {
            jq_account a = account(d, d->results + i * d->training->count);
            double nearer = short_now - jq_judge_shortfall(&d->judge, &a);
            double quality =
                d->judge.aim == JPEGQ_AIM_PSNR ? a.psnr - now.psnr : a.structure - now.structure;
            double cost = a.log_bytes - now.log_bytes - d->judge.price * quality;
            /* dB a unit of cost; what costs nothing comes first */
            double ratio = nearer / (fmax(cost, 0) + 1e-6);
            if (nearer > 1e-9 && ratio > best_ratio) {
                best_ratio = ratio;
                best.k = k;
                best.trial[0] = t.trial[i];
            }
        }
    }
    if (best_ratio > 0)
        take(&best, &best.trial[0]);
    return best_ratio > 0;
}
