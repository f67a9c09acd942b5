/* SPDX-License-Identifier: MIT */
/*
 * make-samples: write the sample images of jpegq into a directory.
 *
 *     make-samples DIR
 *
 * Every picture is computed here, from formulas and one seeded generator, so the set can be
 * remade at any time and always comes out the same.  To keep it the same on every machine the
 * pictures use only what IEEE 754 rounds exactly: + - * / sqrt fabs and cutting to integers.  There
 * is no sin, exp or pow, whose last bit differs from one C library to another.
 *
 * The parts, in this order: output, random numbers and noise, the scene (layer by layer, from the
 * sky to the reeds), the conversion to samples, the file formats, the test patterns, main.
 */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF /* gcc -std=c11 has it off already, and warns of the pragma */
#endif

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb/stb_image_write.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* ---- output -------------------------------------------------------------------------------- */

/* A file being put together in memory.  It is written in one go, when it is complete. */
typedef struct {
    const char *name;
    uint8_t *data;
    size_t size;
    size_t room;
} File;

static const char *out_dir;

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "make-samples: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void *allocate(size_t count, size_t size, const char *name)
{
    void *p = calloc(count, size);

    if (p == NULL) {
        fail(name, "out of memory");
    }
    return p;
}

static void put(File *f, const void *data, size_t size)
{
    if (size > f->room - f->size) {
        size_t room = 2 * f->room + size;
        uint8_t *grown = realloc(f->data, room);

        if (grown == NULL) {
            fail(f->name, "out of memory");
        }
        f->data = grown;
        f->room = room;
    }
    if (size > 0) {
        memcpy(f->data + f->size, data, size);
        f->size += size;
    }
}

static void put_string(File *f, const char *s)
{
    put(f, s, strlen(s));
}

static void put_byte(File *f, unsigned value)
{
    uint8_t byte = (uint8_t)(value & 0xff);

    put(f, &byte, 1);
}

static void put_be16(File *f, unsigned value)
{
    put_byte(f, value >> 8);
    put_byte(f, value);
}

static void put_be32(File *f, uint32_t value)
{
    put_be16(f, value >> 16);
    put_be16(f, value & 0xffff);
}

/* Write the finished file below out_dir, and let go of its memory. */
static void save(File *f)
{
    size_t length = strlen(out_dir) + strlen(f->name) + 2;
    char *path = allocate(length, 1, f->name);
    FILE *out;

    snprintf(path, length, "%s/%s", out_dir, f->name);
    errno = 0;
    out = fopen(path, "wb");
    if (out == NULL) {
        fail(path, strerror(errno));
    }
    if (fwrite(f->data, 1, f->size, out) != f->size) {
        fail(path, errno != 0 ? strerror(errno) : "cannot write");
    }
    if (fclose(out) != 0) {
        fail(path, errno != 0 ? strerror(errno) : "cannot close");
    }
    free(path);
    free(f->data);
}

/* ---- random numbers and noise -------------------------------------------------------------- */

/* The seeds, one for each use, so that a change to one layer leaves the others as they are. */
enum {
    SEED_CLOUD = 11,
    SEED_RIDGE,
    SEED_ROCK,
    SEED_FOREST,
    SEED_GRASS,
    SEED_BRICK,
    SEED_TILE,
    SEED_LEAF,
    SEED_BARK,
    SEED_WAVE,
    SEED_SHORE,
    SEED_REED,
    SEED_SENSOR,
    SEED_UNIFORM,
    SEED_BINARY
};

/* The finalizer of splitmix64 (Steele, Lea and Flood, 2014). */
static uint64_t scramble(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return scramble(*state);
}

/* The top 53 bits as a number from 0 up to, not including, 1. */
static double unit(uint64_t bits)
{
    return (double)(bits >> 11) * (1.0 / 9007199254740992.0);
}

/* floor(), for numbers that fit int64_t; many times faster where floor() is a call. */
static double whole(double v)
{
    double cut = (double)(int64_t)v;

    return cut > v ? cut - 1.0 : cut;
}

/* A key of the column of cells at x. */
static uint64_t column_key(int64_t x, int seed)
{
    return scramble((uint64_t)x + UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)seed);
}

/* A number from 0 to 1 that belongs to the cell at y in the column of that key. */
static double cell_value(uint64_t key, int64_t y)
{
    return unit(scramble(key + UINT64_C(0xd1b54a32d192ed03) * ((uint64_t)y + 1)));
}

/* The same for the cell with (x, y) in it. */
static double cell(double x, double y, int seed)
{
    return cell_value(column_key((int64_t)whole(x), seed), (int64_t)whole(y));
}

static double lerp(double a, double b, double t)
{
    return a + (b - a) * t;
}

static double clamp(double v)
{
    return v < 0.0 ? 0.0 : v > 1.0 ? 1.0 : v;
}

/* 0 below a, 1 above b, a smooth step in between. */
static double step(double a, double b, double v)
{
    double t = clamp((v - a) / (b - a));

    return t * t * (3.0 - 2.0 * t);
}

/* A soft wave from -1 to 1 of period 1: two parabolas, close to a sine. */
static double wave(double t)
{
    t -= whole(t);
    return t < 0.5 ? 16.0 * t * (0.5 - t) : -16.0 * (t - 0.5) * (1.0 - t);
}

/* Smooth noise from 0 to 1: random values at whole coordinates, joined by a quintic. */
static double noise(double x, double y, int seed)
{
    int64_t row = (int64_t)whole(y);
    uint64_t left = column_key((int64_t)whole(x), seed);
    uint64_t right = column_key((int64_t)whole(x) + 1, seed);
    double fx = x - whole(x);
    double fy = y - whole(y);

    fx = fx * fx * fx * (fx * (fx * 6.0 - 15.0) + 10.0);
    fy = fy * fy * fy * (fy * (fy * 6.0 - 15.0) + 10.0);
    return lerp(lerp(cell_value(left, row), cell_value(right, row), fx),
                lerp(cell_value(left, row + 1), cell_value(right, row + 1), fx), fy);
}

/* Fractal noise from 0 to 1: octaves of noise, each finer, weaker and turned by some degrees. */
static double fractal(double x, double y, int octaves, int seed)
{
    double sum = 0.0;
    double weight = 0.5;
    double total = 0.0;

    for (int i = 0; i < octaves; i++) {
        double turned = 1.6 * x + 1.2 * y + 17.3;

        sum += weight * noise(x, y, seed);
        total += weight;
        weight *= 0.5;
        y = 1.6 * y - 1.2 * x + 5.9;
        x = turned;
    }
    return sum / total;
}

/* ---- the scene ----------------------------------------------------------------------------- */

/*
 * A lake with a brick house, a tree and a sailing boat.  The picture plane is 4/3 wide and 1 high,
 * y runs down, colours are as displayed and run from 0 to 1.  The sun stands on the left.  Each
 * layer is a function that paints over the colour found so far where it covers the point (x, y).
 */
typedef struct {
    double r, g, b;
} Rgb;

typedef struct {
    double x, y, w, h;
} Box;

#define SCENE_WIDTH (4.0 / 3.0)

static const double horizon = 0.455;
static const double forest_foot = 0.465; /* from here down the forest hides what is behind it, */
static const double meadow_foot = 0.500; /* and from here down the meadow does */
static const double shore_line = 0.695;

static Rgb rgb(double r, double g, double b)
{
    Rgb c = {r, g, b};

    return c;
}

