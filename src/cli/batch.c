/* SPDX-License-Identifier: MIT */
/*
 * batch.c: see batch.h.
 *
 * A row is an input at a setting. Rows are given to threads in their order. An input is loaded by
 * the first thread that needs it, shared, and freed when its last row is done, so that no more
 * inputs are in memory than there are threads. What a row made waits in a ring until all rows
 * before it are told: then its line is printed and its files are renamed into place. So the order,
 * and every byte, is the same for any number of threads.
 */
#include "batch.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "../io/memory.h"
#include "../io/table_text.h"
#include "diagnose.h"
#include "figures.h"
#include "job.h"
#include "parallel.h"
#include "progress.h"
#include "search.h"
#include "stream.h"

/* that a row can make: the image, the dump, the bit map, the difference, three gradients */
enum { FILES = 7, GRADIENTS = 4 };

/* An input that is in memory. */
typedef struct slot {
    enum { SLOT_FREE, SLOT_LOADING, SLOT_READY, SLOT_FAILED } state;
    size_t input;
    size_t rows_left;
    jq_source source;
    jq_message message; /* of SLOT_FAILED */
} slot;

/* What a row came to, until it is told. */
typedef struct outcome {
    bool done;
    int status;
    jq_row row;
    jq_message message; /* of a status that is not JQ_EXIT_OK */
    bool told_before;   /* the message was that of the input's first row */
    jq_output files[FILES];
    char *name; /* of the file in the folder of -d, for files[0] */
} outcome;

typedef struct batch {
    const jq_options *options;
    jq_plan plan;
    jq_report report;
    uint32_t metrics; /* shown, or needed for what is made of all rows */
    bool prints_rows;
    bool streams;            /* inputs that can be are read strip by strip */
    bool wants_coefficients; /* more is made than reconstructions and what is measured of them */
    size_t threads_each;     /* that work on one row, where there are more threads than rows */
    jq_image reference;      /* of --compare */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t rows, next, told; /* the next row to be begun, and to be told */
    bool stop;               /* standard output is gone: no more rows */
    slot *slots;
    outcome *ring;
    size_t slot_count, ring_size;

    /* used by who tells a row, in order */
    jq_output text;
    jq_figures *figures; /* of all rows, or NULL */
    jpegq_plane *tiles;  /* of --sheet: the original, then a picture for each setting; or NULL */
    jq_row *tile_rows;
    jq_progress progress;
    int status;
} batch;

/* ---- Inputs in memory ------------------------------------------------------------------------ */

/* The slot of an input: where it is, or one that is free. There are as many as threads. */
static slot *find_slot(batch *b, size_t input)
{
    slot *unused = NULL;
    for (size_t i = 0; i < b->slot_count; i++) {
        if (b->slots[i].state != SLOT_FREE && b->slots[i].input == input)
            return &b->slots[i];
        if (b->slots[i].state == SLOT_FREE)
            unused = &b->slots[i];
    }
    return unused;
}

static void load(batch *b, slot *s, size_t input)
{
    const jq_options *o = b->options;
    bool forward = !o->reference && (b->plan.setting_count > 1 || o->target != JQ_TARGET_NONE);
    jq_wanted wanted = forward ? JQ_WANT_DCT : b->streams ? JQ_WANT_STREAM : JQ_WANT_IMAGE;
    s->state = SLOT_LOADING;
    s->input = input;
    s->rows_left = b->plan.setting_count;
    pthread_mutex_unlock(&b->lock);
    int result =
        jq_source_load(o, b->plan.inputs[input], wanted, b->threads_each, &s->source, &s->message);
    pthread_mutex_lock(&b->lock);
    s->state = result == 0 ? SLOT_READY : SLOT_FAILED;
    pthread_cond_broadcast(&b->changed);
}

/* Called and left with the lock held. */
static slot *acquire(batch *b, size_t input)
{
    slot *s = find_slot(b, input);
    if (s->state == SLOT_FREE)
        load(b, s, input);
    while (s->state == SLOT_LOADING)
        pthread_cond_wait(&b->changed, &b->lock);
    return s;
}

static void release(slot *s)
{
    if (--s->rows_left > 0)
        return;
    jq_source_free(&s->source);
    s->state = SLOT_FREE;
}

/* ---- One row --------------------------------------------------------------------------------- */

