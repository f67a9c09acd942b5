/* SPDX-License-Identifier: MIT */
/* bits.c: --bits and --bit-map: where the bits of a file go. */
#include <math.h>

#include "job.h"

/* The costliest block and its bits. */
typedef struct costliest {
    uint64_t row, column;
    uint32_t bits;
} costliest;

static costliest find_costliest(const jq_job *job, const uint32_t *block_bits)
{
    const jq_coefficients *q = &job->quantized;
    costliest most = {0, 0, 0};
    for (uint64_t i = 0; i < q->rows * q->columns; i++)
        if (block_bits[i] > most.bits)
            most = (costliest){i / q->columns, i % q->columns, block_bits[i]};
    return most;
}

/* ---- The breakdown --------------------------------------------------------------------------- */

static void put_share(const char *name, uint64_t bits, uint64_t all, jq_output *output)
{
    jq_output_format(output, "  %-14s%12ju bits  %6.2f %%\n", name, (uintmax_t)bits,
                     100 * (double)bits / (double)all);
}

static void put_totals(const jq_job *job, const jpegq_account *a, jq_output *output)
{
    uint64_t ac = a->end_of_block, bytes = a->header + a->scan;
    for (int i = 1; i < 64; i++)
        ac += a->position[i];
    jq_output_format(output, "%ju bytes, %.4f bits a pixel, %s Huffman tables\n", (uintmax_t)bytes,
                     8 * (double)bytes / ((double)job->result.width * job->result.height),
                     job->options->huffman == JQ_HUFFMAN_STANDARD ? "standard" : "optimal");
    put_share("header", 8 * a->header, 8 * bytes, output);
    put_share("DC", a->position[0], 8 * bytes, output);
    put_share("AC", ac, 8 * bytes, output);
    put_share("  of it EOB", a->end_of_block, 8 * bytes, output);
    put_share("padding", a->padding, 8 * bytes, output);
    put_share("stuffing", 8 * a->stuffed, 8 * bytes, output);
}

/* A number in a column; a dot for none lets those that are there stand out. */
static void put_count(uint64_t count, jq_output *output)
{
    if (count)
        jq_output_format(output, " %9ju", (uintmax_t)count);
    else
        jq_output_text(output, "         .");
}

static void put_positions(const jpegq_account *a, jq_output *output)
{
    jq_output_text(output, "\nbits by coefficient (codes with their runs, and values)\n");
    for (int i = 0; i < 64; i++) {
        put_count(a->position[i], output);
        if (i % 8 == 7)
            jq_output_text(output, "\n");
    }
}

/* Rows of counts: DC by category, AC by run and category. EOB is 0/0, ZRL is 15/0. */
static void put_symbols(const jpegq_symbols *symbols, jq_output *output)
{
    jq_output_text(output, "\nDC differences by category\n   ");
    for (int category = 0; category < 12; category++)
        jq_output_format(output, " %9d", category);
    jq_output_text(output, "\n   ");
    for (int category = 0; category < 12; category++)
        put_count(symbols->dc[category], output);
    jq_output_text(output,
                   "\n\nAC symbols by run of zeros and category (0/0 is EOB, 15/0 ZRL)\n   ");
    for (int category = 0; category <= 10; category++)
        jq_output_format(output, " %9d", category);
    for (int run = 0; run < 16; run++) {
        jq_output_format(output, "\n%3d", run);
        for (int category = 0; category <= 10; category++)
            put_count(symbols->ac[16 * run + category], output);
    }
    jq_output_text(output, "\n");
}

static void put_text(const jq_job *job, const jpegq_account *a, costliest most, jq_output *output)
{
    put_totals(job, a, output);
    jq_output_format(output, "  costliest block: %ju,%ju with %u bits\n", (uintmax_t)most.row,
                     (uintmax_t)most.column, most.bits);
    put_positions(a, output);
    put_symbols(&a->symbols, output);
}

/* ---- The map --------------------------------------------------------------------------------- */

/* Every pixel of a block has its share of the costliest one, which is white. */
static void paint(const jq_job *job, const uint32_t *block_bits, uint32_t most, jpegq_plane *plane)
{
    size_t columns = (size_t)job->quantized.columns;
    for (size_t y = 0; y < plane->height; y++)
        for (size_t x = 0; x < plane->width; x++)
            plane->samples[y * plane->stride + x] =
                (uint8_t)lround(255.0 * block_bits[y / 8 * columns + x / 8] / most);
}

static int put_map(const jq_job *job, const uint32_t *block_bits, uint32_t most, jq_output *output,
                   jq_message *message)
{
    const jq_coefficients *q = &job->quantized;
    jpegq_plane plane;
    if (job->options->bit_map_format == JQ_FORMAT_NPY) {
        jq_write_npy_counts(block_bits, (size_t)q->rows, (size_t)q->columns, output);
        return 0;
    }
    if (jq_plane_alloc(job->source->name, job->result.width, job->result.height, UINT64_MAX, &plane,
                       message) != 0)
        return -1;
    paint(job, block_bits, most, &plane);
    int result = jq_image_write(&plane, job->options->bit_map_format, output, message);
    jpegq_free(plane.samples);
    return result;
}

int jq_job_bits(const jq_job *job, jq_output *text, jq_output *map, jq_message *message)
{
    jpegq_account account;
    size_t blocks = (size_t)(job->quantized.rows * job->quantized.columns);
    uint32_t *block_bits = jpegq_alloc(blocks, sizeof *block_bits);
    if (!block_bits)
        return jq_fail(message, job->source->name, "out of memory");
    int result = jq_job_account(job, &account, block_bits, message);
    if (result == 0) {
        costliest most = find_costliest(job, block_bits);
        if (text)
            put_text(job, &account, most, text);
        if (map)
            result = put_map(job, block_bits, most.bits, map, message);
    }
    jpegq_free(block_bits);
    return result;
}