static Rgb mix(Rgb a, Rgb b, double t)
{
    return rgb(lerp(a.r, b.r, t), lerp(a.g, b.g, t), lerp(a.b, b.b, t));
}

static Rgb scale(Rgb c, double k)
{
    return rgb(c.r * k, c.g * k, c.b * k);
}

static bool inside(Box box, double x, double y)
{
    return x >= box.x && x < box.x + box.w && y >= box.y && y < box.y + box.h;
}

/* Distance of (x, y) from the straight piece between two points. */
static double distance(double x, double y, double x0, double y0, double x1, double y1)
{
    double dx = x1 - x0;
    double dy = y1 - y0;
    double t = clamp(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy));
    double ex = x - x0 - t * dx;
    double ey = y - y0 - t * dy;

    return sqrt(ex * ex + ey * ey);
}

/* Sky: a slow gradient, for blocking and banding, and soft clouds lit from the left. */
static Rgb sky(double x, double y)
{
    Rgb air = mix(rgb(0.27, 0.45, 0.71), rgb(0.84, 0.88, 0.90), step(-0.20, horizon, y));
    double depth = 1.0 / (0.80 - (y < horizon ? y : horizon));
    double u = (x - 0.3) * depth * 1.5;
    double v = depth * 2.6;
    double bend = fractal(u * 0.8, v * 0.8, 3, SEED_CLOUD + 100);
    double here = fractal(u + bend, v, 6, SEED_CLOUD);
    double sunward = fractal(u + bend - 0.16, v - 0.10, 5, SEED_CLOUD);
    double cover = step(0.50, 0.72, here);
    double light = clamp(0.62 + 2.2 * (here - sunward) - 0.35 * step(0.60, 0.85, here));
    Rgb cloud = mix(rgb(0.60, 0.64, 0.70), rgb(0.98, 0.97, 0.95), light);

    return mix(air, cloud, cover * (1.0 - 0.55 * step(0.25, horizon, y)));
}

/* Far mountains: low contrast in the haze, lit where they fall off to the left. */
static void paint_mountains(double x, double y, Rgb *c)
{
    const double highest = 0.435 - 0.17 * 1.1;
    double ridge, rock, west, light;

    if (y < highest) {
        return;
    }
    ridge = 0.435 - 0.17 * fractal(x * 2.3 + 4.0, 0.5, 5, SEED_RIDGE) *
                        (0.6 + 0.5 * noise(x * 1.1 + 3.0, 7.0, SEED_RIDGE));
    if (y < ridge) {
        return;
    }
    rock = fractal(x * 9.0 + y * 6.0, y * 12.0, 5, SEED_ROCK);
    west = fractal(x * 9.0 + y * 6.0 - 0.25, y * 12.0, 5, SEED_ROCK);
    light = clamp(0.5 + 2.4 * (rock - west));
    *c = mix(rgb(0.36, 0.45, 0.56), rgb(0.62, 0.67, 0.70), light);
    *c = mix(*c, rgb(0.76, 0.81, 0.84), 0.75 * step(ridge, horizon + 0.02, y));
}

/* Wooded hills: the round tops of many trees, darker towards their feet. */
static void paint_forest(double x, double y, Rgb *c)
{
    const double highest = forest_foot - 0.085 - 0.016;
    double hill, tops, crown, detail;

    if (y < highest) {
        return;
    }
    hill = forest_foot - 0.085 * fractal(x * 1.7 + 9.0, 2.5, 3, SEED_FOREST);
    tops = hill - 0.016 * fractal(x * 55.0, 3.5, 2, SEED_FOREST);
    if (y < tops) {
        return;
    }
    crown = noise(x * 62.0, (y - 0.3 * hill) * 75.0, SEED_FOREST + 100);
    detail = fractal(x * 150.0, y * 150.0, 3, SEED_FOREST + 200);
    *c = mix(rgb(0.13, 0.20, 0.15), rgb(0.40, 0.47, 0.27), clamp(0.9 * crown * detail * 1.7));
    *c = mix(*c, rgb(0.60, 0.68, 0.71), 0.34 - 0.20 * step(tops, tops + 0.08, y));
}

/* How much sun reaches the meadow: the soft shadows of the house and of the tree lie on it. */
static double meadow_light(double x, double y)
{
    double house = step(0.95, 1.00, x) * (1.0 - step(1.27, 1.37, x + 1.6 * (y - 0.60)));
    double tx = (x - 0.40 - 1.3 * (y - 0.60)) / 0.20;
    double ty = (y - 0.635) / 0.028;
    double tree =
        1.0 - step(0.55, 1.15,
                   sqrt(tx * tx + ty * ty) + 0.5 * (noise(x * 30.0, y * 90.0, SEED_LEAF) - 0.5));

    house *= step(0.570, 0.600, y) * (1.0 - step(0.628, 0.662, y + 0.06 * (x - 1.0)));
    return (1.0 - 0.50 * house) * (1.0 - 0.55 * tree);
}

/* Meadow: grass whose blades grow longer towards the viewer, mown strips, a few flowers. */
static void paint_meadow(double x, double y, Rgb *c)
{
    double top = meadow_foot - 0.022 * noise(x * 2.6, 1.5, SEED_GRASS) - 0.012 * step(0.8, 1.3, x) -
                 0.006 * fractal(x * 90.0, 2.5, 2, SEED_GRASS);
    double fx = x * 150.0 - whole(x * 150.0) - 0.5;
    double fy = y * 190.0 - whole(y * 190.0) - 0.5;
    double near, patch, blades, light;

    if (y < top) {
        return;
    }
    near = step(top, shore_line, y);
    patch = fractal(x * 6.0, y * 34.0, 4, SEED_GRASS + 100);
    blades = fractal(x * lerp(260.0, 120.0, near), y * lerp(330.0, 62.0, near), 3, SEED_GRASS);
    light = clamp(0.50 + 1.1 * (patch - 0.5) + lerp(0.7, 1.5, near) * (blades - 0.5));
    *c = mix(rgb(0.17, 0.25, 0.10), rgb(0.63, 0.66, 0.33), light);
    *c = mix(*c, rgb(0.66, 0.70, 0.52), 0.45 * (1.0 - step(top, top + 0.07, y)));
    if (fx * fx + fy * fy < 0.16 * near && cell(x * 150.0, y * 190.0, SEED_GRASS + 200) > 0.98) {
        *c = rgb(0.93, 0.90, 0.78);
    }
    *c = scale(*c, meadow_light(x, y));
}

/* Picket fence: regular thin bright bars. */
static void paint_fence(double x, double y, Rgb *c)
{
    double foot = 0.600 - 0.012 * (x - 0.3);
    double bar = x / 0.0135;
    double at = bar - whole(bar) - 0.5;
    double top = foot - 0.047 + 0.012 * fabs(at);
    bool picket = fabs(at) < 0.27 && y > top && y < foot;
    bool rail = (y > foot - 0.036 && y < foot - 0.031) || (y > foot - 0.016 && y < foot - 0.011);

    if (x > 0.47 && x < 0.715 && (picket || rail)) {
        double shade = picket ? 0.92 - 0.25 * (at + 0.27) : 0.72;

        *c = scale(rgb(0.97, 0.96, 0.92), shade * (0.94 + 0.1 * cell(bar, 0.0, SEED_BARK)));
    }
}

