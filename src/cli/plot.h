/* SPDX-License-Identifier: MIT */
/* plot.h: a diagram of curves (rate-distortion curves, that is) as SVG, fit for a page of a paper.
 */
#ifndef JQ_PLOT_H
#define JQ_PLOT_H

#include "../io/output.h"

/* A curve through points in order of x. Texts are UTF-8, or not: what is not is masked. */
typedef struct jq_curve {
    const char *label; /* of its group, in the legend, or if thin of its image; viewers show it when
                          the pointer rests on the curve. NULL is "" */
    unsigned group;    /* the number of its table: colour, dash and marker. 0..11 are told apart
                          by marker alone, 0..83 by colour and marker */
    bool thin;         /* one image's: thin and pale, behind the others, no markers, no labels, no
                          entry in the legend */
    size_t count;
    const double *x, *y;             /* bits a pixel; dB or SSIM. Points that are not finite are
                                        left out, and the line goes on to the next */
    const char *const *point_labels; /* such as the quality, "10", or NULL; any may be NULL. Those
                                        of thin curves are not looked at */
} jq_curve;

typedef struct jq_plot {
    const char *title;             /* NULL for none */
    const char *x_label, *y_label; /* with units; NULL for none */
    const jq_curve *curves;
    size_t count; /* may be 0 */
} jq_plot;

/*
 * Write the diagram: SVG 1.1 that refers to nothing outside of itself, valid XML whatever is in the
 * texts, the same in every locale. Errors of writing show when the output is committed.
 *
 * The axes begin and end at round numbers. Every curve is a <polyline>, of class "curve" or, if
 * thin, "image". Markers stand at points that are far enough from each other, at those before
 * others whose labels are rounder numbers; a marked point's label is written where it covers no
 * curve and no other label, else left out. The legend, right of the axes, has one entry, of class
 * "legend", for every curve that is not thin, and one for all the thin ones.
 */
void jq_plot_write(const jq_plot *plot, jq_output *output);

#endif
