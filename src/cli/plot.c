/* SPDX-License-Identifier: MIT */
/* plot.c: see plot.h. All lengths are in the page's units, pixels where it is shown unscaled. */
#include "plot.h"

#include <math.h>

#include "marks.h"
#include "palette.h"
#include "svg.h"

/*
 * A page is about 600 wide, so that in a column of 88 mm text of 12 is set in 5 points, and in 7 to
 * 8 points where a figure may take the width of a column and a half.
 */
enum {
    AREA_WIDTH = 420, /* between the axes; not more than JQ_MOST_MARKS allows for */
    AREA_HEIGHT = 300,
    MARGIN = 12, /* around all, and between what is side by side */
    TITLE_SIZE = 14,
    NAME_SIZE = 13, /* of the axes */
    TEXT_SIZE = 12,
    LABEL_SIZE = 10,
    LABEL_HEIGHT = 9, /* of figures and capitals at that size, with some air */
    TICK = 4,         /* the length of a tick, and from it to its number */
    SAMPLE_WIDTH = 36,
    SAMPLE_GAP = 6, /* from a sample in the legend to its text */
    ROW_HEIGHT = 18,
    MOST_NAME = 30, /* characters of an entry in the legend */
    MOST_LABEL = 12 /* and of a point's label */
};

#define GRID "#e2e2e2"
#define AXIS "#444444"

static const char thin_name[] = "single images";

typedef struct drawing {
    const jq_plot *plot;
    jq_output *output;
    bool has_points, has_thin;
    jq_area area;
    double width, height; /* of the page */
    size_t entries, rows; /* of the legend; rows in a column */
    double column_width;
    jq_labels labels;
} drawing;

/* ---- Layout ---------------------------------------------------------------------------------- */

typedef struct range {
    double low, high; /* low > high: of nothing */
} range;

static void extend(range *r, double value)
{
    r->low = fmin(r->low, value);
    r->high = fmax(r->high, value);
}

static void find_ranges(const jq_plot *plot, range *x, range *y)
{
    *x = *y = (range){HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < plot->count; i++) {
        const jq_curve *curve = &plot->curves[i];
        for (size_t k = 0; k < curve->count; k++) {
            if (jq_is_drawn(curve, k)) {
                extend(x, curve->x[k]);
                extend(y, curve->y[k]);
            }
        }
    }
}

/* How wide the longest number at an axis is. */
static double tick_width(const jq_axis *axis)
{
    size_t most = 0;
    for (int64_t tick = axis->first; tick <= axis->last; tick++) {
        char text[JQ_TICK_SIZE];
        size_t length = jq_svg_length(jq_tick_text(axis, tick, text), JQ_TICK_SIZE);
        most = length > most ? length : most;
    }
    return jq_svg_width(most, TEXT_SIZE);
}