/* Brickwork in running bond, u and v along the wall, each brick of its own colour. */
static Rgb brick(double u, double v)
{
    double course = v / 0.0108;
    double along = u / 0.0265 + 0.5 * (whole(course) - 2.0 * whole(course * 0.5));
    double own = cell(along, course, SEED_BRICK);
    double grain = fractal(u * 420.0, v * 420.0, 2, SEED_BRICK + 100);
    double stain = fractal(u * 14.0, v * 9.0, 3, SEED_BRICK + 200);
    Rgb clay = mix(rgb(0.47, 0.22, 0.15), rgb(0.78, 0.46, 0.32), 0.65 * own + 0.35 * grain);

    if (course - whole(course) < 0.19 || along - whole(along) < 0.09) {
        clay = rgb(0.71, 0.66, 0.59);
    }
    return scale(clay, 0.84 + 0.32 * stain);
}

/* A sash window filling the unit square, with its sill just below. */
static void paint_window(double u, double v, Rgb *c)
{
    bool bar = fabs(u - 0.5) < 0.045 || fabs(v - 0.36) < 0.028 || fabs(v - 0.66) < 0.028;

    if (v > 1.08 && v < 1.16 && u > -0.12 && u < 1.14) {
        *c = scale(*c, 0.55); /* the shadow of the sill */
    }
    if (v >= 1.0 && v <= 1.08 && u > -0.12 && u < 1.12) {
        *c = rgb(0.90, 0.88, 0.84);
        return;
    }
    if (u < 0.0 || u > 1.0 || v < 0.0 || v > 1.0) {
        return;
    }
    if (u < 0.12 || u > 0.88 || v < 0.08 || v > 0.94 || bar) {
        *c = rgb(0.95, 0.94, 0.91);
        return;
    }
    *c = mix(rgb(0.10, 0.12, 0.15), rgb(0.50, 0.58, 0.66), step(0.6, 1.5, u + 1.1 * (1.0 - v)));
    if (v < 0.15 || u < 0.17) {
        *c = scale(*c, 0.5); /* the shadow of the frame on the glass */
    }
}

static void paint_windows(const Box *windows, size_t count, double x, double y, Rgb *c)
{
    for (size_t i = 0; i < count; i++) {
        paint_window((x - windows[i].x) / windows[i].w, (y - windows[i].y) / windows[i].h, c);
    }
}

static void paint_door(double x, double y, Rgb *c)
{
    double u = (x - 0.803) / 0.054;
    double v = (y - 0.512) / 0.123;
    double panel_u = fabs(fabs(u - 0.5) - 0.21);
    double panel_v = fabs(fabs(v - 0.60) - 0.18);

    if (u < -0.14 || u > 1.14 || v < -0.07 || v > 1.0) {
        return;
    }
    *c = rgb(0.93, 0.91, 0.87);
    if (u < 0.0 || u > 1.0 || v < 0.0) {
        return;
    }
    *c = scale(rgb(0.13, 0.27, 0.24), 1.0 + 0.25 * noise(u * 40.0, v * 3.0, SEED_BARK));
    if (v < 0.22) {
        *c = fabs(u - 0.5) < 0.04 ? rgb(0.93, 0.91, 0.87) : rgb(0.22, 0.26, 0.30);
    } else if (panel_u < 0.14 && panel_v < 0.12) {
        *c = scale(*c, panel_u > 0.11 || panel_v > 0.10 ? 0.55 : 1.35);
    }
}

/* The gable wall, in the sun. */
static void paint_house_front(double x, double y, Rgb *c)
{
    static const Box windows[] = {
        {0.742, 0.392, 0.044, 0.068}, {0.808, 0.392, 0.044, 0.068}, {0.874, 0.392, 0.044, 0.068},
        {0.738, 0.520, 0.048, 0.076}, {0.874, 0.520, 0.048, 0.076},
    };
    double top = 0.360 - 0.125 * (1.0 - fabs(x - 0.83) / 0.11);
    double foot = 0.636 - 0.007 * noise(x * 130.0, 0.5, SEED_GRASS);
    double hole = sqrt((x - 0.83) * (x - 0.83) + (y - 0.315) * (y - 0.315));

    if (x < 0.72 || x > 0.94 || y < top || y > foot) {
        return;
    }
    if (y < 0.614) {
        *c = scale(brick(x, y), 1.08);
    } else {
        *c = scale(rgb(0.66, 0.64, 0.60), 0.75 + 0.5 * fractal(x * 90.0, y * 90.0, 3, SEED_ROCK));
    }
    if (hole < 0.026) {
        *c = hole < 0.018 ? rgb(0.16, 0.18, 0.21) : rgb(0.92, 0.90, 0.86);
    }
    paint_windows(windows, sizeof windows / sizeof windows[0], x, y, c);
    paint_door(x, y, c);
    *c = scale(*c, 0.62 + 0.38 * step(0.012, 0.034, y - top)); /* the shadow of the eaves */
}

/* The long wall, in the shade, drawn in perspective. */
static void paint_house_side(double x, double y, Rgb *c)
{
    static const Box windows[] = {
        {0.10, 0.145, 0.15, 0.255}, {0.42, 0.145, 0.15, 0.255}, {0.74, 0.145, 0.15, 0.255},
        {0.10, 0.590, 0.15, 0.270}, {0.42, 0.590, 0.15, 0.270}, {0.74, 0.590, 0.15, 0.270},
    };
    double s = (x - 0.94) / 0.25;
    double top = lerp(0.360, 0.376, s);
    double foot = lerp(0.636, 0.614, s);
    double t = (y - top) / (foot - top);

    if (s < 0.0 || s > 1.0 || t < 0.0 || y > foot - 0.008 * noise(x * 130.0, 0.5, SEED_GRASS)) {
        return;
    }
    *c = t > 0.92 ? rgb(0.62, 0.61, 0.58) : brick(s * (1.12 - 0.06 * s) * 0.33, t * 0.276);
    paint_windows(windows, sizeof windows / sizeof windows[0], s, t, c);
    *c = mix(scale(*c, 0.58), rgb(0.30, 0.36, 0.44), 0.10);
    *c = scale(*c, 0.55 + 0.45 * step(0.03, 0.15, t));
}

/* The roof: rows of dark tiles, and the white boards along the gable. */
static void paint_roof(double x, double y, Rgb *c)
{
    const double ux = 0.252, uy = 0.022, vx = 0.122, vy = 0.138;
    double px = x - 0.830;
    double py = y - 0.229;
    double s = (px * vy - py * vx) / (ux * vy - uy * vx);
    double t = (ux * py - uy * px) / (ux * vy - uy * vx);
    double left = distance(x, y, 0.830, 0.232, 0.705, 0.374);
    double right = distance(x, y, 0.830, 0.232, 0.952, 0.370);

    if (s >= 0.0 && s <= 1.02 && t >= 0.0 && t <= 1.0) {
        double row = t * 17.0;
        double column = s * 30.0 + 0.5 * (whole(row) - 2.0 * whole(row * 0.5));
        double own = cell(column, row, SEED_TILE);
        double moss = fractal(s * 9.0, t * 7.0, 4, SEED_TILE + 100);
        double edge = row - whole(row) > 0.74 || column - whole(column) < 0.14 ? 0.66 : 1.0;

        *c = mix(rgb(0.27, 0.26, 0.28), rgb(0.50, 0.46, 0.45), 0.55 * own + 0.45 * moss);
        *c = scale(t < 0.035 ? rgb(0.46, 0.42, 0.40) : *c, edge);
    }
    if (left < 0.0075 || right < 0.0075) {
        *c = left < right ? rgb(0.97, 0.96, 0.93) : rgb(0.84, 0.83, 0.81);
    }
}

