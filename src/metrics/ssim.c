/* SPDX-License-Identifier: MIT */
/*
 * ssim.c: structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004) with a Gaussian or a
 * uniform window.
 *
 * A plane is worked through in strips of columns from top to bottom, so that what must be
 * remembered of the rows above fits the cache and does not grow with the image. Each strip has a
 * sum for each of its columns; they are added up when it ends: the order is always the same, and
 * neighbouring columns are independent, which lets the compiler vectorise.
 */
#include <string.h>

#include "codec/kernels.h"
#include "gaussian.h"

/* Compiled once for any processor, and once for AVX2 where that may be chosen. */
#define INLINE static inline __attribute__((always_inline))

enum {
    GAUSSIAN = JQ_GAUSSIAN, /* samples a side of the window */
    UNIFORM = 8,
    STRIP = 192 /* columns; no power of two, lest the rows share a few sets of the cache */
};

/* (K1 L)^2 and (K2 L)^2 for K1 = 0.01, K2 = 0.03, L = 255 */
#define C1 6.5025
#define C2 58.5225

/* What is averaged over a window to compare samples a and b. */
enum { A, B, SQUARES /* a^2 + b^2 */, PRODUCT /* a b */, MEANS };

typedef struct gaussian_memory {
    double samples[MEANS][STRIP + GAUSSIAN - 1]; /* of one row */
    double rows[GAUSSIAN][MEANS][STRIP];         /* weighted in x; row y in [y % window height] */
    double means[MEANS][STRIP];
    double sums[STRIP];
} gaussian_memory;

typedef struct uniform_memory {
    int32_t columns[MEANS][STRIP + UNIFORM - 1]; /* sums over the rows of the window */
    int32_t windows[MEANS][STRIP];
    double sums[STRIP];
} uniform_memory;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * SSIM of one window from sums that are `count` times its means. Where a and b are equal,
 * squares = 2 product exactly, so the numerator and the denominator are the same double.
 */
INLINE double similarity(double a, double b, double squares, double product, double count)
{
    double c1 = C1 * count * count, c2 = C2 * count * count;
    double ab = a * b, aa_bb = a * a + b * b;
    return (2 * ab + c1) * (2 * (count * product - ab) + c2) /
           ((aa_bb + c1) * ((count * squares - aa_bb) + c2));
}

INLINE double sum_of(const double *sums, size_t count)
{
    double sum = 0;
    for (size_t x = 0; x < count; x++)
        sum += sums[x];
    return sum;
}

/* ---- The Gaussian window --------------------------------------------------------------------- */

/* out[x] = sum of weights[k] in[k][x]; the weights are symmetric. */
INLINE void weigh(const double *const *in, const double *weights, size_t taps, double *restrict out,
                  size_t count)
{
    if (taps < GAUSSIAN) {
        for (size_t x = 0; x < count; x++) {
            double sum = 0;
            for (size_t k = 0; k < taps; k++)
                sum += weights[k] * in[k][x];
            out[x] = sum;
        }
        return;
    }
    const double *i0 = in[0], *i1 = in[1], *i2 = in[2], *i3 = in[3], *i4 = in[4], *i5 = in[5];
    const double *i6 = in[6], *i7 = in[7], *i8 = in[8], *i9 = in[9], *i10 = in[10];
    double w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3], w4 = weights[4];
    double w5 = weights[5];
    for (size_t x = 0; x < count; x++)
        out[x] = w0 * (i0[x] + i10[x]) + w1 * (i1[x] + i9[x]) + w2 * (i2[x] + i8[x]) +
                 w3 * (i3[x] + i7[x]) + w4 * (i4[x] + i6[x]) + w5 * i5[x];
}

INLINE void load_row(const uint8_t *a, const uint8_t *b, size_t count, gaussian_memory *memory)
{
    double(*samples)[STRIP + GAUSSIAN - 1] = memory->samples;
    for (size_t x = 0; x < count; x++) {
        samples[A][x] = a[x];
        samples[B][x] = b[x];
        samples[SQUARES][x] = a[x] * a[x] + b[x] * b[x];
        samples[PRODUCT][x] = a[x] * b[x];
    }
}

INLINE double gaussian_sum(const jpegq_plane *a, const jpegq_plane *b, gaussian_memory *memory)
{
    size_t wide = least(a->width, GAUSSIAN), high = least(a->height, GAUSSIAN);
    size_t columns = a->width - wide + 1;
    double across[GAUSSIAN], down[GAUSSIAN], sum = 0;
    const double *in[GAUSSIAN];
    jq_gaussian(wide, across);
    jq_gaussian(high, down);
    for (size_t first = 0; first < columns; first += STRIP) {
        size_t count = least(columns - first, STRIP);
        memset(memory->sums, 0, sizeof memory->sums);
        for (size_t y = 0; y < a->height; y++) {
            load_row(a->samples + y * a->stride + first, b->samples + y * b->stride + first,
                     count + wide - 1, memory);
            for (size_t i = 0; i < MEANS; i++) {
                for (size_t k = 0; k < wide; k++)
                    in[k] = memory->samples[i] + k;
                weigh(in, across, wide, memory->rows[y % high][i], count);
            }
            if (y + 1 < high)
                continue;
            for (size_t i = 0; i < MEANS; i++) {
                for (size_t k = 0; k < high; k++)
                    in[k] = memory->rows[(y + 1 + k) % high][i];
                weigh(in, down, high, memory->means[i], count);
            }
            for (size_t x = 0; x < count; x++)
                memory->sums[x] +=
                    similarity(memory->means[A][x], memory->means[B][x], memory->means[SQUARES][x],
                               memory->means[PRODUCT][x], 1);
        }
        sum += sum_of(memory->sums, count);
    }
    return sum;
}

