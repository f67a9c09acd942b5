/* SPDX-License-Identifier: MIT */
/*
 * jpegq.h: the lossy stage of JPEG (ITU-T T.81) on planes of 8-bit samples, exactly as
 * libjpeg-turbo computes it on x86-64 with SIMD.
 *
 * The way of the data, in the order of a textbook:
 *
 *   plane --jpegq_forward--> DCT coefficients --jpegq_quantize--> quantized coefficients
 *         <--jpegq_inverse-----------------------------------------/
 *
 * jpegq_round_trip does all of it in one call. An image of several components is several planes
 * with a codec each (say, luma and chroma tables), a batch is a loop over planes.
 *
 * Shapes and order
 *   - A plane has width x height samples, row by row, `stride` bytes from row to row.
 *   - A plane has ceil(height / 8) x ceil(width / 8) blocks of 8 x 8; a partial block is completed
 *     by repeating the last column, then the last row (T.81 A.2.4 leaves the choice open; this is
 *     libjpeg's).
 *   - Coefficients are arrays [block row][block column][64]. Each block is in natural (row-major)
 *     order: index 8 * v + u, v the vertical and u the horizontal frequency. Index 0 is DC.
 *   - Quantization tables are in natural order too. jpegq_zigzag leads to zigzag order.
 *
 * Rules for all functions
 *   - The library has no state but the kernels that it chooses once (see jpegq_cpu): every function
 *     may be called from any thread at any time, on arguments that no other thread writes.
 *   - Memory belongs to the caller. Only jpegq_alloc allocates, and jpegq_ssim for itself, which
 *     frees what it took. Input arrays are never written, and must not overlap output arrays but
 *     where it is said.
 *   - Nothing is read, written or printed, and nothing exits.
 *   - A function that can fail returns a jpegq_status; on failure its outputs are unspecified but
 *     nothing outside them was touched.
 *   - Results do not depend on compiler, optimisation or processor; those of JPEGQ_DCT_EXACT and
 *     of the double-precision functions rely on IEEE 754 arithmetic.
 */
#ifndef JPEGQ_H
#define JPEGQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the library exports. */
#if defined(__GNUC__)
#define JPEGQ_API __attribute__((visibility("default")))
#else
#define JPEGQ_API
#endif

/* ---- Version and status -------------------------------------------------------------------- */

#define JPEGQ_VERSION "0.1.0"

/* The version of the library that runs, "MAJOR.MINOR.PATCH"; JPEGQ_VERSION is the header's. */
JPEGQ_API const char *jpegq_version(void);

/*
 * The kernels that are used: "avx512vnni" (AVX-512 F, BW, VL, CD, VBMI, VBMI2 and VNNI), "avx512"
 * (F, BW and VL) or "avx2" on x86-64, "neon" on AArch64, or "c". It is the best set that the
 * processor has, or a lesser one if the environment variable JPEGQ_CPU names it when it is first
 * asked for; other values of it are ignored. Results do not depend on it. Static.
 */
JPEGQ_API const char *jpegq_cpu(void);

typedef enum jpegq_status {
    JPEGQ_OK = 0,
    JPEGQ_BAD_ARGUMENT, /* a null pointer, an empty plane, a number out of its stated range */
    JPEGQ_NO_MEMORY,    /* an allocation failed */
    JPEGQ_BAD_STEP,     /* a step of the table is zero or more than the DCT method can divide by */
    JPEGQ_OUT_OF_RANGE, /* a quantized coefficient that no baseline JPEG file can hold */
    JPEGQ_TOO_LARGE,    /* a side of more than JPEGQ_LARGEST_SIDE samples, for a JPEG file */
    JPEGQ_UNREACHABLE   /* no quantization table reaches the target */
} jpegq_status;

/* One short English phrase without a full stop, for any value. Static; do not free. */
JPEGQ_API const char *jpegq_status_text(jpegq_status status);

/* ---- Memory ---------------------------------------------------------------------------------- */

/*
 * Memory for `count` objects of `size` bytes, aligned to 64 bytes, not cleared; NULL if the product
 * overflows, is zero, or memory is short. To be freed with jpegq_free, which takes NULL too.
 * Arrays given to this library may come from here or from anywhere else.
 */
JPEGQ_API void *jpegq_alloc(size_t count, size_t size);
JPEGQ_API void jpegq_free(void *memory);

/* ---- Planes ---------------------------------------------------------------------------------- */