/* Chimney with an aerial: thin dark lines on the smooth sky, where ringing shows. */
static void paint_chimney(double x, double y, Rgb *c)
{
    const Box stack = {1.000, 0.165, 0.044, 0.118};
    const Box cap = {0.995, 0.158, 0.054, 0.013};
    bool aerial = distance(x, y, 1.032, 0.160, 1.032, 0.070) < 0.0016;

    for (int i = 0; i < 5; i++) {
        double half = 0.034 - 0.004 * i;

        aerial = aerial || distance(x, y, 1.032 - half, 0.076 + 0.011 * i, 1.032 + half,
                                    0.072 + 0.011 * i) < 0.0011;
    }
    if (aerial) {
        *c = rgb(0.14, 0.14, 0.15);
    }
    if (inside(stack, x, y) && y < 0.252 + 0.5 * (x - 1.0)) {
        *c = scale(brick(x, y), x < 1.026 ? 1.05 : 0.60);
    }
    if (inside(cap, x, y)) {
        *c = x < 1.026 ? rgb(0.74, 0.72, 0.68) : rgb(0.44, 0.43, 0.42);
    }
}

static void paint_house(double x, double y, Rgb *c)
{
    if (x < 0.69 || x > 1.23 || y < 0.06 || y > 0.65) {
        return;
    }
    paint_house_front(x, y, c);
    paint_house_side(x, y, c);
    paint_roof(x, y, c);
    paint_chimney(x, y, c);
}

/* One bunch of leaves after another: the one in front at (x, y) gives the light on it, or -1. */
static double leaf_light(double x, double y)
{
    static const double bunch[][3] = {
        {0.270, 0.300, 0.100}, {0.180, 0.390, 0.078}, {0.345, 0.395, 0.084}, {0.250, 0.205, 0.070},
        {0.150, 0.300, 0.064}, {0.365, 0.290, 0.070}, {0.200, 0.240, 0.060}, {0.310, 0.215, 0.058},
        {0.260, 0.410, 0.085}, {0.115, 0.385, 0.048}, {0.405, 0.365, 0.054}, {0.225, 0.330, 0.062},
        {0.320, 0.335, 0.060}, {0.195, 0.445, 0.050}, {0.325, 0.462, 0.052}, {0.285, 0.155, 0.044},
        {0.400, 0.430, 0.040}, {0.140, 0.440, 0.036},
    };
    double rough = 0.75 * (fractal(x * 62.0, y * 62.0, 3, SEED_LEAF) - 0.5);
    double best = -1.0;
    double light = -1.0;

    for (size_t i = 0; i < sizeof bunch / sizeof bunch[0]; i++) {
        double dx = (x - bunch[i][0]) / bunch[i][2];
        double dy = (y - bunch[i][1]) / bunch[i][2];
        double d = sqrt(dx * dx + dy * dy) * (1.0 + rough) + 0.25 * rough;
        double up = d < 1.0 ? sqrt(1.0 - d * d) : -1.0;
        double front = up * bunch[i][2] + 0.012 * (double)i;

        if (up >= 0.0 && front > best) {
            best = front;
            light = clamp(0.36 - 0.42 * dx - 0.40 * dy + 0.18 * up);
        }
    }
    return light;
}

/* The tree: trunk, boughs and leaves, the densest fine texture of the picture. */
static void paint_tree(double x, double y, Rgb *c)
{
    double lean = 0.262 + 0.012 * wave(y * 1.7);
    double wide = 0.013 + 0.020 * step(0.57, 0.66, y) * step(0.57, 0.66, y);
    double light;

    if (x < 0.03 || x > 0.49 || y < 0.08 || y > 0.66) {
        return;
    }
    if ((fabs(x - lean) < wide && y > 0.33 && y < 0.648) ||
        distance(x, y, 0.262, 0.50, 0.345, 0.40) < 0.006 ||
        distance(x, y, 0.262, 0.52, 0.185, 0.42) < 0.006) {
        double bark = fractal(x * 170.0, y * 34.0, 3, SEED_BARK);
        double side = step(-1.0, 1.0, (x - lean) / wide);

        *c = mix(rgb(0.50, 0.42, 0.33), rgb(0.14, 0.11, 0.09), clamp(side + 1.3 * (bark - 0.5)));
        *c = scale(*c, 0.45 + 0.55 * step(0.47, 0.56, y));
    }
    light = leaf_light(x, y);
    if (light >= 0.0 && fractal(x * 80.0, y * 80.0, 2, SEED_LEAF + 200) > 0.26) {
        double leaf = fractal(x * 165.0, y * 165.0, 3, SEED_LEAF + 100);

        light = clamp(light * (0.45 + 1.1 * leaf) + 0.9 * (leaf - 0.52));
        *c = mix(rgb(0.07, 0.13, 0.05), rgb(0.58, 0.66, 0.26), light);
    }
}

/* Everything above the water. */
static Rgb land(double x, double y)
{
    Rgb c = {0.0, 0.0, 0.0};

    if (y < forest_foot) {
        c = sky(x, y);
        paint_mountains(x, y, &c);
    }
    if (y < meadow_foot) {
        paint_forest(x, y, &c);
    }
    paint_meadow(x, y, &c);
    paint_fence(x, y, &c);
    paint_house(x, y, &c);
    paint_tree(x, y, &c);
    return c;
}

/* A boat under sail: big, bright, plain shapes with sharp slanted edges. */
static void paint_boat(double x, double y, Rgb *c)
{
    double u = (x - 0.565) / 0.115;
    double v = (y - 0.800) / 0.250;
    double belly = 0.03 * (1.0 - 4.0 * (v + 0.55) * (v + 0.55));

    if (fabs(u) > 1.0 || v < -1.1 || v > 0.05) {
        return;
    }
    if (u > 0.04 && v < -0.17 && u < 0.62 * (v + 1.02) + belly * 3.0) {
        double seam = v * 9.0 - whole(v * 9.0) < 0.07 ? 0.92 : 1.0;

        *c = scale(mix(rgb(0.98, 0.97, 0.94), rgb(0.72, 0.74, 0.77), clamp(u * 1.3)), seam);
    }
    if (u < -0.02 && v < -0.15 && -u < 0.62 * (v + 0.90)) {
        *c = mix(rgb(0.80, 0.30, 0.22), rgb(0.93, 0.45, 0.33), clamp(-u * 1.6));
    }
    if (fabs(u) < 0.017 && v < -0.08) {
        *c = rgb(0.20, 0.15, 0.11);
    }
    if (v > -0.115 && v < 0.02 && u > -0.62 - v * 1.1 - 0.10 && u < 0.66 - v * 0.5) {
        *c = v < -0.085 ? rgb(0.95, 0.94, 0.90) : rgb(0.15, 0.21, 0.33);
    }
}

