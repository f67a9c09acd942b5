/* SPDX-License-Identifier: MIT */
/* job.c: see job.h. */
#include "job.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../io/table_text.h"
#include "diagnose.h"

/* ---- The table ------------------------------------------------------------------------------- */

/* The table as it stands, and the quality that scales it (-1: none). */
static int find_table(jq_job *job, jpegq_table *base, jq_message *message)
{
    const jq_options *o = job->options;
    const jpegq_preset *preset = jpegq_preset_named(o->table);
    if (preset)
        *base = preset->table;
    else if (jq_table_read(o->table, base, message) != 0)
        return -1;
    job->table = o->table;
    job->quality = o->quality >= 0 ? o->quality : preset ? 75 : 50;
    if (o->exact_table || o->scale)
        job->quality = -1;
    return 0;
}

/* A step that the forward DCT cannot divide by; for int the bound is the same everywhere. */
static int refuse_step(const jq_job *job, unsigned position, jq_message *message)
{
    return jq_fail(message, job->table,
                   "step %u at row %u, column %u is too large for --dct %s%s (try --dct float)",
                   job->codec.table.step[position], position / 8, position % 8,
                   job->options->dct_name, job->codec.dct == JPEGQ_DCT_INT ? ": 8191 at most" : "");
}

static int make_codec(jq_job *job, jq_message *message)
{
    const jq_options *o = job->options;
    jpegq_table base;
    unsigned position;
    if (find_table(job, &base, message) != 0)
        return -1;
    job->codec = (jpegq_codec){o->dct, base, o->rounding};
    if (o->scale)
        jpegq_table_times(&base, o->factor, o->dc_factor, o->largest_step, &job->codec.table);
    else if (!o->exact_table)
        jpegq_table_at_quality(&base, job->quality, o->largest_step, &job->codec.table);
    if (o->input && jpegq_check_table(o->dct, &job->codec.table, &position) != JPEGQ_OK)
        return refuse_step(job, position, message);
    return 0;
}

/* "luma, quality 10", as comments and people want it */
static const char *table_text(const jq_job *job, char *text, size_t size)
{
    char masked[200];
    jq_mask(job->table, masked, sizeof masked);
    if (job->quality >= 0)
        snprintf(text, size, "%s at quality %d", masked, job->quality);
    else if (job->options->scale)
        snprintf(text, size, "%s times %.100s", masked, job->options->scale);
    else
        snprintf(text, size, "%s as it stands", masked);
    return text;
}

static void print_table(const jq_job *job, jq_output *output)
{
    char text[400];
    jq_output_format(output, "# jpegq %s: %s\n", jpegq_version(),
                     table_text(job, text, sizeof text));
    jq_table_write(&job->codec.table, output);
}

/* ---- Input ----------------------------------------------------------------------------------- */

static void say_what_was_read(const jq_job *job)
{
    static const char *const kinds[] = {"", "gray", "gray and alpha", "RGB", "RGB and alpha"};
    const jq_image *image = &job->original;
    char depth[60] = "";
    if (image->largest != 255)
        snprintf(depth, sizeof depth, ", 0..%u scaled to 0..255", image->largest);
    jq_complain("%s: %s, %u x %u, %s%s%s%s", job->name, image->format, image->plane.width,
                image->plane.height, kinds[image->channels], depth,
                image->channels > 2 ? ", converted to gray" : "",
                image->channels % 2 == 0 ? ", alpha dropped" : "");
}

static int read_original(jq_job *job, jq_message *message)
{
    const jq_options *o = job->options;
    if (jq_image_read(o->input, o->max_pixels, &job->original, message) != 0)
        return -1;
    job->has_original = true;
    if (o->verbose)
        say_what_was_read(job);
    const jpegq_plane *plane = &job->original.plane;
    return jq_plane_alloc(job->name, plane->width, plane->height, o->max_pixels, &job->result,
                          message);
}