/* Samples 0..255. Functions that take a `const jpegq_plane *` read the samples only. */
typedef struct jpegq_plane {
    uint32_t width;   /* samples a row, 1 or more */
    uint32_t height;  /* rows, 1 or more */
    size_t stride;    /* bytes from a row to the next, >= width */
    uint8_t *samples; /* the caller's: (height - 1) * stride + width bytes */
} jpegq_plane;

/* Real samples, 0..255 in the scale of an 8-bit plane, but any finite values do. */
typedef struct jpegq_real_plane {
    uint32_t width, height; /* samples a row and rows, 1 or more */
    size_t stride;          /* doubles (not bytes) from a row to the next, >= width */
    double *samples;        /* the caller's: (height - 1) * stride + width doubles */
} jpegq_real_plane;

/* How many 8x8 blocks cover `samples` samples of one side. */
static inline size_t jpegq_blocks(uint32_t samples)
{
    return ((size_t)samples + 7) / 8;
}

/* ---- Quantization tables --------------------------------------------------------------------- */

#define JPEGQ_BASELINE_STEP 255  /* the largest step of a baseline file (T.81 B.2.4.1, Pq = 0) */
#define JPEGQ_LARGEST_STEP 32767 /* the largest that libjpeg scales a step to */

/* 64 steps in natural order, 1 or more. */
typedef struct jpegq_table {
    uint16_t step[64];
} jpegq_table;

/* A published table, as it stands at quality 50. */
typedef struct jpegq_preset {
    const char *name;   /* "luma", "chroma", "flat", ... */
    const char *source; /* where it was published */
    jpegq_table table;
} jpegq_preset;

/* The built-in tables and their number; "luma" is the first, "chroma" the second. Static. */
JPEGQ_API const jpegq_preset *jpegq_presets(size_t *count);

/* The preset of that name, or NULL. Static. */
JPEGQ_API const jpegq_preset *jpegq_preset_named(const char *name);

/*
 * Scale a table by IJG's quality: quality 0 (which counts as 1) to 100; 50 leaves it as it stands.
 * scale = quality < 50 ? 5000 / quality : 200 - 2 * quality, an integer;
 * step = (base * scale + 50) / 100, an integer, held to 1..largest.
 * `largest` is JPEGQ_BASELINE_STEP or JPEGQ_LARGEST_STEP (any value 1..JPEGQ_LARGEST_STEP works).
 * JPEGQ_BAD_ARGUMENT if quality or largest is out of range. `base` and `scaled` may be the same.
 */
JPEGQ_API jpegq_status jpegq_table_at_quality(const jpegq_table *base, int quality,
                                              unsigned largest, jpegq_table *scaled);

/*
 * Multiply a table by a factor, as textbooks do: step = floor(base * factor + 0.5), held to
 * 1..largest; the DC step by dc_factor instead. Factors are > 0 and finite, else
 * JPEGQ_BAD_ARGUMENT. `base` and `scaled` may be the same.
 */
JPEGQ_API jpegq_status jpegq_table_times(const jpegq_table *base, double factor, double dc_factor,
                                         unsigned largest, jpegq_table *scaled);

/* ---- DCT methods ----------------------------------------------------------------------------- */

typedef enum jpegq_dct {
    JPEGQ_DCT_INT,   /* Loeffler, Ligtenberg and Moschytz 1989 in 13-bit fixed point: libjpeg's
                        default ("islow"). Forward: int16_t, 8 times the orthonormal DCT. */
    JPEGQ_DCT_FLOAT, /* Arai, Agui and Nakajima 1988 in float: libjpeg's "float". Forward: float,
                        8 s[v] s[u] times the orthonormal DCT; s[0] = 1, s[k] = sqrt 2 cos(k pi/16).
                      */
    JPEGQ_DCT_FAST,  /* the same flow graph in 16-bit fixed point: libjpeg's "fast". Forward:
                        int16_t, in the scale of JPEGQ_DCT_FLOAT. */
    JPEGQ_DCT_EXACT  /* the orthonormal DCT of T.81 A.3.3 in double precision, errors below 1e-11.
                        Forward: double. */
} jpegq_dct;

/* Bytes of one unquantized coefficient of a method: 2, 4, 2, 8. 0 for an unknown method. */
JPEGQ_API size_t jpegq_dct_size(jpegq_dct dct);

/*
 * JPEGQ_OK if the method can divide by every step of the table. JPEGQ_BAD_STEP otherwise, with the
 * natural index of the first bad step in *position (unless NULL). A step is bad if it is 0, if it
 * is 8192 or more for JPEGQ_DCT_INT (its divisor 8 * step has 16 bits), or if its divisor
 * (step * round(2^14 s[v] s[u]) + 1024) >> 11 is 65536 or more for JPEGQ_DCT_FAST.
 */
