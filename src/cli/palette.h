/* SPDX-License-Identifier: MIT */
/* palette.h: what tells the groups of a diagram's curves apart, in colour and in gray print. */
#ifndef JQ_PALETTE_H
#define JQ_PALETTE_H

#include "../io/output.h"

enum { JQ_GRAY_GROUP = 6 }; /* its colour is black; thin, it is gray */

/* The attributes of a line of SVG: colour, width, and dash unless it is thin (and pale). */
void jq_put_line_style(unsigned group, bool thin, jq_output *output);

/* The attributes of a path of markers. */
void jq_put_marker_style(unsigned group, jq_output *output);

/* The attribute of text that belongs to a curve. */
void jq_put_text_style(unsigned group, jq_output *output);

/* A marker as a path from its middle, to follow a moveto. Static. */
const char *jq_marker_path(unsigned group);

#endif