static int read_coefficients(jq_job *job, jq_message *message)
{
    const jq_options *o = job->options;
    jq_coefficients *q = &job->quantized;
    if (jq_coefficients_read(o->from_coefficients, o->zigzag, o->dct == JPEGQ_DCT_EXACT,
                             o->max_pixels, q, message) != 0)
        return -1;
    if (o->verbose)
        jq_complain("%s: .npy, %ju x %ju blocks of %s", job->name, (uintmax_t)q->rows,
                    (uintmax_t)q->columns, q->reals ? "f8" : "i2");
    uint64_t width = o->width ? o->width : 8 * q->columns;
    uint64_t height = o->height ? o->height : 8 * q->rows;
    if ((width + 7) / 8 != q->columns || (height + 7) / 8 != q->rows)
        return jq_fail(message, job->name,
                       "--size %jux%ju does not fit %ju x %ju blocks"
                       " (rows x columns)",
                       (uintmax_t)width, (uintmax_t)height, (uintmax_t)q->rows,
                       (uintmax_t)q->columns);
    return jq_plane_alloc(job->name, width, height, o->max_pixels, &job->result, message);
}

/* ---- The codec ------------------------------------------------------------------------------- */

static int fail_codec(const jq_job *job, jpegq_status status, jq_message *message)
{
    if (status == JPEGQ_OUT_OF_RANGE)
        return jq_fail(message, job->name,
                       "--dct fast overflows on this image: libjpeg would write"
                       " a corrupt file (try --dct int, or a quality below 99)");
    return jq_fail(message, job->name, "%s", jpegq_status_text(status));
}

/* The unquantized coefficients of the original in the method's own scale; freed by the caller. */
static int forward(const jq_job *job, void **coefficients, jq_message *message)
{
    const jpegq_plane *plane = &job->original.plane;
    size_t blocks = jpegq_blocks(plane->height) * jpegq_blocks(plane->width);
    *coefficients = jpegq_alloc(blocks, 64 * jpegq_dct_size(job->codec.dct));
    if (!*coefficients)
        return jq_fail(message, job->name, "out of memory");
    jpegq_status status = jpegq_forward(job->codec.dct, plane, *coefficients);
    return status == JPEGQ_OK ? 0 : fail_codec(job, status, message);
}

/* Without rounding there are no integers: the coefficients stay real. */
static int round_trip_unrounded(jq_job *job, jq_message *message)
{
    jq_coefficients *q = &job->quantized;
    void *coefficients;
    int result = forward(job, &coefficients, message);
    q->reals = coefficients;
    if (result != 0)
        return -1;
    jpegq_status status =
        jpegq_quantize_real(&job->codec, q->reals, (size_t)(q->rows * q->columns), q->reals);
    if (status == JPEGQ_OK)
        status = jpegq_inverse_real(&job->codec.table, q->reals, &job->result);
    return status == JPEGQ_OK ? 0 : fail_codec(job, status, message);
}

static int round_trip(jq_job *job, jq_message *message)
{
    jq_coefficients *q = &job->quantized;
    q->rows = jpegq_blocks(job->result.height);
    q->columns = jpegq_blocks(job->result.width);
    if (job->codec.rounding.mode == JPEGQ_ROUND_NONE)
        return round_trip_unrounded(job, message);
    q->integers = jpegq_alloc((size_t)(q->rows * q->columns), 64 * sizeof *q->integers);
    if (!q->integers)
        return jq_fail(message, job->name, "out of memory");
    jpegq_status status =
        jpegq_round_trip(&job->codec, &job->original.plane, &job->result, q->integers);
    return status == JPEGQ_OK ? 0 : fail_codec(job, status, message);
}

static int restore(jq_job *job, jq_message *message)
{
    const jq_coefficients *q = &job->quantized;
    jpegq_status status =
        q->reals ? jpegq_inverse_real(&job->codec.table, q->reals, &job->result)
                 : jpegq_inverse(job->codec.dct, &job->codec.table, q->integers, &job->result);
    return status == JPEGQ_OK ? 0 : fail_codec(job, status, message);
}

static int compute(jq_job *job, jq_message *message)
{
    if (job->options->from_coefficients)
        return read_coefficients(job, message) != 0 ? -1 : restore(job, message);
    return read_original(job, message) != 0 ? -1 : round_trip(job, message);
}

/* ---- The dump -------------------------------------------------------------------------------- */

/* Unquantized, in the orthonormal scale. */
static int make_dct(const jq_job *job, jq_coefficients *c, jq_message *message)
{
    size_t blocks = (size_t)(c->rows * c->columns);
    void *raw;
    int result = forward(job, &raw, message);
    if (result == 0) {
        c->reals = jpegq_alloc(blocks, 64 * sizeof *c->reals);
        result = c->reals ? 0 : jq_fail(message, job->name, "out of memory");
    }
    if (result == 0)
        jpegq_normalize(job->codec.dct, raw, blocks, c->reals);
    jpegq_free(raw);
    return result;
}