/* Open the output of the reconstruction, if there is to be one. */
static int open_image(batch *b, const jq_job *job, size_t input, outcome *out)
{
    const jq_options *o = b->options;
    const char *name = o->output;
    if (o->directory)
        name = out->name = jq_plan_output(&b->plan, input, &job->setting);
    if (!o->directory && !o->output)
        return 0;
    if (!name)
        return jq_fail(&out->message, job->source->name, "out of memory");
    /* the quality that a target finds was not known when the plan was checked */
    if (o->target != JQ_TARGET_NONE && jq_plan_check_output(&b->plan, name, &out->message) != 0)
        return -1;
    return jq_output_open(&out->files[0], name, o->clobber, &out->message);
}

static int write_image(batch *b, const jq_job *job, size_t input, outcome *out)
{
    if (open_image(b, job, input, out) != 0)
        return -1;
    return out->files[0].fd < 0 ? 0 : jq_job_write(job, &out->files[0], &out->message);
}

/* What goes through strip by strip is written as it comes. */
static int run_stream(batch *b, jq_job *job, jq_source *source, size_t input, outcome *out)
{
    jq_job_identify(job);
    out->row = job->row;
    if (open_image(b, job, input, out) != 0)
        return -1;
    return jq_stream_run(job, source, &out->files[0], &out->message);
}

static int write_difference(const jq_job *job, jq_output *output, jq_message *message)
{
    jpegq_plane plane;
    if (jq_plane_alloc(job->source->name, job->result.width, job->result.height, UINT64_MAX, &plane,
                       message) != 0)
        return -1;
    jq_difference(&job->source->original.plane, &job->result, (unsigned)job->options->diff_gain,
                  &plane);
    int result = jq_image_write(&plane, jq_format_of(job->options->diff), output, message);
    jpegq_free(plane.samples);
    return result;
}

static int write_gradients(batch *b, const jq_job *job, outcome *out)
{
    const jq_options *o = b->options;
    const char *names[] = {o->grad_input, o->grad_table, o->grad_quality};
    jq_output *outputs[] = {NULL, NULL, NULL};
    for (int i = 0; i < 3; i++) {
        if (!names[i])
            continue;
        outputs[i] = &out->files[GRADIENTS + i];
        if (jq_output_open(outputs[i], names[i], o->clobber, &out->message) != 0)
            return -1;
    }
    return jq_job_gradients(job, &b->plan.bases[job->setting.table_at], outputs[0], outputs[1],
                            outputs[2], &out->message);
}

/* What is made of a single row only: by the one thread there is then, straight into the text. */
static int write_singles(batch *b, const jq_job *job, outcome *out)
{
    const jq_options *o = b->options;
    if (o->block && jq_job_block(job, &b->text, &out->message) != 0)
        return -1;
    if (o->bit_map && jq_output_open(&out->files[2], o->bit_map, o->clobber, &out->message) != 0)
        return -1;
    if ((o->bits || o->bit_map) &&
        jq_job_bits(job, o->bits ? &b->text : NULL, o->bit_map ? &out->files[2] : NULL,
                    &out->message) != 0)
        return -1;
    if (o->dump && (jq_output_open(&out->files[1], o->dump, o->clobber, &out->message) != 0 ||
                    jq_job_dump(job, &out->files[1], &out->message) != 0))
        return -1;
    if (o->diff && (jq_output_open(&out->files[3], o->diff, o->clobber, &out->message) != 0 ||
                    write_difference(job, &out->files[3], &out->message) != 0))
        return -1;
    return o->grad_output ? write_gradients(b, job, out) : 0;
}

/* The part of a picture that the sheet shows, as a plane of its own. */
static int copy_tile(const batch *b, const jpegq_plane *from, jpegq_plane *tile,
                     jq_message *message)
{
    const jq_view *view = &b->options->view;
    uint64_t x = view->cropped ? view->x : 0, y = view->cropped ? view->y : 0;
    uint64_t width = view->cropped ? view->width : from->width;
    uint64_t height = view->cropped ? view->height : from->height;
    if (jq_plane_alloc("--sheet", width, height, UINT64_MAX, tile, message) != 0)
        return -1;
    for (size_t row = 0; row < height; row++)
        memcpy(tile->samples + row * tile->stride, from->samples + (y + row) * from->stride + x,
               (size_t)width);
    return 0;
}

static int keep_tiles(batch *b, const jq_job *job, size_t setting, outcome *out)
{
    if (!b->tiles)
        return 0;
    const jpegq_plane *original = &job->source->original.plane;
    if (jq_view_check(&b->options->view, original->width, original->height, b->plan.inputs[0],
                      &out->message) != 0) {
        out->told_before = setting > 0; /* it is the same for all tiles */
        return -1;
    }
    if (setting == 0 && copy_tile(b, original, &b->tiles[0], &out->message) != 0)
        return -1;
    return copy_tile(b, &job->result, &b->tiles[1 + setting], &out->message);
}

