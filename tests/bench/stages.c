/* SPDX-License-Identifier: MIT */
/*
 * stages.c: how much processor time each stage of the library takes on one image in memory, beside
 * memcpy of the same samples in the same run. `stages IMAGE.pgm`: medians of several rounds in
 * which all take turns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jpegq.h"

enum { ROUNDS = 11, STAGES = 11 };

static const char *const names[STAGES] = {
    "memcpy",      "forward DCT",    "quantize", "inverse", "the round trip", "count bytes",
    "count, both", "write the file", "errors",   "SSIM",    "PSNR-B",
};

static double times[STAGES][ROUNDS]; /* seconds */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void die(const char *what)
{
    fprintf(stderr, "stages: %s\n", what);
    exit(1);
}

static void *get(size_t count, size_t size)
{
    void *memory = jpegq_alloc(count, size);
    if (!memory)
        die("out of memory");
    memset(memory, 1, count * size); /* pages are there before anything is timed */
    return memory;
}

static jpegq_plane read_pgm(const char *name)
{
    unsigned width = 0, height = 0;
    FILE *file = fopen(name, "rb");
    if (!file || fscanf(file, "P5 %u %u 255", &width, &height) != 2 || fgetc(file) == EOF)
        die("cannot read the PGM");
    jpegq_plane plane = {width, height, width, get(height, width)};
    if (fread(plane.samples, width, height, file) != height)
        die("the PGM is too short");
    fclose(file);
    return plane;
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_time);
    return values[ROUNDS / 2];
}

static void must(jpegq_status status)
{
    if (status != JPEGQ_OK)
        die(jpegq_status_text(status));
}

/* All stages once, each timed. */
static void run(const jpegq_codec *codec, const jpegq_plane *in, const jpegq_plane *out, int round)
{
    size_t blocks = jpegq_blocks(in->width) * jpegq_blocks(in->height);
    static int16_t *dct, *quantized;
    static uint8_t *bytes;
    uint64_t standard, optimal;
    double figure;
    jpegq_error error;
    jpegq_file file = {in->width, in->height, codec->table, *jpegq_huffman_standard()};
    if (!dct) {
        dct = get(blocks, 128);
        quantized = get(blocks, 128);
        bytes = get(blocks, 256);
    }
    double at[STAGES + 1];
    at[0] = now();
    memcpy(out->samples, in->samples, (size_t)in->width * in->height);
    at[1] = now();
    must(jpegq_forward(codec->dct, in, dct));
    at[2] = now();
    must(jpegq_quantize(codec, dct, blocks, quantized));
    at[3] = now();
    must(jpegq_inverse(codec->dct, &codec->table, quantized, out));
    at[4] = now();
    must(jpegq_round_trip(codec, in, out, NULL));
    at[5] = now();
    must(jpegq_file_size(&file, quantized, &standard));
    at[6] = now();
    must(jpegq_file_sizes(&file, quantized, &standard, &optimal));
    at[7] = now();
    must(jpegq_file_write(&file, quantized, bytes, (size_t)standard));
    at[8] = now();
    must(jpegq_measure_error(in, out, &error));
    at[9] = now();
    must(jpegq_ssim(in, out, JPEGQ_SSIM_GAUSSIAN, &figure));
    at[10] = now();
    must(jpegq_psnr_b(in, out, &figure));
    at[11] = now();
    for (int s = 0; s < STAGES; s++)
        times[s][round] = at[s + 1] - at[s];
}

static void measure(const jpegq_plane *in, const jpegq_plane *out, int quality)
{
    jpegq_codec codec = {JPEGQ_DCT_INT, {{0}}, jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
    must(jpegq_table_at_quality(&jpegq_preset_named("luma")->table, quality, JPEGQ_BASELINE_STEP,
                                &codec.table));
    run(&codec, in, out, 0); /* to warm up */
    for (int round = 0; round < ROUNDS; round++)
        run(&codec, in, out, round);
    double result[STAGES], pixels = (double)in->width * in->height;
    for (int s = 0; s < STAGES; s++)
        result[s] = median(times[s]);
    printf("quality %d%15s%12s%16s%24s\n", quality, "ms", "Mpixel/s", "of memcpy's",
           "of DCT and quantize");
    for (int s = 0; s < STAGES; s++)
        printf("  %-16s%8.2f%12.0f%15.4f%21.2f\n", names[s], 1e3 * result[s],
               1e-6 * pixels / result[s], result[0] / result[s],
               result[s] / (result[1] + result[2]));
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage: stages IMAGE.pgm");
    jpegq_plane in = read_pgm(argv[1]);
    jpegq_plane out = {in.width, in.height, in.width, get(in.height, in.width)};
    printf("kernels %s, one thread, %u x %u, medians of %d\n", jpegq_cpu(), in.width, in.height,
           ROUNDS);
    const int qualities[] = {10, 75, 95};
    for (int i = 0; i < 3; i++)
        measure(&in, &out, qualities[i]);
    jpegq_free(in.samples);
    jpegq_free(out.samples);
    return 0;
}