static int dequantize_integers(const jq_job *job, jq_coefficients *c, jq_message *message)
{
    size_t blocks = (size_t)(c->rows * c->columns);
    c->integers = jpegq_alloc(blocks, 64 * sizeof *c->integers);
    if (!c->integers)
        return jq_fail(message, job->name, "out of memory");
    for (size_t b = 0; b < blocks; b++) {
        int32_t wide[64];
        jpegq_dequantize(&job->codec.table, job->quantized.integers + 64 * b, 1, wide);
        for (size_t i = 0; i < 64; i++) {
            if (wide[i] < INT16_MIN || wide[i] > INT16_MAX)
                return jq_fail(message, job->name,
                               "dequantized coefficient %d of block %zu,%zu"
                               " does not fit 16 bits",
                               wide[i], b / (size_t)c->columns, b % (size_t)c->columns);
            c->integers[64 * b + i] = (int16_t)wide[i];
        }
    }
    return 0;
}

static int dequantize_reals(const jq_job *job, jq_coefficients *c, jq_message *message)
{
    size_t blocks = (size_t)(c->rows * c->columns);
    c->reals = jpegq_alloc(blocks, 64 * sizeof *c->reals);
    if (!c->reals)
        return jq_fail(message, job->name, "out of memory");
    jpegq_dequantize_real(&job->codec.table, job->quantized.reals, blocks, c->reals);
    return 0;
}

static void write_dump(const jq_job *job, const jq_coefficients *c, jq_output *output)
{
    const jq_options *o = job->options;
    char table[400], comment[1024];
    snprintf(comment, sizeof comment,
             "jpegq %s: image %u x %u, stage %s, order %s, dct %s, round %.40s, table %s",
             jpegq_version(), job->result.width, job->result.height,
             o->stage_name ? o->stage_name : "quantized", o->zigzag ? "zigzag" : "natural",
             o->dct_name, o->round_name, table_text(job, table, sizeof table));
    jq_dump_write(c, o->dump_format, o->zigzag, comment, output);
}

static int dump(const jq_job *job, jq_output *output, jq_message *message)
{
    jq_coefficients made = {job->quantized.rows, job->quantized.columns, NULL, NULL};
    int result = 0;
    if (job->options->stage == JQ_STAGE_DCT)
        result = make_dct(job, &made, message);
    else if (job->options->stage == JQ_STAGE_DEQUANTIZED)
        result = job->quantized.reals ? dequantize_reals(job, &made, message)
                                      : dequantize_integers(job, &made, message);
    if (result == 0)
        write_dump(job, made.integers || made.reals ? &made : &job->quantized, output);
    jq_coefficients_free(&made);
    return result;
}

/* ---- Statistics ------------------------------------------------------------------------------ */

static void fill_errors(const jq_job *job, jq_row *row)
{
    jpegq_error error;
    jpegq_measure_error(&job->original.plane, &job->result, &error);
    jq_row_real(row, JQ_COLUMN_MSE, jpegq_mse(&error));
    jq_row_real(row, JQ_COLUMN_PSNR, jpegq_psnr(&error));
    jq_row_integer(row, JQ_COLUMN_MAX_ERROR, error.largest);
    jq_row_real(row, JQ_COLUMN_MEAN_ERROR, (double)error.absolute / (double)error.samples);
}

static size_t count_zeros(const jq_coefficients *c)
{
    size_t count = (size_t)(64 * c->rows * c->columns), zeros = 0;
    if (c->integers)
        return jpegq_count_zeros(c->integers, count);
    for (size_t i = 0; i < count; i++)
        zeros += fpclassify(c->reals[i]) == FP_ZERO;
    return zeros;
}

static void print_statistics(const jq_job *job, jq_output *output)
{
    const jq_options *o = job->options;
    const jq_coefficients *q = &job->quantized;
    jq_row row;
    memset(&row, 0, sizeof row);
    jq_row_text(&row, JQ_COLUMN_FILE, o->input ? o->input : o->from_coefficients);
    jq_row_integer(&row, JQ_COLUMN_WIDTH, job->result.width);
    jq_row_integer(&row, JQ_COLUMN_HEIGHT, job->result.height);
    jq_row_integer(&row, JQ_COLUMN_BLOCKS, q->rows * q->columns);
    jq_row_text(&row, JQ_COLUMN_DCT, o->dct_name);
    jq_row_text(&row, JQ_COLUMN_ROUND, o->round_name);
    jq_row_text(&row, JQ_COLUMN_TABLE, job->table);
    if (job->quality >= 0)
        jq_row_integer(&row, JQ_COLUMN_QUALITY, (uint64_t)job->quality);
    if (o->scale)
        jq_row_text(&row, JQ_COLUMN_SCALE, o->scale);
    if (job->has_original)
        fill_errors(job, &row);
    jq_row_real(&row, JQ_COLUMN_ZEROS,
                (double)count_zeros(q) / (double)(64 * q->rows * q->columns));
    jq_report_header(o->format, output);
    jq_report_row(&row, o->format, output);
}

