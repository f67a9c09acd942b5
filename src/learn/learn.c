/* SPDX-License-Identifier: MIT */
/* learn.c: a quantization table and rounding offsets learned from pictures. */
#include <math.h>
#include <string.h>

#include "descent.h"
#include "structure.h"

enum { DEFAULT_ROUNDS = 40, MOST_CORRECTIONS = 200 };

/* A lesson and what was measured of it. */
typedef struct state {
    jq_lesson lesson;
    jq_figures figures;
    jq_account account;
} state;

typedef struct learner {
    const jpegq_learning *learning;
    jq_training training;
    jq_descent descent;
    bool structural;    /* is SSIM needed? */
    double *dissimilar; /* [originals] */
} learner;

/* ---- Measuring ------------------------------------------------------------------------------- */

static jpegq_status measure(learner *l, state *s)
{
    jpegq_codec codec = jq_lesson_codec(&s->lesson);
    double mean = 1;
    jpegq_status status = jq_training_measure(&l->training, &codec, l->structural,
                                              l->structural ? l->dissimilar : NULL, &s->figures);
    if (l->structural)
        mean = 1 - s->figures.ssim;
    s->account = jq_account_of(&s->figures, mean);
    return status;
}

static bool meets_goal(const learner *l, const state *s)
{
    return jq_judge_shortfall(&l->descent.judge, &s->account) <= 0;
}

static double cost_of(const learner *l, const state *s)
{
    return jq_judge_cost(&l->descent.judge, &s->account);
}

/* Weigh, measure what is in hand, and correct the estimates by it. */
static jpegq_status look(learner *l, state *s)
{
    s->lesson = l->descent.lesson;
    jpegq_status status = measure(l, s);
    if (status == JPEGQ_OK && l->structural) {
        jpegq_codec codec = jq_lesson_codec(&s->lesson);
        status = jq_structure_weigh(&l->training, &codec);
        jq_descent_settle(&l->descent, &s->lesson);
    }
    if (status == JPEGQ_OK)
        jq_descent_correct(&l->descent, &s->account, l->structural ? l->dissimilar : NULL);
    return status;
}

static jpegq_round round_of(const state *s, unsigned round, unsigned changed)
{
    return (jpegq_round){.round = round,
                         .changed = changed,
                         .bytes = s->figures.bytes,
                         .mean_bytes = exp(s->figures.log_bytes),
                         .psnr = s->figures.psnr,
                         .ssim = s->figures.ssim};
}

/* ---- Where to start -------------------------------------------------------------------------- */

static const unsigned first_offset = 350; /* serves a flat table best on photographs */

static jpegq_status measure_flat(learner *l, unsigned step, unsigned offset, state *s)
{
    for (int k = 0; k < 64; k++) {
        s->lesson.step[k] = (uint16_t)step;
        s->lesson.offset[k] = (uint16_t)(k && !l->learning->no_offsets ? offset : JQ_NEAREST);
    }
    return measure(l, s);
}

/* The flat table at the goal: the largest step that meets it, or for bits the smallest. */
static jpegq_status find_flat(learner *l, state *s)
{
    bool bits = l->learning->goal == JPEGQ_GOAL_BPP;
    unsigned good = bits ? JPEGQ_BASELINE_STEP : 1, bad = bits ? 0 : JPEGQ_BASELINE_STEP + 1;
    jpegq_status status = measure_flat(l, good, first_offset, s);
    if (status == JPEGQ_OK && !meets_goal(l, s))
        /* what takes the fewest bits, or makes the best picture, of all */
        status = measure_flat(l, good, bits ? 0 : JQ_NEAREST, s);
    if (status == JPEGQ_OK && !meets_goal(l, s) && bits) {
        s->lesson.offset[0] = (uint16_t)(l->learning->no_offsets ? JQ_NEAREST : 0);
        status = measure(l, s);
    }
    if (status != JPEGQ_OK)
        return status;
    if (!meets_goal(l, s))
        return JPEGQ_UNREACHABLE;
    while (good + 1 < bad || bad + 1 < good) {
        state middle;
        unsigned step = (good + bad) / 2;
        status = measure_flat(l, step, first_offset, &middle);
        if (status != JPEGQ_OK)
            return status;
        if (meets_goal(l, &middle)) {
            *s = middle;
            good = step;
        } else {
            bad = step;
        }
    }
    return JPEGQ_OK;
}

/* What flat tables near the goal pay for a dB. */
static jpegq_status find_price(learner *l, const state *start)
{
    state other;
    jq_judge *judge = &l->descent.judge;
    unsigned step = start->lesson.step[63];
    step = step < JPEGQ_BASELINE_STEP / 2 ? step + step / 10 + 1 : step - step / 10;
    jpegq_status status = measure_flat(l, step, start->lesson.offset[63], &other);
    if (status != JPEGQ_OK)
        return status;
    double quality = judge->aim == JPEGQ_AIM_PSNR
                         ? other.account.psnr - start->account.psnr
                         : other.account.structure - start->account.structure;
    double price = (other.account.log_bytes - start->account.log_bytes) / quality;
    /* a dB for 3 % to 65 % of the bytes: what lies outside comes of pictures with little in them */
    if (price >= 0.03 && price <= 0.5)
        judge->price = price;
    return JPEGQ_OK;
}