/* The lake: the land upside down, broken up by ripples that grow towards the viewer. */
static Rgb water(double x, double y)
{
    double down = y - shore_line;
    double depth = 1.0 / (down + 0.045);
    double slow = fractal(x * depth * 0.55, depth * 5.0, 3, SEED_WAVE) - 0.5;
    double fast = fractal(x * depth * 2.6, depth * 15.0, 3, SEED_WAVE + 100) - 0.5;
    double tilt = 0.65 * slow + 0.85 * fast;
    double rx = x + 0.055 * tilt * down;
    double ry = shore_line - 1.08 * down + (0.012 + 0.62 * down) * tilt;
    Rgb c = land(rx, ry < shore_line - 0.004 ? ry : shore_line - 0.004);
    double calm = fractal(x * 2.0, depth * 1.1, 3, SEED_WAVE + 200);

    paint_boat(rx, 1.616 - y + 0.55 * (y - 0.790) * tilt, &c);
    c = mix(scale(c, 0.86), rgb(0.10, 0.19, 0.22), clamp(0.22 + 0.75 * down - 0.9 * tilt));
    c = mix(c, rgb(0.70, 0.76, 0.80), 0.55 * step(0.58, 0.70, calm) * step(0.0, 0.03, down));
    return mix(c, rgb(0.97, 0.97, 0.93), 0.75 * step(0.20, 0.30, tilt) * step(0.05, 0.3, down));
}

/* The bank between meadow and lake: earth and stones. */
static void paint_bank(double x, double y, Rgb *c)
{
    double edge, stone;

    if (fabs(y - shore_line) > 0.025) {
        return;
    }
    edge = shore_line + 0.010 * (fractal(x * 14.0, 0.5, 3, SEED_SHORE) - 0.5);
    stone = fractal(x * 75.0, y * 120.0, 3, SEED_SHORE + 100);
    if (y > edge - 0.017 && y < edge + 0.006) {
        *c = mix(rgb(0.20, 0.17, 0.13), rgb(0.70, 0.66, 0.58), clamp(2.4 * (stone - 0.32)));
        *c = scale(*c, 1.0 - 0.6 * step(edge - 0.006, edge + 0.006, y));
    }
}

/* Reeds in front: single blades one or two pixels wide, bright on dark and dark on bright. */
static void paint_reeds(double x, double y, Rgb *c)
{
    const double highest = 1.02 - 0.30 * 1.2;

    for (int i = 0; i < 64 && y > highest; i++) {
        double spread = cell(i, 0.0, SEED_REED);
        double root = i < 44 ? 0.34 * spread * spread : SCENE_WIDTH - 0.20 * spread * spread;
        double tall = (0.30 - 0.16 * spread) * (0.6 + 0.6 * cell(i, 1.0, SEED_REED));
        double bend = 0.16 * (cell(i, 2.0, SEED_REED) - 0.35);
        double t = (1.02 - y) / tall;
        double off = fabs(x - root - bend * t * t);
        bool head = i % 5 == 0 && t > 0.80 && t < 0.98 && off < 0.0052;

        if (t < 0.0 || t > 1.0) {
            continue;
        }
        if (head) {
            *c = rgb(0.30, 0.19, 0.11);
        } else if (off < 0.0042 * (1.02 - t)) {
            *c = mix(rgb(0.16, 0.22, 0.09), rgb(0.70, 0.72, 0.36), cell(i, 3.0, SEED_REED) * t);
        }
    }
}

static Rgb scene(double x, double y)
{
    Rgb c = y < shore_line ? land(x, y) : water(x, y);
    double vx = x - 0.5 * SCENE_WIDTH;
    double vy = y - 0.5;

    paint_bank(x, y, &c);
    paint_boat(x, y, &c);
    paint_reeds(x, y, &c);
    return scale(c, 1.05 - 0.22 * (vx * vx + vy * vy)); /* the lens darkens the corners a little */
}

/* ---- from the scene to samples ------------------------------------------------------------- */

typedef struct {
    const char *name;
    int width;
    int height;
    Rgb *pixels;
} Picture;

static size_t pixel_count(const Picture *p)
{
    return (size_t)p->width * (size_t)p->height;
}

/* The mean of 4 by 4 points in the square of side `step_size` with the corner (x, y). */
static Rgb mean_of_square(double x, double y, double step_size)
{
    Rgb sum = {0.0, 0.0, 0.0};

    for (int i = 0; i < 16; i++) {
        Rgb c = scene(x + step_size * (i % 4 + 0.5) / 4.0, y + step_size * (i / 4 + 0.5) / 4.0);

        sum = rgb(sum.r + c.r, sum.g + c.g, sum.b + c.b);
    }
    return scale(sum, 1.0 / 16.0);
}

/* About a normal deviate: the sum of four uniform ones, scaled to variance 1. */
static double deviate(uint64_t *state)
{
    double sum = -2.0;

    for (int i = 0; i < 4; i++) {
        sum += unit(next_random(state));
    }
    return sum * 1.7320508075688772;
}

/* Light noise of a sensor: a part common to the three colours, a weaker one of each. */
static Rgb add_sensor_noise(Rgb c, uint64_t *state)
{
    double amount = 0.0025 + 0.0050 * sqrt(clamp((c.r + c.g + c.b) / 3.0));
    double common = deviate(state);

    c.r += amount * (common + 0.5 * deviate(state));
    c.g += amount * (common + 0.5 * deviate(state));
    c.b += amount * (common + 0.5 * deviate(state));
    return c;
}

/* Draw the scene so that it fills the picture, cut at two sides when the shape differs. */
static Picture draw_scene(const char *name, int width, int height)
{
    Picture p = {name, width, height, NULL};
    double by_width = SCENE_WIDTH / width;
    double by_height = 1.0 / height;
    double step_size = by_width < by_height ? by_width : by_height;
    double x0 = 0.5 * (SCENE_WIDTH - step_size * width);
    double y0 = 0.5 * (1.0 - step_size * height);
    uint64_t state = SEED_SENSOR;

    p.pixels = allocate(pixel_count(&p), sizeof *p.pixels, name);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            Rgb c = mean_of_square(x0 + step_size * x, y0 + step_size * y, step_size);

            p.pixels[(size_t)y * (size_t)width + (size_t)x] = add_sensor_noise(c, &state);
        }
    }
    return p;
}

static double luma(Rgb c)
{
    return 0.299 * c.r + 0.587 * c.g + 0.114 * c.b;
}

static unsigned quantize(double v, unsigned maxval)
{
    return (unsigned)(clamp(v) * maxval + 0.5);
}

static uint8_t *gray_bytes(const Picture *p)
{
    uint8_t *bytes = allocate(pixel_count(p), 1, p->name);

    for (size_t i = 0; i < pixel_count(p); i++) {
        bytes[i] = (uint8_t)quantize(luma(p->pixels[i]), 255);
    }
    return bytes;
}

static uint8_t *color_bytes(const Picture *p)
{
    uint8_t *bytes = allocate(pixel_count(p), 3, p->name);

    for (size_t i = 0; i < pixel_count(p); i++) {
        bytes[3 * i] = (uint8_t)quantize(p->pixels[i].r, 255);
        bytes[3 * i + 1] = (uint8_t)quantize(p->pixels[i].g, 255);
        bytes[3 * i + 2] = (uint8_t)quantize(p->pixels[i].b, 255);
    }
    return bytes;
}

/* ---- the file formats ---------------------------------------------------------------------- */

/* What stb_image_write calls with each piece of a file. */
static void take_piece(void *context, void *data, int size)
{
    put(context, data, (size_t)size);
}

/* Save a file that stb_image_write has put together, unless it says it could not. */
static void save_encoded(File *f, int ok)
{
    if (!ok) {
        fail(f->name, "cannot encode");
    }
    save(f);
}

