/* SPDX-License-Identifier: MIT */
/* marks.c: see marks.h. */
#include "marks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool jq_is_drawn(const jq_curve *curve, size_t i)
{
    return isfinite(curve->x[i]) && isfinite(curve->y[i]);
}

jq_point jq_point_at(const jq_area *area, const jq_curve *curve, size_t i)
{
    return (jq_point){area->left + area->width * jq_axis_place(&area->x, curve->x[i]),
                      area->top + area->height * (1 - jq_axis_place(&area->y, curve->y[i]))};
}

/* ---- Markers --------------------------------------------------------------------------------- */

enum { RANKS = 4, ANY = RANKS - 1 };

/* The rounder the number in its label, the earlier a point is asked: 50, 10, 5, any. Ends second.
 */
static unsigned rank_of(const jq_curve *curve, size_t i)
{
    const char *label = curve->point_labels ? curve->point_labels[i] : NULL;
    const char *digits = label ? label + strcspn(label, "0123456789") : "";
    bool is_end = i == 0 || i + 1 == curve->count;
    unsigned long number = strtoul(digits, NULL, 10);
    if (*digits && number % 50 == 0 && number > 0)
        return 0;
    if (is_end || (*digits && number % 10 == 0 && number > 0))
        return 1;
    return *digits && number % 5 == 0 ? 2 : ANY;
}

bool jq_is_round(const jq_curve *curve, size_t i)
{
    return rank_of(curve, i) < ANY;
}

static bool is_far(const jq_area *area, const jq_curve *curve, size_t i, const size_t *marks,
                   size_t count)
{
    jq_point p = jq_point_at(area, curve, i);
    for (size_t k = 0; k < count; k++) {
        jq_point q = jq_point_at(area, curve, marks[k]);
        if (hypot(p.x - q.x, p.y - q.y) < JQ_MARK_DISTANCE)
            return false;
    }
    return true;
}

size_t jq_marks_choose(const jq_area *area, const jq_curve *curve, size_t marks[JQ_MOST_MARKS])
{
    size_t count = 0;
    for (unsigned rank = 0; rank < RANKS; rank++)
        for (size_t i = 0; i < curve->count && count < JQ_MOST_MARKS; i++)
            if (rank_of(curve, i) == rank && jq_is_drawn(curve, i) &&
                is_far(area, curve, i, marks, count))
                marks[count++] = i;
    return count;
}

/* ---- Labels ---------------------------------------------------------------------------------- */

/* Cut the range t0..t1 of a segment to where start + t * way is in low..high. False if nowhere. */
static bool cut_range(double start, double way, double low, double high, double *t0, double *t1)
{
    if (way == 0)
        return start >= low && start <= high;
    double a = (low - start) / way, b = (high - start) / way;
    *t0 = fmax(*t0, fmin(a, b));
    *t1 = fmin(*t1, fmax(a, b));
    return *t0 <= *t1;
}

/* Does a straight line between two points, which may be the same, touch a box? (Liang and Barsky)
 */
static bool touches(jq_point p, jq_point q, const jq_box *box)
{
    double t0 = 0, t1 = 1;
    return cut_range(p.x, q.x - p.x, box->left, box->right, &t0, &t1) &&
           cut_range(p.y, q.y - p.y, box->top, box->bottom, &t0, &t1);
}

static bool is_crossed_by(const jq_area *area, const jq_curve *curve, const jq_box *box)
{
    bool begun = false;
    jq_point last = {0, 0};
    for (size_t i = 0; i < curve->count; i++) {
        if (!jq_is_drawn(curve, i))
            continue;
        jq_point next = jq_point_at(area, curve, i);
        if (touches(begun ? last : next, next, box))
            return true;
        last = next;
        begun = true;
    }
    return false;
}

static bool is_free(const jq_area *area, const jq_plot *plot, const jq_labels *labels,
                    const jq_box *box)
{
    const double clear = 3; /* half a marker */
    const jq_box wide = {box->left - clear, box->top - clear, box->right + clear,
                         box->bottom + clear};
    if (box->left < area->left + 1 || box->right > area->left + area->width - 1 ||
        box->top < area->top + 1 || box->bottom > area->top + area->height - 1)
        return false;
    for (size_t i = 0; i < labels->count; i++) {
        const jq_box *other = &labels->boxes[i];
        if (wide.left < other->right && other->left < wide.right && wide.top < other->bottom &&
            other->top < wide.bottom)
            return false;
    }
    for (size_t i = 0; i < plot->count; i++)
        if (!plot->curves[i].thin && is_crossed_by(area, &plot->curves[i], &wide))
            return false;
    return true;
}

bool jq_labels_place(const jq_area *area, const jq_plot *plot, jq_point point, double width,
                     double height, jq_labels *labels, jq_box *box)
{
    /* Where the label's middle is: a way from the point, and half its size. Curves that rise leave
       room above on the left and below on the right. */
    static const jq_point sides[] = {{-1, -1}, {1, 1}, {0, -1}, {0, 1},
                                     {-1, 0},  {1, 0}, {1, -1}, {-1, 1}};
    const double away = 4;
    for (size_t i = 0; i < sizeof sides / sizeof *sides && labels->count < JQ_MOST_LABELS; i++) {
        bool beside = sides[i].x != 0 && sides[i].y != 0;
        double reach = beside ? away : away + 2; /* diagonally it is that far in both ways */
        double x = point.x + sides[i].x * (reach + width / 2);
        double y = point.y + sides[i].y * (reach + height / 2);
        *box = (jq_box){x - width / 2, y - height / 2, x + width / 2, y + height / 2};
        if (is_free(area, plot, labels, box)) {
            labels->boxes[labels->count++] = *box;
            return true;
        }
    }
    return false;
}