JPEGQ_API jpegq_status jpegq_check_table(jpegq_dct dct, const jpegq_table *table,
                                         unsigned *position);

/* ---- Rounding -------------------------------------------------------------------------------- */

typedef enum jpegq_round_mode {
    JPEGQ_ROUND_NEAREST, /* as libjpeg: half away from zero; for JPEGQ_DCT_FLOAT half to even */
    JPEGQ_ROUND_EVEN,    /* half to even, as PyTorch and NumPy round */
    JPEGQ_ROUND_TRUNC,   /* toward zero */
    JPEGQ_ROUND_OFFSET,  /* sign(u) * floor(|u| + offset): a dead zone where offset < 0.5 */
    JPEGQ_ROUND_NONE,    /* u itself; for the double-precision functions only */
    JPEGQ_ROUND_SOFT,    /* n + (u - n)^3, n the integer nearest to u; as JPEGQ_ROUND_NONE it makes
                            reals, and goes where that does */
    JPEGQ_ROUND_FUNCTION /* what `function` returns */
} jpegq_round_mode;

/*
 * How u = coefficient / step becomes a quantized coefficient. JPEGQ_DCT_INT and JPEGQ_DCT_FAST
 * round the exact quotient of integers, with an offset taken to nine decimal places; the other
 * methods round u as they compute it.
 */
typedef struct jpegq_rounding {
    jpegq_round_mode mode;
    double offset[64]; /* JPEGQ_ROUND_OFFSET: 0..1 for each coefficient position, natural order */
    double (*function)(double u, unsigned position, void *context); /* JPEGQ_ROUND_FUNCTION */
    void *context;                                                  /* handed to function */
} jpegq_rounding;

/* A rounding of that mode with the same offset (0..1) at every position. */
JPEGQ_API jpegq_rounding jpegq_rounding_of(jpegq_round_mode mode, double offset);

/* ---- The stages ------------------------------------------------------------------------------ */

/* All that decides what the lossy stage does to a plane. */
typedef struct jpegq_codec {
    jpegq_dct dct;
    jpegq_table table;
    jpegq_rounding rounding;
} jpegq_codec;

/*
 * Level shift by -128 and forward DCT (T.81 A.3.1, A.3.3) of every block of a plane.
 * coefficients: [rows][columns][64] of the method's type and scale (see jpegq_dct).
 * JPEGQ_BAD_ARGUMENT.
 */
JPEGQ_API jpegq_status jpegq_forward(jpegq_dct dct, const jpegq_plane *plane, void *coefficients);

/*
 * What jpegq_forward made, in the orthonormal scale (T.81 A.3.3; DC = 8 * (mean - 128)), as double.
 * coefficients: [blocks][64] of the method's type; normalized: [blocks][64]. JPEGQ_BAD_ARGUMENT.
 */
JPEGQ_API jpegq_status jpegq_normalize(jpegq_dct dct, const void *coefficients, size_t blocks,
                                       double *normalized);

/*
 * Quantize (T.81 A.3.4): divide by the step and round.
 * coefficients: [blocks][64] as jpegq_forward made them with the same method; quantized:
 * [blocks][64]. Results beyond int16_t (only JPEGQ_ROUND_FUNCTION can ask for them) are clamped.
 * JPEGQ_BAD_ARGUMENT (also for JPEGQ_ROUND_NONE and JPEGQ_ROUND_SOFT: see jpegq_quantize_real),
 * JPEGQ_BAD_STEP.
 */
JPEGQ_API jpegq_status jpegq_quantize(const jpegq_codec *codec, const void *coefficients,
                                      size_t blocks, int16_t *quantized);

/*
 * JPEGQ_OK if a baseline JPEG file can hold these blocks as one scan: |AC| <= 1023 and the
 * difference of each DC from the one before (from 0 at the start) at most 2047 in magnitude
 * (T.81 F.1.2, tables F.1 and F.2, for 8-bit samples). JPEGQ_OUT_OF_RANGE otherwise, with the index
 * of the first such block in *block (unless NULL). From planes, only JPEGQ_DCT_FAST with steps near
 * 1 (Annex K's at quality 99 and 100) and rounding functions make such coefficients.
 * quantized: [blocks][64].
 */
JPEGQ_API jpegq_status jpegq_check_range(const int16_t *quantized, size_t blocks, size_t *block);

/*
 * Dequantize (T.81 A.3.4): coefficient times step, in the orthonormal scale of jpegq_normalize.
 * quantized, dequantized: [blocks][64]. JPEGQ_BAD_ARGUMENT.
 */