static int run_job(batch *b, jq_job *job, size_t input, size_t setting, outcome *out)
{
    const jq_options *o = b->options;
    if (o->target != JQ_TARGET_NONE) {
        jq_found found = jq_search(job, &b->plan, &out->message);
        if (found != JQ_FOUND) {
            out->status = found == JQ_NOT_FOUND ? JQ_EXIT_UNREACHABLE : JQ_EXIT_FAILED;
            return -1;
        }
    } else if (jq_job_run(job, &out->message) != 0) {
        return -1;
    }
    if (jq_job_measure(job, b->metrics, &out->message) != 0)
        return -1;
    out->row = job->row;
    if (write_image(b, job, input, out) != 0 || write_singles(b, job, out) != 0)
        return -1;
    return keep_tiles(b, job, setting, out);
}

static int compare(batch *b, const jq_source *source, outcome *out)
{
    const jpegq_plane *plane = &source->original.plane, *reference = &b->reference.plane;
    if (plane->width != reference->width || plane->height != reference->height)
        return jq_fail(&out->message, source->name, "is %u x %u, the reference is %u x %u",
                       plane->width, plane->height, reference->width, reference->height);
    jq_row_identify(&out->row, b->options, NULL, source->file);
    jq_row_integer(&out->row, JQ_COLUMN_WIDTH, plane->width);
    jq_row_integer(&out->row, JQ_COLUMN_HEIGHT, plane->height);
    jq_row_integer(&out->row, JQ_COLUMN_PIXELS, (uint64_t)plane->width * plane->height);
    return jq_row_compare(&out->row, reference, plane, b->metrics, b->threads_each, source->name,
                          &out->message);
}

/* The row of an input or setting that failed: what it was, and why. */
static void fail_row(const batch *b, size_t input, const jq_setting *setting, outcome *out)
{
    const jq_options *o = b->options;
    if (out->status == JQ_EXIT_OK)
        out->status = JQ_EXIT_FAILED;
    jq_row_identify(&out->row, o, o->reference ? NULL : setting, b->plan.inputs[input]);
    if (o->target != JQ_TARGET_NONE)
        out->row.values[JQ_COLUMN_QUALITY].kind = JQ_EMPTY;
    jq_row_text(&out->row, JQ_COLUMN_ERROR, out->message.text);
    for (int i = 0; i < FILES; i++)
        jq_output_discard(&out->files[i]);
}

static void do_row(batch *b, size_t row, slot *s, jq_job *job, outcome *out)
{
    size_t setting = row % b->plan.setting_count;
    job->source = &s->source;
    job->setting = b->plan.settings[setting];
    int result = -1;
    out->told_before = s->state == SLOT_FAILED && setting > 0;
    if (s->state == SLOT_FAILED)
        out->message = s->message;
    else if (b->options->reference)
        result = compare(b, &s->source, out);
    else if (s->source.streams)
        result = run_stream(b, job, &s->source, s->input, out);
    else
        result = run_job(b, job, s->input, setting, out);
    for (int i = 0; i < FILES && result == 0; i++)
        result = jq_output_finish(&out->files[i], &out->message);
    if (result != 0)
        fail_row(b, s->input, &b->plan.settings[setting], out);
}

/* ---- Telling rows, in order ------------------------------------------------------------------ */

/* Failures outweigh targets that were missed. */
static void fold_status(batch *b, int status)
{
    if (b->status != JQ_EXIT_FAILED && status != JQ_EXIT_OK)
        b->status = status;
}

static int print_row(batch *b, const outcome *out, jq_message *message)
{
    bool failed = out->status != JQ_EXIT_OK;
    if (b->prints_rows && (!failed || b->report.many))
        jq_report_row(&b->report, &out->row, &b->text);
    /* without lines nothing is printed of a run that failed */
    if (b->text.fd < 0 || (failed && !b->report.many))
        return 0;
    return jq_output_flush(&b->text, message);
}

static void stop(batch *b, const jq_message *message)
{
    jq_complain("%s", message->text);
    b->stop = true;
    fold_status(b, JQ_EXIT_FAILED);
}