/* As many ticks as have room for their numbers side by side. */
static jq_axis horizontal_axis(range x)
{
    enum { MOST = 8 };
    if (x.low > 0 && x.low < x.high / 5)
        x.low = 0; /* rates are best compared from zero, where that takes little room */
    jq_axis axis = jq_axis_of(x.low, x.high, MOST);
    for (unsigned intervals = MOST - 1; intervals >= 2; intervals--) {
        double numbers = (double)(axis.last - axis.first + 1) * (tick_width(&axis) + TEXT_SIZE);
        if (numbers <= AREA_WIDTH)
            break;
        axis = jq_axis_of(x.low, x.high, intervals);
    }
    return axis;
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

/* Count the legend's entries, and how wide they are with their samples. */
static void measure_legend(drawing *d)
{
    size_t most = 0;
    for (size_t i = 0; i < d->plot->count; i++) {
        const jq_curve *curve = &d->plot->curves[i];
        size_t length =
            jq_svg_length(curve->thin ? thin_name : text_or_empty(curve->label), MOST_NAME);
        most = length > most ? length : most;
        d->has_thin = d->has_thin || curve->thin;
        d->entries += curve->thin ? 0 : 1;
    }
    d->entries += d->has_thin ? 1 : 0;
    d->rows = AREA_HEIGHT / ROW_HEIGHT;
    d->column_width = SAMPLE_WIDTH + SAMPLE_GAP + MARGIN + jq_svg_width(most, TEXT_SIZE);
}

static void lay_out(drawing *d)
{
    enum { INTERVALS = 8 };
    range x, y;
    find_ranges(d->plot, &x, &y);
    d->has_points = x.low <= x.high;
    if (!d->has_points)
        x = y = (range){0, 1};
    d->area.x = horizontal_axis(x);
    d->area.y = jq_axis_of(y.low, y.high, INTERVALS);
    d->area.width = AREA_WIDTH;
    d->area.height = AREA_HEIGHT;
    double half = tick_width(&d->area.x) / 2; /* of the first and last number overhangs */
    d->area.left = ceil(MARGIN + fmax(half, (d->plot->y_label ? NAME_SIZE + MARGIN / 2 : 0) +
                                                tick_width(&d->area.y) + 2 * TICK));
    d->area.top = MARGIN + (d->plot->title ? TITLE_SIZE + MARGIN : 0);
    measure_legend(d);
    size_t columns = (d->entries + d->rows - 1) / d->rows;
    double right = d->area.left + AREA_WIDTH;
    d->width = ceil(right + MARGIN + fmax(half, (double)columns * d->column_width));
    d->height = d->area.top + AREA_HEIGHT + 2 * TICK + TEXT_SIZE + MARGIN +
                (d->plot->x_label ? NAME_SIZE + MARGIN / 2 : 0);
}

/* ---- The page and its axes ------------------------------------------------------------------- */

static void put_head(const drawing *d)
{
    const double size[] = {d->width, d->height, d->width, d->height};
    jq_output_text(d->output, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    jq_svg_put("<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"$\""
               " height=\"$\" viewBox=\"0 0 $ $\" font-family=\"sans-serif\"",
               size, d->output);
    jq_output_format(d->output, " font-size=\"%d\">\n", TEXT_SIZE);
    jq_output_text(d->output, "<title>");
    jq_svg_text(text_or_empty(d->plot->title), SIZE_MAX, d->output);
    jq_output_text(d->output, "</title>\n");
    jq_svg_put("<rect width=\"$\" height=\"$\" fill=\"#ffffff\"/>\n", size, d->output);
}

/* A text in the middle above the axes, or as far to the right as it must be to begin on the page.
 */
static void put_title(const drawing *d)
{
    if (!d->plot->title)
        return;
    size_t most = (size_t)((d->width - 2 * MARGIN) / jq_svg_width(1, TITLE_SIZE));
    size_t length = jq_svg_length(d->plot->title, most);
    double middle =
        fmax(d->area.left + AREA_WIDTH / 2.0, MARGIN + jq_svg_width(length, TITLE_SIZE) / 2);
    jq_svg_put("<text class=\"title\" x=\"$\" y=\"$\" font-size=\"$\" text-anchor=\"middle\">",
               (const double[]){middle, MARGIN + TITLE_SIZE - 2, TITLE_SIZE}, d->output);
    jq_svg_text(d->plot->title, most, d->output);
    jq_output_text(d->output, "</text>\n");
}

static void put_axis_names(const drawing *d)
{
    const jq_area *a = &d->area;
    double middle = a->top + AREA_HEIGHT / 2.0, left = MARGIN + NAME_SIZE - 2;
    if (d->plot->x_label) {
        size_t most = (size_t)(AREA_WIDTH / jq_svg_width(1, NAME_SIZE));
        jq_svg_put("<text class=\"axis\" x=\"$\" y=\"$\" font-size=\"$\" text-anchor=\"middle\">",
                   (const double[]){a->left + AREA_WIDTH / 2.0, d->height - MARGIN, NAME_SIZE},
                   d->output);
        jq_svg_text(d->plot->x_label, most, d->output);
        jq_output_text(d->output, "</text>\n");
    }
    if (d->plot->y_label) {
        size_t most = (size_t)(AREA_HEIGHT / jq_svg_width(1, NAME_SIZE));
        jq_svg_put("<text class=\"axis\" transform=\"translate($ $) rotate(-90)\" font-size=\"$\""
                   " text-anchor=\"middle\">",
                   (const double[]){left, middle, NAME_SIZE}, d->output);
        jq_svg_text(d->plot->y_label, most, d->output);
        jq_output_text(d->output, "</text>\n");
    }
}

/* Where a tick is on the page. */
static double across(const jq_area *a, int64_t tick)
{
    return a->left + a->width * (double)(tick - a->x.first) / (double)(a->x.last - a->x.first);
}

static double down(const jq_area *a, int64_t tick)
{
    return a->top + a->height * (double)(a->y.last - tick) / (double)(a->y.last - a->y.first);
}

static void put_grid(const drawing *d)
{
    const jq_area *a = &d->area;
    double right = a->left + a->width, bottom = a->top + a->height;
    jq_output_text(d->output, "<path class=\"grid\" stroke=\"" GRID "\" fill=\"none\" d=\"");
    for (int64_t i = a->x.first + 1; i < a->x.last; i++)
        jq_svg_put("M$ $V$", (const double[]){across(a, i), a->top, bottom}, d->output);
    for (int64_t i = a->y.first + 1; i < a->y.last; i++)
        jq_svg_put("M$ $H$", (const double[]){a->left, down(a, i), right}, d->output);
    /* an empty path is no error, but some viewers warn of one */
    jq_svg_put("M$ $\"/>\n", (const double[]){a->left, a->top}, d->output);
}

static void put_ticks(const drawing *d)
{
    const jq_area *a = &d->area;
    double bottom = a->top + a->height;
    jq_svg_put("<path class=\"axes\" stroke=\"" AXIS "\" fill=\"none\" d=\"M$ $H$V$H$Z",
               (const double[]){a->left, a->top, a->left + a->width, bottom, a->left}, d->output);
    for (int64_t i = a->x.first; i <= a->x.last; i++)
        jq_svg_put("M$ $v$", (const double[]){across(a, i), bottom, TICK}, d->output);
    for (int64_t i = a->y.first; i <= a->y.last; i++)
        jq_svg_put("M$ $h$", (const double[]){a->left, down(a, i), -TICK}, d->output);
    jq_output_text(d->output, "\"/>\n");
}

static void put_tick_texts(const drawing *d)
{
    const jq_area *a = &d->area;
    const double sink = 0.36 * TEXT_SIZE; /* half the height of a figure */
    char text[JQ_TICK_SIZE];
    for (int64_t i = a->x.first; i <= a->x.last; i++) {
        jq_svg_put("<text class=\"tick\" x=\"$\" y=\"$\" text-anchor=\"middle\">",
                   (const double[]){across(a, i), a->top + a->height + 2 * TICK + TEXT_SIZE - 2},
                   d->output);
        jq_output_text(d->output, jq_tick_text(&a->x, i, text));
        jq_output_text(d->output, "</text>\n");
    }
    for (int64_t i = a->y.first; i <= a->y.last; i++) {
        jq_svg_put("<text class=\"tick\" x=\"$\" y=\"$\" text-anchor=\"end\">",
                   (const double[]){a->left - 2 * TICK, down(a, i) + sink}, d->output);
        jq_output_text(d->output, jq_tick_text(&a->y, i, text));
        jq_output_text(d->output, "</text>\n");
    }
}

/* ---- Curves ---------------------------------------------------------------------------------- */

/* What a viewer may show when the pointer rests on a curve. */
static void put_name(const jq_curve *curve, jq_output *output)
{
    jq_output_text(output, "<title>");
    jq_svg_text(text_or_empty(curve->label), SIZE_MAX, output);
    jq_output_text(output, "</title>");
}

static void put_curve(const drawing *d, const jq_curve *curve)
{
    size_t points = 0;
    jq_point p = {0, 0};
    jq_output_format(d->output, "<polyline class=\"%s\" fill=\"none\" stroke-linejoin=\"round\"",
                     curve->thin ? "image" : "curve");
    jq_put_line_style(curve->group, curve->thin, d->output);
    jq_output_text(d->output, " points=\"");
    for (size_t i = 0; i < curve->count; i++) {
        if (!jq_is_drawn(curve, i))
            continue;
        p = jq_point_at(&d->area, curve, i);
        jq_svg_put(points++ ? " $,$" : "$,$", (const double[]){p.x, p.y}, d->output);
    }
    if (points == 1 &&
        curve->thin) /* a point has no length; with a cap it would be lost in dashes */
        jq_svg_put(" $,$", (const double[]){p.x + 1, p.y}, d->output);
    jq_output_text(d->output, "\">");
    put_name(curve, d->output);
    jq_output_text(d->output, "</polyline>\n");
}

static void put_marker(unsigned group, jq_point p, jq_output *output)
{
    jq_svg_put("M$ $", (const double[]){p.x, p.y}, output);
    jq_output_text(output, jq_marker_path(group));
}

static void put_markers(const drawing *d, const jq_curve *curve)
{
    size_t marks[JQ_MOST_MARKS], count = jq_marks_choose(&d->area, curve, marks);
    if (count == 0)
        return;
    jq_output_text(d->output, "<path class=\"markers\"");
    jq_put_marker_style(curve->group, d->output);
    jq_output_text(d->output, " d=\"");
    for (size_t i = 0; i < count; i++)
        put_marker(curve->group, jq_point_at(&d->area, curve, marks[i]), d->output);
    jq_output_text(d->output, "\"/>\n");
}

static void put_label(drawing *d, unsigned group, jq_point point, const char *text)
{
    jq_box box;
    double width = jq_svg_width(jq_svg_length(text, MOST_LABEL), LABEL_SIZE);
    if (!*text || !jq_labels_place(&d->area, d->plot, point, width, LABEL_HEIGHT, &d->labels, &box))
        return;
    if (d->has_thin) /* they may be anywhere */
        jq_svg_put("<rect x=\"$\" y=\"$\" width=\"$\" height=\"$\" fill=\"#ffffff\""
                   " fill-opacity=\"0.75\"/>\n",
                   (const double[]){box.left, box.top, width, LABEL_HEIGHT}, d->output);
    jq_output_text(d->output, "<text class=\"label\"");
    jq_put_text_style(group, d->output);
    jq_svg_put(" x=\"$\" y=\"$\" font-size=\"$\" text-anchor=\"middle\">",
               (const double[]){(box.left + box.right) / 2, box.bottom - 1, LABEL_SIZE}, d->output);
    jq_svg_text(text, MOST_LABEL, d->output);
    jq_output_text(d->output, "</text>\n");
}

static void put_labels(drawing *d, const jq_curve *curve)
{
    enum { FEW = 12, MANY = 100 };
    if (d->entries > MANY) /* curves: no room, and the search for it would take long */
        return;
    size_t marks[JQ_MOST_MARKS], count = jq_marks_choose(&d->area, curve, marks);
    for (size_t i = 0; curve->point_labels && i < count; i++)
        /* of many points, only those with round numbers */
        if (curve->count <= FEW || jq_is_round(curve, marks[i]))
            put_label(d, curve->group, jq_point_at(&d->area, curve, marks[i]),
                      text_or_empty(curve->point_labels[marks[i]]));
}

/* From back to front. */
static void put_curves(drawing *d)
{
    const jq_curve *curves = d->plot->curves;
    for (size_t i = 0; i < d->plot->count; i++)
        if (curves[i].thin)
            put_curve(d, &curves[i]);
    for (size_t i = 0; i < d->plot->count; i++)
        if (!curves[i].thin)
            put_curve(d, &curves[i]);
    for (size_t i = 0; i < d->plot->count; i++)
        if (!curves[i].thin)
            put_markers(d, &curves[i]);
    for (size_t i = 0; i < d->plot->count; i++)
        if (!curves[i].thin)
            put_labels(d, &curves[i]);
}

static void put_note(const drawing *d)
{
    jq_svg_put("<text class=\"note\" x=\"$\" y=\"$\" font-size=\"$\" text-anchor=\"middle\">"
               "no data</text>\n",
               (const double[]){d->area.left + AREA_WIDTH / 2.0, d->area.top + AREA_HEIGHT / 2.0,
                                TITLE_SIZE},
               d->output);
}

/* ---- Legend ---------------------------------------------------------------------------------- */

static void put_entry(const drawing *d, const jq_curve *curve, size_t entry)
{
    size_t column = entry / d->rows, row = entry % d->rows;
    double x = d->area.left + AREA_WIDTH + MARGIN + (double)column * d->column_width;
    double y = d->area.top + ((double)row + 0.5) * ROW_HEIGHT;
    jq_output_text(d->output, "<path fill=\"none\"");
    jq_put_line_style(curve->group, curve->thin, d->output);
    jq_svg_put(" d=\"M$ $h$\"/>\n", (const double[]){x, y, SAMPLE_WIDTH}, d->output);
    if (!curve->thin) {
        jq_output_text(d->output, "<path");
        jq_put_marker_style(curve->group, d->output);
        jq_output_text(d->output, " d=\"");
        put_marker(curve->group, (jq_point){x + SAMPLE_WIDTH / 2.0, y}, d->output);
        jq_output_text(d->output, "\"/>\n");
    }
    jq_svg_put("<text class=\"legend\" x=\"$\" y=\"$\">",
               (const double[]){x + SAMPLE_WIDTH + SAMPLE_GAP, y + 0.36 * TEXT_SIZE}, d->output);
    jq_svg_text(curve->thin ? thin_name : text_or_empty(curve->label), MOST_NAME, d->output);
    jq_output_text(d->output, "</text>\n");
}

static void put_legend(const drawing *d)
{
    static const jq_curve thin = {.group = JQ_GRAY_GROUP, .thin = true};
    size_t entry = 0;
    for (size_t i = 0; i < d->plot->count; i++)
        if (!d->plot->curves[i].thin)
            put_entry(d, &d->plot->curves[i], entry++);
    if (d->has_thin)
        put_entry(d, &thin, entry);
}

void jq_plot_write(const jq_plot *plot, jq_output *output)
{
    drawing d = {.plot = plot, .output = output};
    lay_out(&d);
    put_head(&d);
    put_title(&d);
    put_grid(&d);
    put_ticks(&d);
    put_tick_texts(&d);
    put_axis_names(&d);
    put_curves(&d);
    if (!d.has_points)
        put_note(&d);
    put_legend(&d);
    jq_output_text(output, "</svg>\n");
}