JPEGQ_API jpegq_status jpegq_dequantize(const jpegq_table *table, const int16_t *quantized,
                                        size_t blocks, int32_t *dequantized);

/*
 * Dequantize, inverse DCT, level shift by 128 and clamp to 0..255 (T.81 A.3.3, A.3.1): quantized
 * coefficients to the samples of plane->width x plane->height, which cuts the last column and row
 * of blocks. Any int16_t values are taken; those no encoder makes are treated as libjpeg-turbo's
 * SIMD code treats them. JPEGQ_DCT_EXACT rounds samples half to even.
 * quantized: [rows][columns][64]. JPEGQ_BAD_ARGUMENT, JPEGQ_BAD_STEP (a step of 0).
 */
JPEGQ_API jpegq_status jpegq_inverse(jpegq_dct dct, const jpegq_table *table,
                                     const int16_t *quantized, const jpegq_plane *plane);

/*
 * The whole lossy stage: from `in` to `out`, of the same width and height (strides may differ;
 * the samples may be the same memory if the strides are equal).
 * quantized: if not NULL, the coefficients [rows][columns][64] are left there.
 * JPEGQ_ROUND_NONE and _SOFT are allowed with JPEGQ_DCT_EXACT (then quantized must be NULL).
 * JPEGQ_BAD_ARGUMENT, JPEGQ_BAD_STEP; JPEGQ_OUT_OF_RANGE for JPEGQ_DCT_FAST where libjpeg's file
 * would be corrupt (see jpegq_check_range).
 */
JPEGQ_API jpegq_status jpegq_round_trip(const jpegq_codec *codec, const jpegq_plane *in,
                                        const jpegq_plane *out, int16_t *quantized);

/* ---- The stages in double precision ---------------------------------------------------------- */

/*
 * Quantize what JPEGQ_DCT_EXACT's jpegq_forward (or jpegq_normalize) made, without a bound on the
 * result and with every rounding, those that make reals too. The codec's method is not looked at;
 * JPEGQ_ROUND_NEAREST is half away from zero.
 * coefficients, quantized: [blocks][64]; they may be the same. JPEGQ_BAD_ARGUMENT, JPEGQ_BAD_STEP.
 */
JPEGQ_API jpegq_status jpegq_quantize_real(const jpegq_codec *codec, const double *coefficients,
                                           size_t blocks, double *quantized);

/* Quantized coefficient times step. quantized, dequantized: [blocks][64]; may be the same. */
JPEGQ_API jpegq_status jpegq_dequantize_real(const jpegq_table *table, const double *quantized,
                                             size_t blocks, double *dequantized);

/*
 * As jpegq_inverse with JPEGQ_DCT_EXACT, from quantized coefficients that need not be integers.
 */
JPEGQ_API jpegq_status jpegq_inverse_real(const jpegq_table *table, const double *quantized,
                                          const jpegq_plane *plane);

/* ---- Entropy coding -------------------------------------------------------------------------- */

/* jpegq_zigzag[k] is the natural index of the k-th coefficient in zigzag order (T.81 figure 5). */
JPEGQ_API extern const uint8_t jpegq_zigzag[64];

/* A Huffman table as T.81 B.2.4.2 specifies it. */
typedef struct jpegq_huffman {
    uint8_t bits[17];    /* BITS: bits[n] codes have n bits, n = 1..16; bits[0] is not used */
    uint8_t values[256]; /* HUFFVAL: the symbols in the order of their codes */
} jpegq_huffman;

/* The tables of a scan of one component. */
typedef struct jpegq_huffman_pair {
    jpegq_huffman dc, ac;
} jpegq_huffman_pair;

/* T.81 tables K.3 and K.5, the "standard" ones for luminance. Static. */
JPEGQ_API const jpegq_huffman_pair *jpegq_huffman_standard(void);

/*
 * How often each symbol is met. dc: categories of DC differences, 0..11 (T.81 table F.1). ac: run
 * of zeros * 16 + category, 0x00 the end of a block, 0xf0 sixteen zeros (T.81 F.1.2.2).
 */
typedef struct jpegq_symbols {
    uint64_t dc[256], ac[256];
} jpegq_symbols;

/*
 * Count the symbols of a scan. quantized: [blocks][64], in the order of the scan.
 * JPEGQ_BAD_ARGUMENT; JPEGQ_OUT_OF_RANGE as jpegq_check_range.
 */
JPEGQ_API jpegq_status jpegq_count_symbols(const int16_t *quantized, size_t blocks,
                                           jpegq_symbols *symbols);

