/* SPDX-License-Identifier: MIT */
/*
 * bjontegaard.c: the mean distance of two rate-distortion curves (VCEG-M33).
 *
 * A curve is fitted on abscissae t that are scaled to [-1, 1], in the polynomials that are
 * orthogonal on its points (Forsythe 1957), so that no ill-conditioned system is solved:
 *   p_0 = 1, p_(k+1)(t) = (t - alpha_k) p_k(t) - beta_k p_(k-1)(t),
 *   alpha_k = <t p_k, p_k> / <p_k, p_k>, beta_k = <p_k, p_k> / <p_(k-1), p_(k-1)>.
 */
#include <math.h>

#include "jpegq.h"

#define LN10 2.30258509299404568402

enum { DEGREE = 3 };

/* One direction of a curve: y as a function of x. */
typedef struct curve {
    const double *rate, *quality;
    size_t count;
    bool of_quality;          /* y = log10 rate, x = quality; else the other way round */
    double low, high;         /* the range of x */
    double power[DEGREE + 1]; /* the fit: sum of power[k] t^k */
} curve;

static double abscissa(const curve *c, size_t i)
{
    return c->of_quality ? c->quality[i] : log10(c->rate[i]);
}

static double ordinate(const curve *c, size_t i)
{
    return c->of_quality ? log10(c->rate[i]) : c->quality[i];
}

/* x in [low, high] to t in [-1, 1]; divided first, so that no difference overflows */
static double scaled(const curve *c, double x)
{
    return (x / 2 - (c->low / 4 + c->high / 4)) / (c->high / 4 - c->low / 4);
}

/* The value at t of sum of c[k] t^k. */
static double value(const double *c, unsigned degree, double t)
{
    double sum = c[degree];
    while (degree-- > 0)
        sum = sum * t + c[degree];
    return sum;
}

/* How many different t there are, up to DEGREE + 1. */
static unsigned different(const curve *c)
{
    double seen[DEGREE + 1];
    unsigned count = 0;
    for (size_t i = 0; i < c->count && count <= DEGREE; i++) {
        double t = scaled(c, abscissa(c, i));
        unsigned k = 0;
        while (k < count && seen[k] != t)
            k++;
        if (k == count)
            seen[count++] = t;
    }
    return count;
}

/* Find the range of x and fit. */
static jpegq_status fit(curve *c)
{
    if (!c->rate || !c->quality || c->count < 3)
        return JPEGQ_BAD_ARGUMENT;
    for (size_t i = 0; i < c->count; i++) {
        if (!(c->rate[i] > 0) || !isfinite(c->rate[i]) || !isfinite(c->quality[i]))
            return JPEGQ_BAD_ARGUMENT;
        double x = abscissa(c, i);
        c->low = i == 0 || x < c->low ? x : c->low;
        c->high = i == 0 || x > c->high ? x : c->high;
    }
    unsigned points = c->low < c->high ? different(c) : 1;
    if (points < 3)
        return JPEGQ_BAD_ARGUMENT;

    double last[DEGREE + 1] = {0}, p[DEGREE + 1] = {1}; /* p_(k-1), p_k as powers of t */
    double last_norm = 1;
    for (unsigned k = 0; k <= DEGREE; k++)
        c->power[k] = 0;
    for (unsigned k = 0; k < points; k++) {
        double norm = 0, moment = 0, product = 0;
        for (size_t i = 0; i < c->count; i++) {
            double t = scaled(c, abscissa(c, i)), pt = value(p, k, t);
            norm += pt * pt;
            moment += t * pt * pt;
            /* what the terms so far have left over: as y itself, but for rounding */
            product += (ordinate(c, i) - value(c->power, DEGREE, t)) * pt;
        }
        double alpha = moment / norm, beta = k == 0 ? 0 : norm / last_norm;
        for (unsigned j = 0; j <= k; j++)
            c->power[j] += product / norm * p[j];
        for (unsigned j = DEGREE + 1; j-- > 0;) {
            double next = (j > 0 ? p[j - 1] : 0) - alpha * p[j] - beta * last[j];
            last[j] = p[j];
            p[j] = next;
        }
        last_norm = norm;
    }
    return JPEGQ_OK;
}

/* The mean of a fit over low..high, by Simpson's rule, which is exact for cubics. */
static double mean(const curve *c, double low, double high)
{
    double from = scaled(c, low), to = scaled(c, high);
    return (value(c->power, DEGREE, from) + 4 * value(c->power, DEGREE, (from + to) / 2) +
            value(c->power, DEGREE, to)) /
           6;
}

/* The mean of b - a over the x that both cover. */
static jpegq_status difference(curve a, curve b, double *result)
{
    jpegq_status status = fit(&a);
    if (status == JPEGQ_OK)
        status = fit(&b);
    if (status != JPEGQ_OK)
        return status;
    double low = a.low > b.low ? a.low : b.low, high = a.high < b.high ? a.high : b.high;
    if (!(low < high))
        return JPEGQ_BAD_ARGUMENT;
    *result = mean(&b, low, high) - mean(&a, low, high);
    return isfinite(*result) ? JPEGQ_OK : JPEGQ_BAD_ARGUMENT;
}

jpegq_status jpegq_bjontegaard(const double *rate_a, const double *quality_a, size_t count_a,
                               const double *rate_b, const double *quality_b, size_t count_b,
                               double *bd_rate, double *bd_quality)
{
    curve a = {.rate = rate_a, .quality = quality_a, .count = count_a};
    curve b = {.rate = rate_b, .quality = quality_b, .count = count_b};
    jpegq_status status = bd_rate || bd_quality ? JPEGQ_OK : JPEGQ_BAD_ARGUMENT;
    if (bd_rate) {
        a.of_quality = b.of_quality = true;
        status = difference(a, b, bd_rate);
        if (status == JPEGQ_OK) {
            *bd_rate = 100 * expm1(LN10 * *bd_rate);
            status = isfinite(*bd_rate) ? JPEGQ_OK : JPEGQ_BAD_ARGUMENT;
        }
    }
    if (status == JPEGQ_OK && bd_quality) {
        a.of_quality = b.of_quality = false;
        status = difference(a, b, bd_quality);
    }
    return status;
}