static void save_png(const char *name, int width, int height, int channels, const uint8_t *bytes)
{
    File f = {name, NULL, 0, 0};

    save_encoded(&f, stbi_write_png_to_func(take_piece, &f, width, height, channels, bytes,
                                            width * channels));
}

/* Netpbm: "P5" is gray, "P6" colour; samples above 255 take two bytes, high byte first. */
static void begin_netpbm(File *f, const char *magic, int width, int height, unsigned maxval)
{
    char head[64];

    snprintf(head, sizeof head, "%s\n%d %d\n%u\n", magic, width, height, maxval);
    put_string(f, head);
}

static void put_sample(File *f, double v, unsigned maxval)
{
    unsigned sample = quantize(v, maxval);

    if (maxval > 255) {
        put_be16(f, sample);
    } else {
        put_byte(f, sample);
    }
}

static void save_pgm(const char *name, int width, int height, const uint8_t *bytes)
{
    File f = {name, NULL, 0, 0};

    begin_netpbm(&f, "P5", width, height, 255);
    put(&f, bytes, (size_t)width * (size_t)height);
    save(&f);
}

/* CRC-32 of PNG (ISO 3309), bit by bit: the samples are small. */
static uint32_t crc32_of(const uint8_t *data, size_t size)
{
    uint32_t crc = UINT32_C(0xffffffff);

    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
        }
    }
    return crc ^ UINT32_C(0xffffffff);
}

/* One PNG chunk: length, type, data, and the CRC of type and data. */
static void put_chunk(File *f, const char *type, const uint8_t *data, size_t size)
{
    size_t start;

    put_be32(f, (uint32_t)size);
    start = f->size;
    put_string(f, type);
    put(f, data, size);
    put_be32(f, crc32_of(f->data + start, f->size - start));
}

/* The rows of a 16-bit gray PNG: filter 1 (each byte less the one a pixel to the left). */
static void put_rows16(File *f, const Picture *p)
{
    for (size_t y = 0; y < (size_t)p->height; y++) {
        unsigned left = 0;

        put_byte(f, 1);
        for (size_t x = 0; x < (size_t)p->width; x++) {
            unsigned v = quantize(luma(p->pixels[y * (size_t)p->width + x]), 65535);

            put_byte(f, (v >> 8) - (left >> 8));
            put_byte(f, v - left);
            left = v;
        }
    }
}

/* stb_image_write has no 16-bit PNG; only its deflate is used here. */
static void save_png16(const Picture *p)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    File f = {p->name, NULL, 0, 0};
    File head = {p->name, NULL, 0, 0};
    File rows = {p->name, NULL, 0, 0};
    int packed_size = 0;
    uint8_t *packed;

    put_be32(&head, (uint32_t)p->width);
    put_be32(&head, (uint32_t)p->height);
    put(&head, "\x10\0\0\0", 5); /* 16 bits, gray, deflate, the usual filters, not interlaced */
    put_rows16(&rows, p);
    packed = stbi_zlib_compress(rows.data, (int)rows.size, &packed_size, 16);
    if (packed == NULL) {
        fail(p->name, "cannot encode");
    }
    put(&f, signature, sizeof signature);
    put_chunk(&f, "IHDR", head.data, head.size);
    put_chunk(&f, "IDAT", packed, (size_t)packed_size);
    put_chunk(&f, "IEND", NULL, 0);
    save(&f);
    free(packed);
    free(rows.data);
    free(head.data);
}

/* NumPy format 1.0: the header's text is padded so that the data starts at a multiple of 64. */
static void save_npy(const char *name, int rows, int columns, const uint8_t *bytes)
{
    File f = {name, NULL, 0, 0};
    char text[128];
    size_t length, padded;

    snprintf(text, sizeof text, "{'descr': '|u1', 'fortran_order': False, 'shape': (%d, %d), }",
             rows, columns);
    length = strlen(text);
    padded = (10 + length + 1 + 63) / 64 * 64 - 10;
    put_string(&f, "\x93NUMPY");
    put_byte(&f, 1);
    put_byte(&f, 0);
    put_byte(&f, (unsigned)padded);
    put_byte(&f, (unsigned)(padded >> 8));
    put_string(&f, text);
    for (size_t i = length + 1; i < padded; i++) {
        put_byte(&f, ' ');
    }
    put_byte(&f, '\n');
    put(&f, bytes, (size_t)rows * (size_t)columns);
    save(&f);
}

/* ---- the scene in each format -------------------------------------------------------------- */

/* The demo picture, for looking at what each quality does, and one of its blocks by itself. */
static void make_gray_png(void)
{
    Picture p = draw_scene("scene.png", 509, 381);
    uint8_t *bytes = gray_bytes(&p);
    uint8_t block[64];

    save_png(p.name, p.width, p.height, 1, bytes);
    for (int i = 0; i < 64; i++) {
        block[i] = bytes[(8 * 20 + i / 8) * p.width + 8 * 30 + i % 8];
    }
    save_pgm("block.pgm", 8, 8, block);
    free(bytes);
    free(p.pixels);
}

static void make_color_png(void)
{
    Picture p = draw_scene("scene-color.png", 253, 187);
    uint8_t *bytes = color_bytes(&p);

    save_png(p.name, p.width, p.height, 3, bytes);
    free(bytes);
    free(p.pixels);
}

/* An oval vignette that fades out to fully transparent corners, and one half transparent band. */
static unsigned alpha_at(int x, int y, int width, int height)
{
    double u = 2.0 * (x + 0.5) / width - 1.0;
    double v = 2.0 * (y + 0.5) / height - 1.0;
    double a = 1.0 - step(0.75, 1.15, sqrt(u * u + v * v));

    return quantize(fabs(u + 0.4) < 0.08 ? 0.5 * a : a, 255);
}

static void make_alpha_png(void)
{
    Picture p = draw_scene("scene-alpha.png", 97, 61);
    uint8_t *color = color_bytes(&p);
    File rgba = {p.name, NULL, 0, 0};

    for (int i = 0; i < p.width * p.height; i++) {
        put(&rgba, color + 3 * i, 3);
        put_byte(&rgba, alpha_at(i % p.width, i / p.width, p.width, p.height));
    }
    save_png(p.name, p.width, p.height, 4, rgba.data);
    free(rgba.data);
    free(color);
    free(p.pixels);
}

static void make_png16(void)
{
    Picture p = draw_scene("scene-16bit.png", 129, 95);

    save_png16(&p);
    free(p.pixels);
}

static void make_ppm(const char *name, int width, int height, unsigned maxval)
{
    Picture p = draw_scene(name, width, height);
    File f = {name, NULL, 0, 0};

    begin_netpbm(&f, "P6", width, height, maxval);
    for (size_t i = 0; i < pixel_count(&p); i++) {
        put_sample(&f, p.pixels[i].r, maxval);
        put_sample(&f, p.pixels[i].g, maxval);
        put_sample(&f, p.pixels[i].b, maxval);
    }
    save(&f);
    free(p.pixels);
}

static void make_pgm(const char *name, int width, int height, unsigned maxval)
{
    Picture p = draw_scene(name, width, height);
    File f = {name, NULL, 0, 0};

    begin_netpbm(&f, "P5", width, height, maxval);
    for (size_t i = 0; i < pixel_count(&p); i++) {
        put_sample(&f, luma(p.pixels[i]), maxval);
    }
    save(&f);
    free(p.pixels);
}