/*
 * The table that T.81 K.2 makes for symbols of these counts, no code longer than 16; among equals
 * as libjpeg chooses (cjpeg -optimize). It takes the fewest bits but for two things, both K.2's: a
 * code of ones alone is kept free, as if a symbol had been met once, and longer codes are shortened
 * by a rule that is simple rather than best. Counts may be anything whose sum stays below 2^64.
 * Without any count the table is empty. JPEGQ_BAD_ARGUMENT.
 */
JPEGQ_API jpegq_status jpegq_huffman_optimal(const uint64_t counts[256], jpegq_huffman *table);

/* ---- Files ----------------------------------------------------------------------------------- */

#define JPEGQ_LARGEST_SIDE 65500 /* libjpeg's limit; the standard's is 65535 */

/*
 * All of a grayscale JPEG file but its coefficients: baseline (SOF0), or extended sequential (SOF1)
 * with a 16-bit table if a step is above 255. Byte for byte as cjpeg writes it.
 */
typedef struct jpegq_file {
    uint32_t width, height;     /* 1..JPEGQ_LARGEST_SIDE */
    jpegq_table table;          /* that the coefficients were quantized by */
    jpegq_huffman_pair huffman; /* with a code for every symbol met; DC's are 0..11 (table F.1) */
} jpegq_file;

/*
 * How many bytes the file has: counted bit for bit, nothing is written or allocated.
 * quantized: [rows][columns][64] for the file's width and height.
 * JPEGQ_BAD_ARGUMENT (also for a Huffman table that is none, or lacks a symbol), JPEGQ_BAD_STEP,
 * JPEGQ_OUT_OF_RANGE, JPEGQ_TOO_LARGE.
 */
JPEGQ_API jpegq_status jpegq_file_size(const jpegq_file *file, const int16_t *quantized,
                                       uint64_t *size);

/*
 * The sizes with the standard Huffman tables and with the best ones for these coefficients, in less
 * time than two calls of jpegq_file_size. file->huffman is not looked at. Errors as
 * jpegq_file_size.
 */
JPEGQ_API jpegq_status jpegq_file_sizes(const jpegq_file *file, const int16_t *quantized,
                                        uint64_t *standard, uint64_t *optimal);

/*
 * Write the file. `size` must be what jpegq_file_size says, else JPEGQ_BAD_ARGUMENT; nothing is
 * written beyond it. Other errors as jpegq_file_size.
 */
JPEGQ_API jpegq_status jpegq_file_write(const jpegq_file *file, const int16_t *quantized,
                                        uint8_t *bytes, size_t size);

/* Where the bytes and bits of a file go. */
typedef struct jpegq_account {
    uint64_t header;       /* bytes of all markers and their parameters, SOI to EOI */
    uint64_t scan;         /* bytes of entropy-coded data, stuffed zeros included */
    uint64_t stuffed;      /* of these, zeros behind FF */
    uint64_t padding;      /* bits that complete the last byte, 0..7 */
    uint64_t end_of_block; /* bits of EOB codes */
    uint64_t position[64]; /* bits of the codes and values of each coefficient, natural order; a run
                              of zeros counts for the coefficient behind it. [0] is all of DC. */
    jpegq_symbols symbols;
} jpegq_account;

/*
 * Account for every bit of the file: 8 * (scan - stuffed) is the sum of position, end_of_block and
 * padding, and the file has header + scan bytes.
 * block_bits: if not NULL, [rows][columns], the bits of each block. Errors as jpegq_file_size.
 */
JPEGQ_API jpegq_status jpegq_file_account(const jpegq_file *file, const int16_t *quantized,
                                          jpegq_account *account, uint32_t *block_bits);

/* ---- Measures -------------------------------------------------------------------------------- */

/* How far a plane is from another; all exact. */
typedef struct jpegq_error {
    uint64_t samples;  /* width * height */
    uint64_t squared;  /* sum of squared differences */
    uint64_t absolute; /* sum of absolute differences */
    unsigned largest;  /* largest absolute difference */
} jpegq_error;

/* Compare two planes of the same size. JPEGQ_BAD_ARGUMENT if the sizes differ. */
JPEGQ_API jpegq_status jpegq_measure_error(const jpegq_plane *a, const jpegq_plane *b,
                                           jpegq_error *error);

/* Mean squared error: squared / samples. */
JPEGQ_API double jpegq_mse(const jpegq_error *error);

/* Peak signal-to-noise ratio in dB, 10 log10(255^2 / MSE); infinity if the planes are identical. */
JPEGQ_API double jpegq_psnr(const jpegq_error *error);

