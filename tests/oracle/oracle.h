/* SPDX-License-Identifier: MIT */
/* What the parts of the oracle share; see oracle.c for what the program is. */
#ifndef ORACLE_H
#define ORACLE_H

#include "jpegq.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- content.c: everything that is random, and the PGM reader ------------------------------- */

/* Splitmix64: the same numbers on every machine, any seed is good. */
typedef struct rng {
    uint64_t state;
} rng;

uint32_t rng_next(rng *r);
uint32_t rng_below(rng *r, uint32_t limit);             /* 0..limit - 1 */
int32_t rng_between(rng *r, int32_t low, int32_t high); /* both inclusive */

typedef enum content {
    CONTENT_NOISE,   /* uniform 0..255 */
    CONTENT_BINARY,  /* 0 or 255 at random */
    CONTENT_TEXTURE, /* smooth gradient, waves and a little noise: like a photograph */
    CONTENT_BASIS,   /* blocks of 0 and 255: the signs of sums of cosine basis functions */
    CONTENT_CHECKER, /* blocks of 0 and 255: checkerboards and stripes of all periods */
    CONTENT_LEVELS,  /* every block constant, each at its own level */
    CONTENT_FLAT,    /* the whole plane constant */
    CONTENT_FAINT,   /* a few levels around a mean: coefficients near the rounding thresholds */
    CONTENT_ROUGH,   /* CONTENT_BASIS less a little noise */
    CONTENT_EXCESS,  /* blocks of 0 and 255 that overflow 16 bits in the fast DCT, nearly all */
    CONTENT_COUNT
} content;

extern const char *const content_names[CONTENT_COUNT];

void content_fill(content kind, uint64_t seed, const jpegq_plane *plane);

typedef enum spread {
    SPREAD_SMALL,     /* sparse, |v| <= 8 */
    SPREAD_REALISTIC, /* decaying with frequency, as in a file of good quality */
    SPREAD_BASELINE,  /* |v| <= 1023 everywhere */
    SPREAD_FULL,      /* all of int16_t everywhere */
    SPREAD_DC,        /* DC only, all of int16_t */
    SPREAD_ROW,       /* rows 1 to 7 zero: the inverse's shortcut */
    SPREAD_COLUMN,    /* columns 1 to 7 zero */
    SPREAD_SINGLE,    /* one coefficient in 64, all of int16_t */
    SPREAD_CORNERS,   /* the ends of int16_t and small numbers */
    SPREAD_PRODUCT,   /* coefficient times step around the ends of int16_t */
    SPREAD_VANISH,    /* as SPREAD_ROW, but with products of 0 modulo 2^16 in rows 1 to 7 */
    SPREAD_MODERATE,  /* coefficient times step up to a few thousand: where pixels clamp */
    SPREAD_COUNT
} spread;

extern const char *const spread_names[SPREAD_COUNT];

void spread_fill(spread kind, rng *r, const jpegq_table *table, size_t blocks, int16_t *out);

/* Blocks that a baseline file can hold, for its Huffman symbols. */
typedef enum mixture {
    MIXTURE_SPARSE,    /* a few coefficients, far apart: runs of 16, 32, 48 zeros */
    MIXTURE_ALL,       /* every category after every run */
    MIXTURE_SKEWED,    /* few symbols frequent, many rare */
    MIXTURE_FIBONACCI, /* AC symbols as frequent as Fibonacci's numbers: the longest codes */
    MIXTURE_COUNT
} mixture;

extern const char *const mixture_names[MIXTURE_COUNT];

void mixture_fill(mixture kind, rng *r, size_t blocks, int16_t *out);

typedef enum step_kind {
    STEPS_ONE,    /* all 1 */
    STEPS_SMALL,  /* 1..16 */
    STEPS_BYTE,   /* 1..255 */
    STEPS_LIMIT,  /* 1..limit */
    STEPS_OCTAVE, /* 1..limit, every magnitude as likely */
    STEPS_MIXED,  /* 1 or large, side by side */
    STEPS_COUNT
} step_kind;

extern const char *const steps_names[STEPS_COUNT];

/* limit: the largest step of each position. */
void steps_fill(step_kind kind, rng *r, const uint16_t limit[64], jpegq_table *table);

/* The largest step of each position that the method can divide by, as jpegq.h says. */
void steps_limit(jpegq_dct dct, uint16_t limit[64]);

/* A P5 file of maxval 255. Samples are malloc'ed, stride is width. NULL or what is wrong. */
const char *pgm_read(const char *path, jpegq_plane *plane);

/* ---- reference.c: libjpeg-turbo in this process ---------------------------------------------- */

typedef struct reference reference;

typedef enum coding {
    CODING_STANDARD,   /* the standard's Huffman tables */
    CODING_OPTIMAL,    /* -optimize */
    CODING_ARITHMETIC, /* -arithmetic: no bound on the coefficients, unlike Huffman's */
    CODING_COUNT
} coding;