/* A file that cannot be put in its place makes the row one that failed. */
static void commit_files(batch *b, outcome *out)
{
    for (int i = 0; i < FILES && out->status == JQ_EXIT_OK; i++) {
        if (jq_output_commit(&out->files[i], &out->message) != 0) {
            jq_complain("%s", out->message.text);
            out->status = JQ_EXIT_FAILED;
            jq_row_text(&out->row, JQ_COLUMN_ERROR, out->message.text);
            fold_status(b, out->status);
        }
    }
}

/*
 * Of a single row the text goes out first: if that fails, no file changes. Of many the files come
 * first, so that a row that was printed has its file, whenever the run is interrupted.
 */
static void print_and_commit(batch *b, outcome *out)
{
    jq_message message;
    if (b->rows > 1)
        commit_files(b, out);
    if (print_row(b, out, &message) != 0)
        stop(b, &message);
    else if (b->rows == 1)
        commit_files(b, out);
}

static void tell(batch *b, outcome *out)
{
    jq_progress_clear(&b->progress);
    if (!b->stop) {
        if (out->status != JQ_EXIT_OK && !out->told_before)
            jq_complain("%s", out->message.text);
        if (b->figures)
            jq_figures_take(&b->figures[b->told], &out->row);
        if (b->tile_rows)
            b->tile_rows[b->told] = out->row;
        fold_status(b, out->status);
        print_and_commit(b, out);
    }
    for (int i = 0; i < FILES; i++)
        jq_output_discard(&out->files[i]);
    jpegq_free(out->name);
    out->name = NULL;
    jq_progress_step(&b->progress, b->told + 1, out->row.values[JQ_COLUMN_PIXELS].integer);
}

static void tell_all(batch *b)
{
    for (; b->told < b->next && b->ring[b->told % b->ring_size].done; b->told++) {
        outcome *out = &b->ring[b->told % b->ring_size];
        tell(b, out);
        out->done = false;
    }
}

/* ---- Threads --------------------------------------------------------------------------------- */

static void work(void *argument, size_t thread)
{
    batch *b = argument;
    (void)thread;
    jq_job job;
    memset(&job, 0, sizeof job);
    job.options = b->options;
    job.threads = b->threads_each;
    job.wants_coefficients = b->wants_coefficients;
    pthread_mutex_lock(&b->lock);
    for (;;) {
        while (!b->stop && b->next < b->rows && b->next - b->told >= b->ring_size)
            pthread_cond_wait(&b->changed, &b->lock);
        if (b->stop || b->next == b->rows)
            break;
        size_t row = b->next++;
        slot *s = acquire(b, row / b->plan.setting_count);
        outcome *out = &b->ring[row % b->ring_size];
        out->status = JQ_EXIT_OK;
        memset(&out->row, 0, sizeof out->row);
        pthread_mutex_unlock(&b->lock);
        do_row(b, row, s, &job, out);
        pthread_mutex_lock(&b->lock);
        out->done = true;
        release(s);
        tell_all(b);
        pthread_cond_broadcast(&b->changed);
    }
    pthread_mutex_unlock(&b->lock);
    jq_job_free(&job);
}

/* ---- What is made of all rows ---------------------------------------------------------------- */

static int open_and_write(batch *b, const char *name,
                          int (*write)(batch *b, jq_output *output, jq_message *message))
{
    jq_message message;
    jq_output output = JQ_OUTPUT_CLOSED;
    int result = jq_output_open(&output, name, b->options->clobber, &message);
    if (result == 0)
        result = write(b, &output, &message);
    if (result == 0)
        result = jq_output_commit(&output, &message);
    if (result != 0) {
        jq_complain("%s", message.text);
        fold_status(b, JQ_EXIT_FAILED);
    }
    jq_output_discard(&output);
    return result;
}

static int write_plot(batch *b, jq_output *output, jq_message *message)
{
    return jq_plot_print(&b->plan, b->figures, output, message);
}

/* The lines under a reconstruction; text has room for two lines. */
static void label_tile(const jq_row *row, char text[2][80], jq_tile *tile)
{
    const jq_value *v = row->values;
    char table[40];
    jq_mask(v[JQ_COLUMN_TABLE].text, table, sizeof table);
    if (v[JQ_COLUMN_QUALITY].kind == JQ_INTEGER)
        snprintf(text[0], sizeof text[0], "%s, quality %ju", table,
                 (uintmax_t)v[JQ_COLUMN_QUALITY].integer);
    else
        snprintf(text[0], sizeof text[0], "%s", table);
    if (v[JQ_COLUMN_BYTES].kind == JQ_INTEGER)
        snprintf(text[1], sizeof text[1], "%.2f dB, %ju bytes", v[JQ_COLUMN_PSNR].real,
                 (uintmax_t)v[JQ_COLUMN_BYTES].integer);
    else
        snprintf(text[1], sizeof text[1], "%.2f dB", v[JQ_COLUMN_PSNR].real);
    tile->lines[0] = text[0];
    tile->lines[1] = text[1];
}