/* The same of planes of reals, in the unit of the samples; peak 255, as if they had 8 bits. */
typedef struct jpegq_real_error {
    double mse, psnr; /* infinity if the planes are identical */
    double largest;   /* largest absolute difference */
    double mean;      /* mean absolute difference */
} jpegq_real_error;

/* Compare two planes of the same size. JPEGQ_BAD_ARGUMENT if the sizes differ. */
JPEGQ_API jpegq_status jpegq_measure_real(const jpegq_real_plane *a, const jpegq_real_plane *b,
                                          jpegq_real_error *error);

/* How many of `count` coefficients are zero. */
JPEGQ_API size_t jpegq_count_zeros(const int16_t *quantized, size_t count);

/*
 * Blocking effect factor of a plane, in squared samples (Yim and Bovik, "Quality assessment of
 * deblocked images", IEEE Transactions on Image Processing 20(1), 2011), for blocks of 8x8 whose
 * corner is the plane's:
 *   BEF = eta max(0, D_b - D_bc), eta = log2 8 / log2 min(width, height).
 * D_b is the mean squared difference of all pairs of horizontally or vertically neighbouring
 * samples that lie in different blocks, D_bc that of all other such pairs; the pairs of partial
 * blocks count too. BEF is 0 where there is no block boundary (no side above 8), and where a side
 * is 1 and eta has no meaning.
 * JPEGQ_BAD_ARGUMENT.
 */
JPEGQ_API jpegq_status jpegq_blocking_effect(const jpegq_plane *plane, double *bef);

/*
 * PSNR-B in dB (Yim and Bovik 2011): 10 log10(255^2 / (MSE + BEF)), BEF that of `degraded`; not
 * symmetric. Infinity if, and only if, the planes are identical, whatever their BEF.
 * JPEGQ_BAD_ARGUMENT (also if the sizes differ).
 */
JPEGQ_API jpegq_status jpegq_psnr_b(const jpegq_plane *reference, const jpegq_plane *degraded,
                                    double *psnr_b);

/* The weights of a window of jpegq_ssim; they sum to 1. */
typedef enum jpegq_ssim_window {
    JPEGQ_SSIM_GAUSSIAN, /* 11x11, a Gaussian of sigma 1.5: the paper's, and scikit-image's with
                            gaussian_weights=True, use_sample_covariance=False */
    JPEGQ_SSIM_UNIFORM   /* 8x8, all weights equal: torchjpeg.metrics.ssim's */
} jpegq_ssim_window;

/*
 * Mean structural similarity (Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from
 * error visibility to structural similarity", IEEE Transactions on Image Processing 13(4), 2004,
 * equation 13 and section III.C): the mean, over all positions in steps of one sample at which the
 * window lies in the image as a whole, of
 *   (2 mu_a mu_b + C1) (2 cov_ab + C2) / ((mu_a^2 + mu_b^2 + C1) (var_a + var_b + C2)),
 * C1 = (0.01 * 255)^2, C2 = (0.03 * 255)^2; mu, var and cov are the weighted means, variances and
 * covariance of the samples in the window (var_a = sum of w a^2 - mu_a^2). Nothing is padded.
 * Where a side of the image is shorter than the window's, the window is as short in that direction
 * and has one position there: n samples, weighted uniformly, or by exp(-d^2 / (2 * 1.5^2)) for a
 * distance of d samples from their centre (n - 1) / 2; normalised to sum 1.
 * At most 1; exactly 1 if a and b are the same; symmetric in a and b, bit for bit. Needs less than
 * 128 KiB of memory, whatever the size. JPEGQ_BAD_ARGUMENT (also if the sizes differ),
 * JPEGQ_NO_MEMORY.
 */
JPEGQ_API jpegq_status jpegq_ssim(const jpegq_plane *a, const jpegq_plane *b,
                                  jpegq_ssim_window window, double *ssim);

/*
 * Bjontegaard's deltas of rate-distortion curve b against curve a (G. Bjontegaard, "Calculation of
 * average PSNR differences between RD-curves", ITU-T SG16 VCEG-M33, 2001). A curve is `count`
 * points (rate[i], quality[i]) in any order: rates in any unit above 0, quality in dB or any scale
 * that grows with quality.
 *   bd_rate: log10 rate is fitted as a polynomial of quality, for each curve by least squares; the
 *     mean difference b - a of the two, integrated over the interval of quality that both curves
 *     cover, is D. 100 (10^D - 1): per cent by which b needs more rate for the same quality.
 *   bd_quality: the same with quality as a polynomial of log10 rate. D itself: by how much b is
 *     better at the same rate, in the unit of quality.
 * The polynomials are cubic, as in the document; quadratic for a curve of three points. The
 * document takes four points a curve, and more are fitted rather than met. Points that share their
 * abscissa count once for the degree, and all for the fit.
 * Either result may be NULL and is then neither computed nor checked.
 * JPEGQ_BAD_ARGUMENT if a number is not finite (leave out lossless points), a rate is not above 0,
 * a curve has fewer than three points of different abscissae, the curves have no interval in common
 * or the result would not be finite.
 */