/* ---- The uniform window ---------------------------------------------------------------------- */

INLINE void add_row(const uint8_t *a, const uint8_t *b, size_t count, uniform_memory *memory)
{
    int32_t(*columns)[STRIP + UNIFORM - 1] = memory->columns;
    for (size_t x = 0; x < count; x++) {
        columns[A][x] += a[x];
        columns[B][x] += b[x];
        columns[SQUARES][x] += a[x] * a[x] + b[x] * b[x];
        columns[PRODUCT][x] += a[x] * b[x];
    }
}

INLINE void remove_row(const uint8_t *a, const uint8_t *b, size_t count, uniform_memory *memory)
{
    int32_t(*columns)[STRIP + UNIFORM - 1] = memory->columns;
    for (size_t x = 0; x < count; x++) {
        columns[A][x] -= a[x];
        columns[B][x] -= b[x];
        columns[SQUARES][x] -= a[x] * a[x] + b[x] * b[x];
        columns[PRODUCT][x] -= a[x] * b[x];
    }
}

/* Sums of `wide` neighbouring columns. */
INLINE void add_columns(const int32_t *columns, size_t wide, int32_t *restrict windows,
                        size_t count)
{
    if (wide < UNIFORM) {
        for (size_t x = 0; x < count; x++) {
            windows[x] = 0;
            for (size_t k = 0; k < wide; k++)
                windows[x] += columns[x + k];
        }
        return;
    }
    for (size_t x = 0; x < count; x++)
        windows[x] = columns[x] + columns[x + 1] + columns[x + 2] + columns[x + 3] +
                     columns[x + 4] + columns[x + 5] + columns[x + 6] + columns[x + 7];
}

INLINE double uniform_sum(const jpegq_plane *a, const jpegq_plane *b, uniform_memory *memory)
{
    size_t wide = least(a->width, UNIFORM), high = least(a->height, UNIFORM);
    size_t columns = a->width - wide + 1;
    double samples = (double)(wide * high), sum = 0;
    for (size_t first = 0; first < columns; first += STRIP) {
        size_t count = least(columns - first, STRIP);
        memset(memory->columns, 0, sizeof memory->columns);
        memset(memory->sums, 0, sizeof memory->sums);
        for (size_t y = 0; y < a->height; y++) {
            const uint8_t *row_a = a->samples + y * a->stride + first;
            const uint8_t *row_b = b->samples + y * b->stride + first;
            if (y >= high)
                remove_row(row_a - high * a->stride, row_b - high * b->stride, count + wide - 1,
                           memory);
            add_row(row_a, row_b, count + wide - 1, memory);
            if (y + 1 < high)
                continue;
            for (size_t i = 0; i < MEANS; i++)
                add_columns(memory->columns[i], wide, memory->windows[i], count);
            for (size_t x = 0; x < count; x++)
                memory->sums[x] +=
                    similarity(memory->windows[A][x], memory->windows[B][x],
                               memory->windows[SQUARES][x], memory->windows[PRODUCT][x], samples);
        }
        sum += sum_of(memory->sums, count);
    }
    return sum;
}

/* ---- Both ------------------------------------------------------------------------------------ */

INLINE double sum_of_window(const jpegq_plane *a, const jpegq_plane *b, jpegq_ssim_window window,
                            void *memory)
{
    return window == JPEGQ_SSIM_GAUSSIAN ? gaussian_sum(a, b, memory) : uniform_sum(a, b, memory);
}

static double sum_in_c(const jpegq_plane *a, const jpegq_plane *b, jpegq_ssim_window window,
                       void *memory)
{
    return sum_of_window(a, b, window, memory);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static double
sum_in_avx2(const jpegq_plane *a, const jpegq_plane *b, jpegq_ssim_window window, void *memory)
{
    return sum_of_window(a, b, window, memory);
}
#define BEST_SUM sum_in_avx2 /* all kernels but C's are for AVX2 and more */
#else
#define BEST_SUM sum_in_c
#endif

jpegq_status jpegq_ssim(const jpegq_plane *a, const jpegq_plane *b, jpegq_ssim_window window,
                        double *ssim)
{
    if (!a || !b || !ssim || !a->samples || !b->samples || a->width != b->width ||
        a->height != b->height || a->width == 0 || a->height == 0 ||
        (window != JPEGQ_SSIM_GAUSSIAN && window != JPEGQ_SSIM_UNIFORM))
        return JPEGQ_BAD_ARGUMENT;
    size_t side = window == JPEGQ_SSIM_GAUSSIAN ? GAUSSIAN : UNIFORM;
    double positions = (double)(a->width - least(a->width, side) + 1) *
                       (double)(a->height - least(a->height, side) + 1);
    void *memory = jpegq_alloc(1, window == JPEGQ_SSIM_GAUSSIAN ? sizeof(gaussian_memory)
                                                                : sizeof(uniform_memory));
    if (!memory)
        return JPEGQ_NO_MEMORY;
    double sum = (jq_kernels_chosen() == &jq_kernels_c ? sum_in_c : BEST_SUM)(a, b, window, memory);
    jpegq_free(memory);
    *ssim = sum / positions;
    return JPEGQ_OK;
}