/* What `cjpeg -grayscale` is asked for. */
typedef struct ref_options {
    jpegq_dct dct;
    bool chroma;   /* the chroma table in slot 0, as -qtables puts it */
    int quality;   /* -quality */
    bool baseline; /* -baseline */
    coding coding;
    const jpegq_table *qtable; /* -qtables with one table as it stands, or NULL */
} ref_options;

/* NULL and *why if this is not the libjpeg that the project follows. */
reference *ref_open(const char **why);
void ref_close(reference *ref);

const char *ref_version(void);

/* The functions below: false if libjpeg gave up. What it said last, and its warnings so far: */
const char *ref_message(const reference *ref);
long ref_warnings(const reference *ref);

/* cjpeg: make the file that the reference then holds. Clears the warnings. */
bool ref_encode(reference *ref, const ref_options *options, const jpegq_plane *plane);

/*
 * Make the file from coefficients, as jpegtran does. Clears the warnings.
 * CODING_ARITHMETIC: with a restart after every block, so that all values of int16_t fit.
 * CODING_OPTIMAL: libjpeg gives up if a coefficient is out of range. With CODING_STANDARD it does
 * not look.
 */
bool ref_write(reference *ref, const jpegq_table *table, const int16_t *quantized,
               const jpegq_plane *size, coding how);

/* The bytes of the file, until the next one is made. */
const uint8_t *ref_file(const reference *ref, size_t *size);

/* Hold a copy of this file, of whomever. Clears the warnings. */
bool ref_take(reference *ref, const uint8_t *bytes, size_t size);

/* The file's coefficients and its quantization table. */
bool ref_coefficients(reference *ref, int16_t *quantized, jpegq_table *table);

/* djpeg: the file's pixels, stride = width. */
bool ref_decode(reference *ref, jpegq_dct dct, uint8_t *samples);

/* cjpeg -qtables -quality: what becomes of a table, without a file. */
bool ref_scale(reference *ref, const jpegq_table *base, int quality, bool baseline,
               jpegq_table *scaled);

/* ---- check.c, file.c: one case --------------------------------------------------------------- */

/* One worker's state and counts. */
typedef struct tally {
    reference *ref;
    unsigned job, jobs; /* this worker of how many */
    uint64_t seed;      /* of the group */
    uint64_t index;     /* of the next case of the group, counted by every worker alike */
    unsigned quota;     /* failures that may still be printed */
    uint64_t comparisons;
    uint64_t differences;
    uint64_t refusals;  /* JPEGQ_OUT_OF_RANGE where libjpeg's file is corrupt indeed */
    uint64_t bad_steps; /* JPEGQ_BAD_STEP where it is due */
    uint64_t written;   /* files made from coefficients */
    uint64_t skipped;   /* of these, not read back as written */
    uint64_t files;     /* of jpegq's, compared byte for byte */
    uint64_t shortened; /* of these, with codes that were longer than 16 bits before the limit */
} tally;

/* What is compressed and how. The plane: a file's if `plane` is set, else content and seed. */
typedef struct test_case {
    jpegq_dct dct;
    const char *table_name;   /* "luma" or "chroma" at `quality`, else what `table` is */
    const jpegq_table *table; /* used as it stands, or NULL */
    int quality;
    bool baseline;
    content content;
    const char *file;
    const jpegq_plane *plane;
    uint64_t seed;
    uint32_t width, height;
} test_case;

/* Counts a difference and prints the line while the quota lasts. */
void check_fail(tally *t, const char *format, ...);

/* Forward, inverse and both files against cjpeg and djpeg; the refusals too. */
void check_plane(tally *t, const test_case *c);

/* The inverse of random coefficients by all three methods. */
void check_inverse(tally *t, spread kind, step_kind table_kind, uint32_t width, uint32_t height,
                   uint64_t seed);

/*
 * Random blocks about the bounds of a file: jpegq_check_range against libjpeg's own check, and the
 * file of those that fit.
 */
void check_range(tally *t, uint32_t width, uint32_t height, uint64_t seed);

/*
 * A rounding that libjpeg does not know, a random table and all methods: jpegq's file must be what
 * libjpeg makes of the coefficients, and libjpeg must read jpegq's coefficients and pixels from it.
 * JPEGQ_DCT_EXACT, which libjpeg does not have, is decoded by JPEGQ_DCT_INT.
 */
void check_rounding(tally *t, jpegq_dct dct, jpegq_round_mode mode, step_kind table_kind,
                    content kind, uint32_t width, uint32_t height, uint64_t seed);

/* The file of random blocks. */
void check_mixture(tally *t, mixture kind, uint32_t width, uint32_t height, uint64_t seed);

/* A table at a quality. */
void check_scale(tally *t, const char *name, const jpegq_table *base, int quality, bool baseline);

#endif