static void make_bmp(void)
{
    Picture p = draw_scene("scene.bmp", 63, 47);
    uint8_t *bytes = color_bytes(&p);
    File f = {p.name, NULL, 0, 0};

    save_encoded(&f, stbi_write_bmp_to_func(take_piece, &f, p.width, p.height, 3, bytes));
    free(bytes);
    free(p.pixels);
}

/* A picture that has been through JPEG once already. */
static void make_jpg(void)
{
    Picture p = draw_scene("scene.jpg", 157, 117);
    uint8_t *bytes = gray_bytes(&p);
    File f = {p.name, NULL, 0, 0};

    save_encoded(&f, stbi_write_jpg_to_func(take_piece, &f, p.width, p.height, 1, bytes, 90));
    free(bytes);
    free(p.pixels);
}

static void make_npy(void)
{
    Picture p = draw_scene("scene.npy", 101, 77);
    uint8_t *bytes = gray_bytes(&p);

    save_npy(p.name, p.height, p.width, bytes);
    free(bytes);
    free(p.pixels);
}

/* ---- text.png ------------------------------------------------------------------------------ */

enum { TEXT_WIDTH = 320, TEXT_HEIGHT = 200 };

/* A small font: 5 columns, bit 4 on the left; 7 rows and two more below the base line. */
typedef struct {
    char letter;
    uint8_t rows[9];
} Glyph;

static const Glyph font[] = {
    {' ', {0}},
    {'E', {0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f}},
    {'G', {0x0e, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0e}},
    {'J', {0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0c}},
    {'P', {0x1e, 0x11, 0x11, 0x1e, 0x10, 0x10, 0x10}},
    {'S', {0x0f, 0x10, 0x10, 0x0e, 0x01, 0x01, 0x1e}},
    {'T', {0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04}},
    {'a', {0x00, 0x00, 0x0e, 0x01, 0x0f, 0x11, 0x0f}},
    {'b', {0x10, 0x10, 0x1e, 0x11, 0x11, 0x11, 0x1e}},
    {'c', {0x00, 0x00, 0x0e, 0x11, 0x10, 0x11, 0x0e}},
    {'d', {0x01, 0x01, 0x0f, 0x11, 0x11, 0x11, 0x0f}},
    {'e', {0x00, 0x00, 0x0e, 0x11, 0x1f, 0x10, 0x0e}},
    {'f', {0x06, 0x08, 0x1e, 0x08, 0x08, 0x08, 0x08}},
    {'g', {0x00, 0x00, 0x0f, 0x11, 0x11, 0x11, 0x0f, 0x01, 0x0e}},
    {'h', {0x10, 0x10, 0x1e, 0x11, 0x11, 0x11, 0x11}},
    {'i', {0x04, 0x00, 0x0c, 0x04, 0x04, 0x04, 0x0e}},
    {'j', {0x02, 0x00, 0x06, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0c}},
    {'k', {0x10, 0x10, 0x12, 0x14, 0x18, 0x14, 0x12}},
    {'l', {0x0c, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e}},
    {'m', {0x00, 0x00, 0x1a, 0x15, 0x15, 0x15, 0x15}},
    {'n', {0x00, 0x00, 0x1e, 0x11, 0x11, 0x11, 0x11}},
    {'o', {0x00, 0x00, 0x0e, 0x11, 0x11, 0x11, 0x0e}},
    {'p', {0x00, 0x00, 0x1e, 0x11, 0x11, 0x11, 0x1e, 0x10, 0x10}},
    {'q', {0x00, 0x00, 0x0f, 0x11, 0x11, 0x11, 0x0f, 0x01, 0x01}},
    {'r', {0x00, 0x00, 0x16, 0x19, 0x10, 0x10, 0x10}},
    {'s', {0x00, 0x00, 0x0f, 0x10, 0x0e, 0x01, 0x1e}},
    {'t', {0x08, 0x08, 0x1e, 0x08, 0x08, 0x08, 0x06}},
    {'u', {0x00, 0x00, 0x11, 0x11, 0x11, 0x11, 0x0f}},
    {'v', {0x00, 0x00, 0x11, 0x11, 0x11, 0x0a, 0x04}},
    {'w', {0x00, 0x00, 0x11, 0x11, 0x15, 0x15, 0x0a}},
    {'x', {0x00, 0x00, 0x11, 0x0a, 0x04, 0x0a, 0x11}},
    {'y', {0x00, 0x00, 0x11, 0x11, 0x11, 0x11, 0x0f, 0x01, 0x0e}},
    {'z', {0x00, 0x00, 0x1f, 0x02, 0x04, 0x08, 0x1f}},
    {'0', {0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e}},
    {'1', {0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e}},
    {'2', {0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f}},
    {'3', {0x0e, 0x11, 0x01, 0x06, 0x01, 0x11, 0x0e}},
    {'4', {0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02}},
    {'5', {0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e}},
    {'6', {0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e}},
    {'7', {0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08}},
    {'8', {0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e}},
    {'9', {0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c}},
    {'.', {0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x0c}},
    {';', {0x00, 0x0c, 0x0c, 0x00, 0x0c, 0x0c, 0x04, 0x08}},
};

static const Glyph *find_glyph(char letter)
{
    for (size_t i = 0; i < sizeof font / sizeof font[0]; i++) {
        if (font[i].letter == letter) {
            return &font[i];
        }
    }
    fail("text.png", "a letter is missing in the font");
    return NULL;
}

static double glyph_dot(const Glyph *g, int column, int row)
{
    if (column < 0 || column > 4 || row < 0 || row > 8) {
        return 0.0;
    }
    return (g->rows[row] >> (4 - column)) & 1;
}

/* Is there ink at (u, v), in dots?  Between the dots' centres the ink is joined, hence rounded. */
static bool glyph_ink(const Glyph *g, double u, double v)
{
    int column = (int)whole(u - 0.5);
    int row = (int)whole(v - 0.5);
    double fx = u - 0.5 - column;
    double fy = v - 0.5 - row;
    double top = lerp(glyph_dot(g, column, row), glyph_dot(g, column + 1, row), fx);
    double bottom = lerp(glyph_dot(g, column, row + 1), glyph_dot(g, column + 1, row + 1), fx);

    return lerp(top, bottom, fy) >= 0.45;
}

/* Take the pixel at (x, y) the share `amount` of the way to `ink`. */
static void blend(uint8_t *bytes, int x, int y, double ink, double amount)
{
    if (x >= 0 && x < TEXT_WIDTH && y >= 0 && y < TEXT_HEIGHT) {
        uint8_t *p = bytes + y * TEXT_WIDTH + x;

        *p = (uint8_t)quantize(lerp(*p / 255.0, ink, amount), 255);
    }
}

/* The share of the pixel (x, y) that the glyph at (left, top) covers, from 8 by 8 points. */
static double glyph_cover(const Glyph *g, double x, double y, double size)
{
    int hits = 0;

    for (int i = 0; i < 64; i++) {
        double u = (x + (i % 8 + 0.5) / 8.0) / size;
        double v = (y + (i / 8 + 0.5) / 8.0) / size;

        hits += glyph_ink(g, u, v) ? 1 : 0;
    }
    return hits / 64.0;
}