static int write_sheet(batch *b, jq_output *output, jq_message *message)
{
    const jq_options *o = b->options;
    size_t count = 1 + b->rows, used = 0;
    jq_tile *tiles = jpegq_alloc(count, sizeof *tiles);
    char(*texts)[2][80] = jpegq_alloc(count, sizeof *texts);
    jpegq_plane sheet = {0, 0, 0, NULL};
    int result = tiles && texts ? 0 : jq_fail(message, o->sheet, "out of memory");
    for (size_t i = 0; result == 0 && i < count; i++) {
        if (!b->tiles[i].samples) /* a row that failed */
            continue;
        tiles[used] = (jq_tile){&b->tiles[i], {"original", NULL, NULL}};
        if (i > 0)
            label_tile(&b->tile_rows[i - 1], texts[i], &tiles[used]);
        used++;
    }
    const jq_view view = {false, 0, 0, 0, 0, o->view.zoom}; /* the tiles are cropped already */
    if (result == 0)
        result = jq_sheet_make(tiles, used, &view, o->max_pixels, o->sheet, &sheet, message);
    if (result == 0)
        result = jq_image_write(&sheet, jq_format_of(o->sheet), output, message);
    jpegq_free(sheet.samples);
    jpegq_free(tiles);
    jpegq_free(texts);
    return result;
}

