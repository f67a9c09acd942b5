/* SPDX-License-Identifier: MIT */
/* palette.c: see palette.h. */
#include "palette.h"

typedef struct color {
    unsigned red, green, blue;
} color;

/* Okabe and Ito 2008, "Color Universal Design", without their yellow, which is lost on white. */
static const color palette[] = {{0, 114, 178}, {213, 94, 0},   {0, 158, 115}, {204, 121, 167},
                                {230, 159, 0}, {86, 180, 233}, {0, 0, 0}};

static const char *const dashes[] = {"", "7 3", "2 2", "8 3 2 3", "13 3"};

typedef struct marker {
    const char *path; /* from its middle on */
    enum { SOLID, OPEN, STROKES } kind;
} marker;

#define CIRCLE "m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z"
#define SQUARE "m-2.9 -2.9h5.8v5.8h-5.8z"
#define TRIANGLE "m0 -3.8l3.7 6.4h-7.4z"
#define DIAMOND "m0 -4.2l3.6 4.2l-3.6 4.2l-3.6 -4.2z"
#define WEDGE "m0 3.8l3.7 -6.4h-7.4z"

/* Twelve, which has no factor in common with the number of colours. */
static const marker markers[] = {
    {CIRCLE, SOLID},  {SQUARE, SOLID}, {TRIANGLE, SOLID},
    {DIAMOND, SOLID}, {WEDGE, SOLID},  {"m-3.8 0h7.6m-3.8 -3.8v7.6", STROKES},
    {CIRCLE, OPEN},   {SQUARE, OPEN},  {TRIANGLE, OPEN},
    {DIAMOND, OPEN},  {WEDGE, OPEN},   {"m-3 -3l6 6m0 -6l-6 6", STROKES},
};

static color color_of(unsigned group)
{
    return palette[group % (sizeof palette / sizeof *palette)];
}

/* Solid, for transparency is what printing chains get wrong. */
static color pale(color c)
{
    const unsigned part = 35; /* percent */
    return (color){255 - (255 - c.red) * part / 100, 255 - (255 - c.green) * part / 100,
                   255 - (255 - c.blue) * part / 100};
}

/* Light colours are hard to read as letters. */
static color dark(color c)
{
    const unsigned part = 70; /* percent */
    return (color){c.red * part / 100, c.green * part / 100, c.blue * part / 100};
}

static void put_color(const char *attribute, color c, jq_output *output)
{
    jq_output_format(output, " %s=\"#%02x%02x%02x\"", attribute, c.red, c.green, c.blue);
}

static const marker *marker_of(unsigned group)
{
    return &markers[group % (sizeof markers / sizeof *markers)];
}

void jq_put_line_style(unsigned group, bool thin, jq_output *output)
{
    const char *dash = dashes[group % (sizeof dashes / sizeof *dashes)];
    color c = color_of(group);
    put_color("stroke", thin ? pale(c) : c, output);
    jq_output_text(output, thin ? " stroke-width=\"0.7\"" : " stroke-width=\"1.6\"");
    if (*dash && !thin)
        jq_output_format(output, " stroke-dasharray=\"%s\"", dash);
}

void jq_put_marker_style(unsigned group, jq_output *output)
{
    color c = color_of(group);
    switch (marker_of(group)->kind) {
    case SOLID: /* a white rim, so that markers that touch stay apart */
        put_color("fill", c, output);
        jq_output_text(output, " stroke=\"#ffffff\" stroke-width=\"0.7\"");
        break;
    case OPEN:
        put_color("stroke", c, output);
        jq_output_text(output, " fill=\"#ffffff\" stroke-width=\"1.4\"");
        break;
    case STROKES:
        put_color("stroke", c, output);
        jq_output_text(output, " fill=\"none\" stroke-width=\"1.7\"");
        break;
    }
}

void jq_put_text_style(unsigned group, jq_output *output)
{
    put_color("fill", dark(color_of(group)), output);
}

const char *jq_marker_path(unsigned group)
{
    return marker_of(group)->path;
}
