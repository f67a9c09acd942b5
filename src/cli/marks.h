/* SPDX-License-Identifier: MIT */
/* marks.h: which points of a diagram's curves get markers, and where labels beside them have room.
 */
#ifndef JQ_MARKS_H
#define JQ_MARKS_H

#include "axis.h"
#include "plot.h"

/* The area between a diagram's axes, on the page: x goes right, y goes down. */
typedef struct jq_area {
    double left, top, width, height;
    jq_axis x, y;
} jq_area;

typedef struct jq_point {
    double x, y;
} jq_point;

typedef struct jq_box {
    double left, top, right, bottom;
} jq_box;

/* Is the i-th point of a curve drawn? */
bool jq_is_drawn(const jq_curve *curve, size_t i);

/* Where it is on the page. */
jq_point jq_point_at(const jq_area *area, const jq_curve *curve, size_t i);

enum {
    JQ_MARK_DISTANCE = 22, /* between the markers of a curve, at least */
    /* Circles of half that radius around the marks of a curve do not overlap, so that an area of
       up to 460 x 340 has room for (460 + 22) (340 + 22) / (pi 11^2) = 459. */
    JQ_MOST_MARKS = 480,
    JQ_MOST_LABELS = 500 /* in a diagram; what is more is left out */
};

/* The points of a curve that get a marker; returns how many. */
size_t jq_marks_choose(const jq_area *area, const jq_curve *curve, size_t marks[JQ_MOST_MARKS]);

/* Is the number in a point's label a multiple of 5, or the point at an end of the curve? */
bool jq_is_round(const jq_curve *curve, size_t i);

/* The places that labels have taken. */
typedef struct jq_labels {
    size_t count;
    jq_box boxes[JQ_MOST_LABELS];
} jq_labels;

/*
 * Find a place for a label of that size beside a point: within the area, clear of the curves that
 * are not thin and of other labels. False if there is none; else it is taken.
 */
bool jq_labels_place(const jq_area *area, const jq_plot *plot, jq_point point, double width,
                     double height, jq_labels *labels, jq_box *box);

#endif