/* ---- Outputs --------------------------------------------------------------------------------- */

/* What is open at a time: the image, the dump, and standard output for what is printed. */
typedef struct outputs {
    jq_output image, dump, text;
} outputs;

static bool harms_input(const jq_options *o, const char *output)
{
    const char *inputs[] = {o->input, o->from_coefficients,
                            jpegq_preset_named(o->table) ? NULL : o->table};
    for (int i = 0; i < 3; i++)
        if (inputs[i] && (strcmp(inputs[i], "-") == 0 ? jq_is_standard_input(output)
                                                      : jq_same_file(inputs[i], output)))
            return true;
    return false;
}

static int check_outputs(const jq_options *o, jq_message *message)
{
    const char *made[] = {o->output, o->dump};
    for (int i = 0; i < 2; i++)
        if (made[i] && harms_input(o, made[i]))
            return jq_fail(message, made[i], "is an input too: refused to replace it");
    if (o->output && o->dump && jq_same_file(o->output, o->dump))
        return jq_fail(message, o->dump, "is the output of both image and dump");
    return 0;
}

static int open_outputs(const jq_options *o, outputs *out, jq_message *message)
{
    if (o->output && jq_output_open(&out->image, o->output, o->clobber, message) != 0)
        return -1;
    if (o->dump && jq_output_open(&out->dump, o->dump, o->clobber, message) != 0)
        return -1;
    if ((o->stats || o->block || o->print_table) &&
        jq_output_open(&out->text, "-", true, message) != 0)
        return -1;
    return 0;
}

/* All that can fail in writing fails before the first file is in its place; what a person is told
   goes out first. */
static int commit(outputs *out, jq_message *message)
{
    jq_output *const all[] = {&out->text, &out->dump, &out->image};
    for (int i = 0; i < 3; i++)
        if (jq_output_finish(all[i], message) != 0)
            return -1;
    for (int i = 0; i < 3; i++)
        if (jq_output_commit(all[i], message) != 0)
            return -1;
    return 0;
}

static int produce(const jq_job *job, outputs *out, jq_message *message)
{
    const jq_options *o = job->options;
    if (o->print_table)
        print_table(job, &out->text);
    if (job->result.samples) {
        if (o->block && jq_block_print(job, &out->text, message) != 0)
            return -1;
        if (o->stats)
            print_statistics(job, &out->text);
        if (o->output && jq_image_write(&job->result, o->output_format, &out->image, message) != 0)
            return -1;
        if (o->dump && dump(job, &out->dump, message) != 0)
            return -1;
    }
    return commit(out, message);
}

static int run(jq_job *job, outputs *out, jq_message *message)
{
    const jq_options *o = job->options;
    if (check_outputs(o, message) != 0 || make_codec(job, message) != 0)
        return -1;
    if ((o->input || o->from_coefficients) && compute(job, message) != 0)
        return -1;
    return open_outputs(o, out, message) != 0 ? -1 : produce(job, out, message);
}

static void free_job(jq_job *job)
{
    jq_image_free(&job->original);
    jpegq_free(job->result.samples);
    jq_coefficients_free(&job->quantized);
}

int jq_job_run(const jq_options *options)
{
    jq_job job;
    outputs out = {JQ_OUTPUT_CLOSED, JQ_OUTPUT_CLOSED, JQ_OUTPUT_CLOSED};
    jq_message message;
    memset(&job, 0, sizeof job);
    job.options = options;
    job.name = jq_input_name(options->input               ? options->input
                             : options->from_coefficients ? options->from_coefficients
                                                          : options->table);
    int result = run(&job, &out, &message);
    if (result != 0)
        jq_complain("%s", message.text);
    jq_output_discard(&out.image);
    jq_output_discard(&out.dump);
    jq_output_discard(&out.text);
    free_job(&job);
    return result == 0 ? JQ_EXIT_OK : JQ_EXIT_FAILED;
}
