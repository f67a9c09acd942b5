/* SPDX-License-Identifier: MIT */
/* svg.h: text and numbers in SVG 1.1 (XML 1.0) documents, whatever the locale. */
#ifndef JQ_SVG_H
#define JQ_SVG_H

#include "../io/output.h"

/* A number of magnitude below 1e12 with at most two decimals, as coordinates are written. */
void jq_svg_number(double number, jq_output *output);

/* Write markup in which every $ stands for the next of the numbers. */
void jq_svg_put(const char *markup, const double *numbers, jq_output *output);

/*
 * Write a text of any bytes as character data or as the value of an attribute: & < > " ' escaped,
 * U+FFFD for what is not UTF-8, control characters and what XML does not allow. Of a text of more
 * than `most` (3 or more) characters the middle is left out, with U+2026 in its place: names
 * differ at their ends.
 */
void jq_svg_text(const char *text, size_t most, jq_output *output);

/* How many characters jq_svg_text writes. */
size_t jq_svg_length(const char *text, size_t most);

/*
 * How wide that many characters may be at a font size, in an unknown sans-serif font: figures and
 * mixed text in DejaVu Sans, a wide one, are about 0.62 em a character.
 */
double jq_svg_width(size_t characters, double font_size);

#endif