/* One line of text; `size` is the side of a dot in pixels. */
static void draw_text(uint8_t *bytes, double x, int y, double size, double ink, const char *text)
{
    for (; *text != '\0'; text++, x += 6.0 * size) {
        const Glyph *g = find_glyph(*text);

        for (int py = -1; py <= (int)(9.0 * size) + 1; py++) {
            for (int px = (int)x - 1; px <= (int)(x + 5.0 * size) + 1; px++) {
                blend(bytes, px, y + py, ink, glyph_cover(g, px - x, py, size));
            }
        }
    }
}

/* A thin line with smooth edges. */
static void draw_line(uint8_t *bytes, double x0, double y0, double x1, double y1, double width)
{
    for (int i = 0; i < TEXT_WIDTH * TEXT_HEIGHT; i++) {
        int x = i % TEXT_WIDTH;
        int y = i / TEXT_WIDTH;
        double away = distance(x + 0.5, y + 0.5, x0, y0, x1, y1);

        blend(bytes, x, y, 0.0, clamp(0.5 * width + 0.5 - away));
    }
}

static void fill(uint8_t *bytes, int x0, int y0, int width, int height, double ink)
{
    for (int i = 0; i < width * height; i++) {
        blend(bytes, x0 + i % width, y0 + i / width, ink, 1.0);
    }
}

/* Black on white, large to small, and thin lines: the worst case for ringing. */
static void make_text(void)
{
    uint8_t *bytes = allocate(TEXT_WIDTH, TEXT_HEIGHT, "text.png");

    memset(bytes, 255, TEXT_WIDTH * TEXT_HEIGHT);
    draw_text(bytes, 16.0, 6, 6.0, 0.0, "JPEG 8x8");
    draw_text(bytes, 16.0, 55, 3.0, 0.0, "Sharp edges ring");
    draw_text(bytes, 12.0, 86, 2.0, 0.0, "The quick brown fox jumps");
    draw_text(bytes, 16.5, 107, 1.5, 0.0, "over the lazy dog. 0123456789");
    draw_text(bytes, 16.0, 124, 1.0, 0.0, "Pack my box with five dozen liquor jugs; 3.14159");
    fill(bytes, 12, 137, 296, 16, 0.0);
    draw_text(bytes, 18.0, 141, 1.25, 1.0, "The same in white; 2.71828 on black");
    for (int i = 0; i < 8; i++) {
        draw_line(bytes, 16.0, 195.0, 16.0 + 16.0 * i, 160.0 + 4.5 * i, 1.0);
        fill(bytes, 152 + 2 * i, 160, 1, 35, 0.0);
        fill(bytes, 176 + 4 * i, 160, 1 + i % 2, 35, 0.0);
        fill(bytes, 216, 160 + 5 * i, 60, i < 4 ? 1 : 2, 0.12 * i);
    }
    draw_line(bytes, 284.0, 161.0, 307.0, 194.0, 0.7);
    draw_line(bytes, 307.0, 161.0, 284.0, 194.0, 2.0);
    save_png("text.png", TEXT_WIDTH, TEXT_HEIGHT, 1, bytes);
    free(bytes);
}

/* ---- the other test patterns --------------------------------------------------------------- */

/* One level a column at the top, four columns a level below, then the other directions. */
static double gradient(int x, int y)
{
    double dx = x - 212.0;
    double dy = y - 144.0;

    if (y < 64) {
        return x / 255.0;
    }
    if (y < 96) {
        return (96.0 + 0.25 * x) / 255.0;
    }
    if (x < 80) {
        return 1.0 - (y - 96) / 95.0;
    }
    if (x < 168) {
        return (x - 80 + y - 96) / 182.0;
    }
    return 1.0 - sqrt(dx * dx + dy * dy) / 65.5;
}

/* Smooth ramps without any noise: banding, and the borders of the blocks, show. */
static void make_gradients(void)
{
    enum { WIDTH = 256, HEIGHT = 192 };
    uint8_t *bytes = allocate(WIDTH, HEIGHT, "gradients.png");

    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        bytes[i] = (uint8_t)quantize(gradient(i % WIDTH, i / WIDTH), 255);
    }
    save_png("gradients.png", WIDTH, HEIGHT, 1, bytes);
    free(bytes);
}

/* Uniform noise: all frequencies equally strong. */
static void make_noise(void)
{
    uint8_t bytes[67 * 45];
    uint64_t state = SEED_UNIFORM;

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(next_random(&state) >> 56);
    }
    save_pgm("noise.pgm", 67, 45, bytes);
}

/* Black and white noise: the largest coefficients, and clipping after the inverse DCT. */
static void make_binary_noise(void)
{
    uint8_t bytes[61 * 51];
    uint64_t state = SEED_BINARY;

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (next_random(&state) >> 63) != 0 ? 255 : 0;
    }
    save_pgm("noise-binary.pgm", 61, 51, bytes);
}

/* The 16 patterns of checker.pgm: is the pixel (x, y) of the tile white? */
static bool tile_white(int tile, int x, int y)
{
    switch (tile) {
    case 0:
        return (x + y) % 2 != 0; /* the highest frequency in both directions */
    case 1:
        return x % 2 != 0;
    case 2:
        return y % 2 != 0;
    case 3:
        return (x / 2 + y / 2) % 2 != 0;
    case 4:
        return x / 2 % 2 != 0;
    case 5:
        return y / 2 % 2 != 0;
    case 6:
        return x % 3 == 0;
    case 7:
        return y % 3 == 0;
    case 8:
        return (x + y) % 3 == 0; /* slanting lines, here and next */
    case 9:
        return (x + y) / 2 % 2 != 0;
    case 10:
        return x / 4 % 2 != 0; /* half a block white */
    case 11:
        return (x / 4 + y / 4) % 2 != 0;
    case 12:
        return (x / 8 + y / 8) % 2 != 0; /* whole blocks: no detail, the largest DC steps */
    case 13:
        return x % 8 == 3 && y % 8 == 4; /* one white pixel in each block */
    case 14:
        return x % 8 != 0 || y % 8 != 0; /* one black pixel in each block */
    default:
        return x > y; /* one slanted edge */
    }
}

/* Tiles of 16 by 16 pixels, four blocks each: the extreme frequencies. */
static void make_checker(void)
{
    uint8_t bytes[64 * 64];

    for (int i = 0; i < 64 * 64; i++) {
        int x = i % 64;
        int y = i / 64;

        bytes[i] = tile_white(y / 16 * 4 + x / 16, x % 16, y % 16) ? 255 : 0;
    }
    save_pgm("checker.pgm", 64, 64, bytes);
}

/* The smallest image there is, and one without any detail. */
static void make_plain(void)
{
    const uint8_t pixel = 200;
    uint8_t gray[16 * 16];

    save_pgm("pixel.pgm", 1, 1, &pixel);
    memset(gray, 128, sizeof gray);
    save_png("gray.png", 16, 16, 1, gray);
}

/* ---- main ---------------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    if (argc != 2) {
        fail("usage", "make-samples DIR");
    }
    out_dir = argv[1];
    stbi_write_png_compression_level = 16;
    make_gray_png();
    make_color_png();
    make_alpha_png();
    make_png16();
    make_ppm("scene.ppm", 121, 91, 255);
    make_ppm("scene-16bit.ppm", 41, 33, 65535);
    make_pgm("scene-12bit.pgm", 131, 99, 4095);
    make_pgm("scene-4bit.pgm", 75, 53, 15);
    make_bmp();
    make_jpg();
    make_npy();
    make_text();
    make_gradients();
    make_noise();
    make_binary_noise();
    make_checker();
    make_plain();
    return EXIT_SUCCESS;
}