static void finish(batch *b)
{
    const jq_options *o = b->options;
    jq_message message;
    jq_progress_clear(&b->progress);
    if (b->stop)
        return;
    if (o->summary)
        jq_summary_print(&b->plan, b->figures, &b->report, &b->text);
    if (o->bd)
        jq_bd_print(&b->plan, b->figures, &b->text);
    bool silent = b->status != JQ_EXIT_OK && !b->report.many;
    if (b->text.fd >= 0 && !silent && jq_output_commit(&b->text, &message) != 0) {
        jq_complain("%s", message.text);
        fold_status(b, JQ_EXIT_FAILED);
        return;
    }
    if (o->plot && !silent)
        open_and_write(b, o->plot, write_plot);
    if (o->sheet && !silent && b->tiles[0].samples)
        open_and_write(b, o->sheet, write_sheet);
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* Measures that are not shown but needed. */
static uint32_t needed_metrics(const jq_options *o)
{
    uint32_t metrics = o->stats ? o->metrics : 0;
    if (o->plot || o->bd)
        metrics |= UINT32_C(1) << JQ_COLUMN_BPP | UINT32_C(1) << o->plot_metric;
    if (o->bd)
        metrics |= UINT32_C(1) << JQ_COLUMN_PSNR;
    if (o->sheet)
        metrics |= UINT32_C(1) << JQ_COLUMN_PSNR | UINT32_C(1) << JQ_COLUMN_BYTES;
    return metrics;
}

/* Is anything made of quantized coefficients? With a target they are made from the DCT. */
static bool wants_coefficients(const jq_options *o, uint32_t metrics)
{
    const uint32_t of_coefficients =
        UINT32_C(1) << JQ_COLUMN_ZEROS | UINT32_C(1) << JQ_COLUMN_BYTES |
        UINT32_C(1) << JQ_COLUMN_BYTES_OPTIMAL | UINT32_C(1) << JQ_COLUMN_BPP;
    return o->dump || o->block || o->bits || o->bit_map || o->output_format == JQ_FORMAT_JPEG ||
           o->target != JQ_TARGET_NONE || (metrics & of_coefficients) != 0;
}

static void print_table(const batch *b, jq_output *output)
{
    char text[400];
    for (size_t i = 0; i < b->plan.setting_count; i++) {
        jq_output_text(output, "# jpegq ");
        jq_output_text(output, jpegq_version());
        jq_output_text(output, ": ");
        jq_output_text(output, jq_setting_text(&b->plan.settings[i], text, sizeof text));
        jq_output_text(output, "\n");
        jq_table_write(&b->plan.settings[i].codec.table, output);
    }
}

static int alloc_batch(batch *b, size_t threads, jq_message *message)
{
    const jq_options *o = b->options;
    b->slot_count = threads;
    b->ring_size = 4 * threads + 12;
    b->slots = jq_alloc_zeros(b->slot_count, sizeof *b->slots);
    b->ring = jq_alloc_zeros(b->ring_size, sizeof *b->ring);
    if (o->summary || o->bd || o->plot)
        b->figures = jq_alloc_zeros(b->rows + 1, sizeof *b->figures); /* there may be no row */
    if (o->sheet) {
        b->tiles = jq_alloc_zeros(b->rows + 1, sizeof *b->tiles);
        b->tile_rows = jq_alloc_zeros(b->rows, sizeof *b->tile_rows);
    }
    if (!b->slots || !b->ring || ((o->summary || o->bd || o->plot) && !b->figures) ||
        (o->sheet && (!b->tiles || !b->tile_rows)))
        return jq_fail(message, "jpegq", "out of memory");
    for (size_t i = 0; i < b->ring_size; i++)
        for (int f = 0; f < FILES; f++)
            b->ring[i].files[f] = (jq_output)JQ_OUTPUT_CLOSED;
    return 0;
}

static int prepare(batch *b, size_t threads, jq_message *message)
{
    const jq_options *o = b->options;
    b->rows = b->plan.input_count * b->plan.setting_count;
    b->prints_rows = o->stats && !o->bd;
    b->metrics = needed_metrics(o);
    b->streams = b->plan.setting_count == 1 && jq_stream_suits(o);
    b->wants_coefficients = wants_coefficients(o, b->metrics);
    b->threads_each = o->threads / threads;
    bool many = o->directory || o->no_output || o->files_from || o->reference ||
                o->format != JQ_REPORT_TEXT;
    b->report = (jq_report){o->format, o->metrics, many || b->rows > 1, !o->reference};
    if (alloc_batch(b, threads, message) != 0)
        return -1;
    if (o->reference && jq_image_read(o->reference, o->max_pixels, &b->reference, message) != 0)
        return -1;
    bool text = o->stats || o->bd || o->summary || o->block || o->bits || o->print_table;
    if (text && jq_output_open(&b->text, "-", true, message) != 0)
        return -1;
    if (o->print_table)
        print_table(b, &b->text);
    if (b->prints_rows && o->header)
        jq_report_header(&b->report, &b->text);
    return 0;
}

static void free_batch(batch *b)
{
    for (size_t i = 0; b->tiles && i <= b->rows; i++)
        jpegq_free(b->tiles[i].samples);
    for (size_t i = 0; b->ring && i < b->ring_size; i++) { /* of rows that were not told */
        for (int f = 0; f < FILES; f++)
            jq_output_discard(&b->ring[i].files[f]);
        jpegq_free(b->ring[i].name);
    }
    for (size_t i = 0; b->slots && i < b->slot_count;
         i++) /* inputs whose rows were not all begun */
        if (b->slots[i].state != SLOT_FREE)
            jq_source_free(&b->slots[i].source);
    jpegq_free(b->slots);
    jpegq_free(b->ring);
    jpegq_free(b->figures);
    jpegq_free(b->tiles);
    jpegq_free(b->tile_rows);
    jq_image_free(&b->reference);
    jq_output_discard(&b->text);
    jq_plan_free(&b->plan);
}

int jq_batch_run(const jq_options *options)
{
    batch b;
    jq_message message;
    memset(&b, 0, sizeof b);
    b.options = options;
    b.text = (jq_output)JQ_OUTPUT_CLOSED;
    pthread_mutex_init(&b.lock, NULL);
    pthread_cond_init(&b.changed, NULL);

    int result = jq_plan_make(options, &b.plan, &message);
    size_t rows = b.plan.input_count * b.plan.setting_count;
    size_t threads = options->threads < rows ? options->threads : rows ? rows : 1;
    if (result == JQ_EXIT_OK)
        jq_plan_confine(&b.plan);
    if (result == JQ_EXIT_OK && prepare(&b, threads, &message) != 0)
        result = JQ_EXIT_FAILED;
    if (result == JQ_EXIT_OK) {
        jq_progress_start(&b.progress, options->progress && b.report.many, b.plan.input_count,
                          b.plan.setting_count);
        jq_parallel(threads, threads, work, &b);
        finish(&b);
    } else {
        jq_complain("%s", message.text);
        b.status = result;
    }
    int status = b.status;
    free_batch(&b);
    pthread_cond_destroy(&b.changed);
    pthread_mutex_destroy(&b.lock);
    return status;
}
