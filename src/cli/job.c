/* SPDX-License-Identifier: MIT */
/* job.c: see job.h. */
#include "job.h"

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

const char *jq_job_table_text(const jq_job *job, char *text, size_t size)
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
                     jq_job_table_text(job, text, sizeof text));
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

int jq_job_forward(const jq_job *job, void **coefficients, jq_message *message)
{
    const jpegq_plane *plane = &job->original.plane;
    size_t blocks = jpegq_blocks(plane->height) * jpegq_blocks(plane->width);
    *coefficients = jpegq_alloc(blocks, 64 * jpegq_dct_size(job->codec.dct));
    if (!*coefficients)
        return jq_fail(message, job->name, "out of memory");
    jpegq_status status = jpegq_forward(job->codec.dct, plane, *coefficients);
    if (status == JPEGQ_OK)
        return 0;
    jpegq_free(*coefficients);
    *coefficients = NULL;
    return fail_codec(job, status, message);
}

/* Without rounding there are no integers: the coefficients stay real. */
static int round_trip_unrounded(jq_job *job, jq_message *message)
{
    jq_coefficients *q = &job->quantized;
    void *coefficients;
    int result = jq_job_forward(job, &coefficients, message);
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

/* ---- Outputs --------------------------------------------------------------------------------- */

/* What is open at a time: files, and standard output for what is printed. */
typedef struct outputs {
    jq_output image, dump, bit_map, text;
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
    const char *made[] = {o->output, o->dump, o->bit_map};
    for (int i = 0; i < 3; i++) {
        if (made[i] && harms_input(o, made[i]))
            return jq_fail(message, made[i], "is an input too: refused to replace it");
        for (int j = 0; j < i; j++)
            if (made[i] && made[j] && jq_same_file(made[i], made[j]))
                return jq_fail(message, made[i], "would be written twice");
    }
    return 0;
}

static int open_outputs(const jq_options *o, outputs *out, jq_message *message)
{
    if (o->output && jq_output_open(&out->image, o->output, o->clobber, message) != 0)
        return -1;
    if (o->dump && jq_output_open(&out->dump, o->dump, o->clobber, message) != 0)
        return -1;
    if (o->bit_map && jq_output_open(&out->bit_map, o->bit_map, o->clobber, message) != 0)
        return -1;
    if ((o->stats || o->block || o->bits || o->print_table) &&
        jq_output_open(&out->text, "-", true, message) != 0)
        return -1;
    return 0;
}

/* All that can fail in writing fails before the first file is in its place; what a person is told
   goes out first. */
static int commit(outputs *out, jq_message *message)
{
    jq_output *const all[] = {&out->text, &out->dump, &out->bit_map, &out->image};
    for (int i = 0; i < 4; i++)
        if (jq_output_finish(all[i], message) != 0)
            return -1;
    for (int i = 0; i < 4; i++)
        if (jq_output_commit(all[i], message) != 0)
            return -1;
    return 0;
}

static int write_result(const jq_job *job, jq_output *output, jq_message *message)
{
    if (job->options->output_format == JQ_FORMAT_JPEG)
        return jq_job_jpeg(job, output, message);
    return jq_image_write(&job->result, job->options->output_format, output, message);
}

/* Everything that is made of the coefficients and the reconstruction. */
static int produce_all(const jq_job *job, outputs *out, jq_message *message)
{
    const jq_options *o = job->options;
    if (o->block && jq_job_block(job, &out->text, message) != 0)
        return -1;
    if ((o->bits || o->bit_map) && jq_job_bits(job, o->bits ? &out->text : NULL,
                                               o->bit_map ? &out->bit_map : NULL, message) != 0)
        return -1;
    if (o->stats)
        jq_job_statistics(job, &out->text);
    if (o->output && write_result(job, &out->image, message) != 0)
        return -1;
    return o->dump ? jq_job_dump(job, &out->dump, message) : 0;
}

static int produce(const jq_job *job, outputs *out, jq_message *message)
{
    if (job->options->print_table)
        print_table(job, &out->text);
    if (job->result.samples && produce_all(job, out, message) != 0)
        return -1;
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
    outputs out = {JQ_OUTPUT_CLOSED, JQ_OUTPUT_CLOSED, JQ_OUTPUT_CLOSED, JQ_OUTPUT_CLOSED};
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
    jq_output_discard(&out.bit_map);
    jq_output_discard(&out.text);
    free_job(&job);
    return result == 0 ? JQ_EXIT_OK : JQ_EXIT_FAILED;
}