JPEGQ_API jpegq_status jpegq_bjontegaard(const double *rate_a, const double *quality_a,
                                         size_t count_a, const double *rate_b,
                                         const double *quality_b, size_t count_b, double *bd_rate,
                                         double *bd_quality);

/* ---- Gradients ------------------------------------------------------------------------------- */

/*
 * The codec as a layer: planes of reals in and out, and the derivative of a loss through it, in
 * double precision and with the orthonormal DCT. For a sample x, a step s and a rounding R:
 *   c = DCT(x - 128), u = c / s, y = inverse DCT(s R(u)) + 128, clamped to 0..255 or not.
 * Nothing bounds x or R(u), and nothing is rounded but by R.
 */

/* What the derivative R'(u) of the rounding is taken to be. */
typedef enum jpegq_gradient_mode {
    JPEGQ_GRADIENT_STE,       /* 1: the straight-through estimator */
    JPEGQ_GRADIENT_STE_CODEC, /* the whole codec, clamping too, is taken for the identity: dL/dx is
                                 dL/dy, and no step has a gradient */
    JPEGQ_GRADIENT_SOFT,      /* 3 (u - n)^2, n the integer nearest to u: that of JPEGQ_ROUND_SOFT,
                                 whatever the rounding */
    JPEGQ_GRADIENT_TRUE       /* what it is: 0 for the roundings that make integers (and taken to be
                                 0 for JPEGQ_ROUND_FUNCTION), 3 (u - n)^2 for JPEGQ_ROUND_SOFT */
} jpegq_gradient_mode;

/*
 * All that decides what the layer does. With JPEGQ_ROUND_NONE R'(u) is 1 in every mode, for there
 * is no rounding; JPEGQ_GRADIENT_STE_CODEC stays what it is.
 */
typedef struct jpegq_real_codec {
    double step[64];              /* natural order; above 0 and finite, integers or not */
    jpegq_rounding rounding;      /* any; JPEGQ_ROUND_NEAREST is half away from zero */
    bool clamp;                   /* forward: clamp y. Backward: dL/dy is 0 where y, before it is
                                     clamped, is below 0 or above 255. */
    jpegq_gradient_mode gradient; /* not looked at by jpegq_round_trip_real */
} jpegq_real_codec;

/*
 * The layer forward. in and out have the same width and height, and may be the same memory if the
 * strides are equal. quantized: if not NULL, R(u) is left there, [rows][columns][64]. A sample that
 * is not finite makes its block so. JPEGQ_BAD_ARGUMENT, JPEGQ_BAD_STEP.
 */
JPEGQ_API jpegq_status jpegq_round_trip_real(const jpegq_real_codec *codec,
                                             const jpegq_real_plane *in,
                                             const jpegq_real_plane *out, double *quantized);

/*
 * The layer backward: from G = dL/dy, the derivative of a loss L by every sample of the output, to
 * dL/dx and dL/ds. With g = DCT(G), block by block:
 *   dL/dx = inverse DCT(g R'(u));   dL/ds = sum over the blocks of g (R(u) - u R'(u)).
 * A sample that completes a partial block adds its gradient to that of the sample it repeats, and
 * has G = 0, for the output does not have it.
 * in: the x that jpegq_round_trip_real was given. output_gradient: G. input_gradient: dL/dx; may be
 * G's memory if the strides are equal, or NULL if it is not wanted. step_gradient: dL/ds [64] in
 * natural order, set, not added to; or NULL. All planes are of one width and height.
 * JPEGQ_BAD_ARGUMENT, JPEGQ_BAD_STEP.
 */
JPEGQ_API jpegq_status jpegq_gradient(const jpegq_real_codec *codec, const jpegq_real_plane *in,
                                      const jpegq_real_plane *output_gradient,
                                      const jpegq_real_plane *input_gradient,
                                      double step_gradient[64]);