/* ---- Rounds ---------------------------------------------------------------------------------- */

static void tell(const learner *l, const state *s, unsigned round, unsigned changed)
{
    jpegq_round r = round_of(s, round, changed);
    if (l->learning->told)
        l->learning->told(l->learning->context, &r);
}

static bool is_stopped(const learner *l)
{
    return l->learning->stopped && l->learning->stopped(l->learning->context);
}

/* Descend until nothing is gained, and leave the best there was. */
static jpegq_status descend(learner *l, state *best)
{
    const double least_gain = 1.0 / 50000;
    unsigned most = l->learning->rounds ? l->learning->rounds : DEFAULT_ROUNDS, idle = 0;
    tell(l, best, 0, 0);
    for (unsigned round = 1; round <= most && idle < 2 && !is_stopped(l); round++) {
        state now;
        unsigned changed = jq_descent_round(&l->descent);
        jpegq_status status = look(l, &now);
        if (status != JPEGQ_OK)
            return status;
        double gain = cost_of(l, best) - cost_of(l, &now);
        idle = gain < least_gain ? idle + 1 : 0;
        if (changed == 0)
            idle = 2;
        if (gain > 0)
            *best = now;
        tell(l, best, round, changed);
    }
    return JPEGQ_OK;
}

/* Small steps until the goal, which descent misses by little, is met; by the start if need be. */
static jpegq_status meet_goal(learner *l, const state *start, state *best)
{
    jq_descent_settle(&l->descent, &best->lesson);
    jpegq_status status = look(l, best);
    for (unsigned i = 0; status == JPEGQ_OK && i < MOST_CORRECTIONS && !meets_goal(l, best); i++) {
        do {
            jq_account estimate;
            if (!jq_descent_step_to_goal(&l->descent))
                i = MOST_CORRECTIONS;
            estimate = jq_descent_estimate(&l->descent);
            if (jq_judge_shortfall(&l->descent.judge, &estimate) <= 0)
                break;
        } while (i++ < MOST_CORRECTIONS);
        status = look(l, best);
    }
    if (status == JPEGQ_OK && !meets_goal(l, best))
        *best = *start;
    return status;
}

static jpegq_status learn(learner *l, jpegq_codec *codec, jpegq_round *figures)
{
    state start, best;
    jpegq_status status = find_flat(l, &start);
    if (status == JPEGQ_OK)
        status = find_price(l, &start);
    if (status != JPEGQ_OK)
        return status;
    jq_descent_settle(&l->descent, &start.lesson);
    status = look(l, &best);
    if (status == JPEGQ_OK)
        status = descend(l, &best);
    if (status == JPEGQ_OK)
        status = meet_goal(l, &start, &best);
    if (status == JPEGQ_OK) {
        *codec = jq_lesson_codec(&best.lesson);
        if (figures)
            *figures = round_of(&best, 0, 0);
    }
    return status;
}

/* ---- Arguments ------------------------------------------------------------------------------- */

static jpegq_status check(const jpegq_learning *learning, const jpegq_plane *planes, size_t count)
{
    if (!learning || !planes || count == 0 || learning->aim > JPEGQ_AIM_SSIM ||
        learning->goal > JPEGQ_GOAL_BPP || !isfinite(learning->target) ||
        (learning->goal == JPEGQ_GOAL_BPP && learning->target <= 0))
        return JPEGQ_BAD_ARGUMENT;
    for (size_t i = 0; i < count; i++) {
        const jpegq_plane *p = &planes[i];
        if (!p->samples || p->width == 0 || p->height == 0 || p->stride < p->width)
            return JPEGQ_BAD_ARGUMENT;
        if (p->width > JPEGQ_LARGEST_SIDE || p->height > JPEGQ_LARGEST_SIDE)
            return JPEGQ_TOO_LARGE;
    }
    return JPEGQ_OK;
}

jpegq_status jpegq_learn_table(const jpegq_learning *learning, const jpegq_plane *planes,
                               size_t count, jpegq_codec *codec, jpegq_round *figures)
{
    jpegq_status status = codec ? check(learning, planes, count) : JPEGQ_BAD_ARGUMENT;
    if (status != JPEGQ_OK)
        return status;
    learner l = {.learning = learning};
    l.training.parallel = learning->parallel;
    l.training.parallel_context = learning->parallel_context;
    l.structural = learning->aim == JPEGQ_AIM_SSIM || learning->goal == JPEGQ_GOAL_SSIM;
    l.dissimilar = jpegq_alloc(count, sizeof *l.dissimilar);
    status = l.dissimilar ? jq_training_make(&l.training, planes, count, !learning->as_they_are,
                                             l.structural)
                          : JPEGQ_NO_MEMORY;
    if (status == JPEGQ_OK)
        status = jq_descent_make(&l.descent, learning, &l.training);
    if (status == JPEGQ_OK)
        status = learn(&l, codec, figures);
    jq_descent_free(&l.descent);
    jq_training_free(&l.training);
    jpegq_free(l.dissimilar);
    return status;
}