/*
 * IJG's scaling (jpegq_table_at_quality) without its whole numbers, so that it has derivatives:
 *   scale = quality < 50 ? 5000 / quality : 200 - 2 quality;   s = base scale / 100,
 * held to 1..largest. Value and slope of scale agree on both sides of 50.
 * slope: ds/dquality, base / 100 times -5000 / quality^2 below 50 and -2 from there on; 0 where s
 * is held, and not where it is just 1 or `largest`. May be NULL. By the chain rule, dL/dquality is
 * the sum of step_gradient[i] slope[i], and dL/dbase[i] is step_gradient[i] scale / 100 where s is
 * not held.
 * base, step: [64], may be the same. quality: 1 to 100, not only whole numbers. base: above 0 and
 * finite. largest: 1 or more. JPEGQ_BAD_ARGUMENT.
 */
JPEGQ_API jpegq_status jpegq_steps_at_quality(const double base[64], double quality, double largest,
                                              double step[64], double slope[64]);

/* ---- Learned tables -------------------------------------------------------------------------- */

/* What is to be lost least of, at the same bytes. */
typedef enum jpegq_aim { JPEGQ_AIM_PSNR, JPEGQ_AIM_SSIM } jpegq_aim;

/* Where on the curve of rate and distortion a table is to be, on the pictures it is learned from.
 */
typedef enum jpegq_goal {
    JPEGQ_GOAL_PSNR, /* the mean of the pictures' PSNRs is at least that; 70 dB for an identical one
                      */
    JPEGQ_GOAL_SSIM, /* the mean of the pictures' SSIMs (JPEGQ_SSIM_GAUSSIAN) is at least that */
    JPEGQ_GOAL_BPP   /* all files together take at most that many bits a pixel */
} jpegq_goal;

/*
 * Runs task(argument, i) once for each i < count, in any order and in any threads, and returns when
 * all are done.
 */
typedef void jpegq_parallel(void *context, size_t count, void (*task)(void *argument, size_t index),
                            void *argument);

/* How far learning is: what the table that is best so far makes of the pictures. */
typedef struct jpegq_round {
    unsigned round;    /* 0 is the flat table at the start */
    unsigned changed;  /* positions that this round changed */
    uint64_t bytes;    /* of all files, with the best Huffman tables for each */
    double mean_bytes; /* geometric mean of the files' bytes, which is made small */
    double psnr;       /* means */
    double ssim;       /* 0 unless it is asked for */
} jpegq_round;

typedef struct jpegq_learning {
    jpegq_aim aim;
    jpegq_goal goal;
    double target;            /* dB, SSIM, or bits a pixel */
    bool no_offsets;          /* only the table; rounding stays JPEGQ_ROUND_NEAREST */
    bool as_they_are;         /* do not add the pictures' transposes */
    unsigned rounds;          /* at most; 0 for the default, 40 */
    jpegq_parallel *parallel; /* NULL: in the thread of the caller */
    void *parallel_context;
    bool (*stopped)(void *context); /* asked often: keep the best so far, now? NULL: never */
    void (*told)(void *context, const jpegq_round *round); /* after each round; NULL: nobody */
    void *context;                                         /* of stopped and told */
} jpegq_learning;

/*
 * Learn a table, and a rounding offset for each position, for JPEGQ_DCT_INT from pictures.
 *
 * Made small is the geometric mean of the exact sizes of the files with optimal Huffman tables,
 * against the loss of quality at the price that a flat table pays at the goal:
 *   mean ln bytes - price * Q, Q the mean PSNR, or -10 log10 (1 - mean SSIM);
 * so every picture counts the same whatever its size, as in the mean of Bjontegaard's deltas. The
 * search starts from a flat table at the goal and goes through the positions; at each it tries
 * other steps and offsets, counts the symbols that all files would have and makes their Huffman
 * tables, and takes what is best. It ends when a round gains less than 1 / 50000. Whole files and
 * reconstructed pictures judge each round.
 *
 * The pictures are learned with their transposes unless `as_they_are`: a table learned from few
 * pictures then does better on others. Steps are 1..255, offsets 0..0.5 in thousandths. The result
 * depends on nothing but the planes and the numbers in `learning`, and not on how tasks are run.
 *
 * codec: the result. figures: of the result, unless NULL; `ssim` only for JPEGQ_AIM_SSIM and
 * JPEGQ_GOAL_SSIM. Memory: 4 bytes for each sample, 8 with transposes, and 3 in each task at work.
 * JPEGQ_BAD_ARGUMENT, JPEGQ_NO_MEMORY, JPEGQ_TOO_LARGE; JPEGQ_UNREACHABLE if no table meets the
 * goal, or none did when `stopped` said so.
 */
JPEGQ_API jpegq_status jpegq_learn_table(const jpegq_learning *learning, const jpegq_plane *planes,
                                         size_t count, jpegq_codec *codec, jpegq_round *figures);

#ifdef __cplusplus
}
#endif

#endif
