/* SPDX-License-Identifier: MIT */
/*
 * stream.c: see stream.h.
 *
 * A strip is some rows of blocks. Strips are read and written in order, which is all that a pipe
 * allows, and worked on between that by any thread. A thread does what comes first: write what is
 * ready, or read a strip and take it through the codec. Strips wait in a ring of buffers.
 *
 * Blocks do not know of each other, so strips give the bytes of the whole image. The one exception
 * is what a file can hold: --dct fast refuses a DC that differs from that of the block before by
 * more than 2047, across strips too. That never happens: its DC is the sum of 64 samples of
 * -128..127, without an overflow, divided by 8 times a step of 1 or more and rounded: -1025..1017
 * with any rounding, and no two of these differ by more.
 */
#include "stream.h"

#include <pthread.h>

#include "../io/memory.h"
#include "parallel.h"

enum {
    STRIP = 512 << 10, /* bytes of a strip, unless eight rows have more: caches hold it, and a file
                        system that has large pages makes one of it */
    LEAST = 32768,     /* that a strip of a small picture has */
    MOST = 32 << 20,   /* bytes of all buffers, unless one has more */
    ROOM = 64 << 20    /* bytes that room in the output is asked for at a time */
};

typedef struct stream {
    const jq_job *job;
    jq_source *source;
    jq_output *output;
    uint64_t strips;
    size_t rows;   /* of a strip; the last may have fewer */
    size_t header; /* bytes of the output's */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t read, written; /* the next strip to be read, and to be written */
    uint64_t reserved;      /* the end of the room that the output has */
    bool reading, writing;  /* a thread does it now */
    bool stop;              /* nothing more is to be read or written */
    struct buffer {
        uint8_t *samples;
        bool ready; /* to be written */
    } * ring;
    size_t ring_size;

    uint64_t failed; /* the first strip that failed, and why */
    jq_message *message;
} stream;

bool jq_stream_suits(const jq_options *o)
{
    bool more = o->stats || o->summary || o->bd || o->plot || o->sheet || o->diff || o->dump ||
                o->block || o->bits || o->bit_map || o->grad_output ||
                o->range.kind != JQ_RANGE_NONE;
    return (o->output || o->directory) && o->output_format == JQ_FORMAT_PGM && !more &&
           !o->from_coefficients && o->target == JQ_TARGET_NONE;
}

/* ---- One strip ------------------------------------------------------------------------------- */

static size_t rows_of(const stream *s, uint64_t strip)
{
    uint64_t left = s->source->height - strip * s->rows;
    return left < s->rows ? (size_t)left : s->rows;
}

static uint64_t offset_of(const stream *s, uint64_t strip)
{
    return s->header + strip * s->rows * s->source->width;
}

static int read_strip(stream *s, uint64_t strip, uint8_t *samples, jq_message *message)
{
    const jq_pnm *pnm = &s->source->pnm;
    size_t row = (size_t)pnm->width * pnm->pixel, size = rows_of(s, strip) * row, got;
    if (jq_input_read(&s->source->input, samples, size, &got, message) != 0)
        return -1;
    if (got < size)
        return jq_pnm_fail_short(s->source->name, pnm, strip * s->rows * row + got, message);
    return 0;
}

static int code_strip(const stream *s, uint64_t strip, uint8_t *samples, jq_message *message)
{
    const jq_source *source = s->source;
    size_t rows = rows_of(s, strip);
    const jpegq_plane plane = {source->width, (uint32_t)rows, source->width, samples};
    if (jq_pnm_gray(source->name, &source->pnm, strip * s->rows, rows, samples, samples, message))
        return -1;
    jpegq_status status = jpegq_round_trip(&s->job->setting.codec, &plane, &plane, NULL);
    return status == JPEGQ_OK ? 0 : jq_job_fail(s->job, status, message);
}

/* ---- Threads: called and left with the lock held --------------------------------------------- */

static struct buffer *buffer_of(const stream *s, uint64_t strip)
{
    return &s->ring[strip % s->ring_size];
}

/* All strips before one that failed were read, so that the first of all is found. */
static void fail(stream *s, uint64_t strip, const jq_message *message)
{
    s->stop = true;
    if (strip < s->failed) {
        s->failed = strip;
        *s->message = *message;
    }
}

static void write_strip(stream *s, uint64_t strip, const uint8_t *samples)
{
    uint64_t end = offset_of(s, s->strips - 1) + rows_of(s, s->strips - 1) * s->source->width;
    size_t size = rows_of(s, strip) * s->source->width;
    if (offset_of(s, strip) + size > s->reserved) {
        uint64_t most = size > ROOM ? size : ROOM, left = end - offset_of(s, strip);
        jq_output_reserve(s->output, offset_of(s, strip), left < most ? left : most);
        s->reserved = offset_of(s, strip) + most;
    }
    jq_output_write(s->output, samples, size);
}

static void write_next(stream *s)
{
    struct buffer *buffer = buffer_of(s, s->written);
    s->writing = true;
    pthread_mutex_unlock(&s->lock);
    write_strip(s, s->written, buffer->samples);
    pthread_mutex_lock(&s->lock);
    s->writing = false;
    s->stop = s->stop || s->output->error; /* which the output itself will tell */
    buffer->ready = false;
    s->written++;
    pthread_cond_broadcast(&s->changed);
}

static void do_next(stream *s)
{
    jq_message message;
    uint64_t strip = s->read;
    struct buffer *buffer = buffer_of(s, strip);
    s->reading = true;
    pthread_mutex_unlock(&s->lock);
    int result = read_strip(s, strip, buffer->samples, &message);
    pthread_mutex_lock(&s->lock);
    s->reading = false;
    s->read++;
    s->stop = s->stop || result != 0;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (result == 0)
        result = code_strip(s, strip, buffer->samples, &message);
    pthread_mutex_lock(&s->lock);
    if (result != 0)
        fail(s, strip, &message);
    buffer->ready = result == 0;
    pthread_cond_broadcast(&s->changed);
}

static void work(void *context, size_t index)
{
    stream *s = context;
    (void)index;
    pthread_mutex_lock(&s->lock);
    while (!s->stop && s->written < s->strips) {
        if (!s->writing && buffer_of(s, s->written)->ready)
            write_next(s);
        else if (!s->reading && s->read < s->strips && s->read - s->written < s->ring_size)
            do_next(s);
        else
            pthread_cond_wait(&s->changed, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* How many rows a strip has, and how many threads there is work and memory for. */
static size_t divide(stream *s, size_t threads)
{
    const jq_source *source = s->source;
    uint64_t row = source->pnm.width * source->pnm.pixel, size = row * source->height;
    uint64_t strip = size / (8 * threads);
    strip = strip < LEAST ? LEAST : strip > STRIP ? STRIP : strip;
    uint64_t rows = strip / row / 8 * 8;
    rows = rows < 8 ? 8 : rows;
    s->rows = (size_t)(rows < source->height ? rows : source->height);
    s->strips = (source->height + s->rows - 1) / s->rows;
    uint64_t fit = MOST / (2 * s->rows * row);
    threads = s->strips < threads ? (size_t)s->strips : threads;
    return fit < 1 ? 1 : fit < threads ? (size_t)fit : threads;
}

static int alloc_ring(stream *s, size_t threads, jq_message *message)
{
    const jq_pnm *pnm = &s->source->pnm;
    s->ring_size = threads == 1 ? 1 : 2 * threads;
    s->ring = jq_alloc_zeros(s->ring_size, sizeof *s->ring);
    for (size_t i = 0; s->ring && i < s->ring_size; i++) {
        s->ring[i].samples = jpegq_alloc(s->rows, (size_t)pnm->width * pnm->pixel);
        if (!s->ring[i].samples)
            return jq_fail(message, s->source->name, "out of memory for %zu of its rows", s->rows);
    }
    return s->ring ? 0 : jq_fail(message, s->source->name, "out of memory");
}

static void free_ring(stream *s)
{
    for (size_t i = 0; s->ring && i < s->ring_size; i++)
        jpegq_free(s->ring[i].samples);
    jpegq_free(s->ring);
}

int jq_stream_run(const jq_job *job, jq_source *source, jq_output *output, jq_message *message)
{
    stream s = {
        .job = job, .source = source, .output = output, .failed = UINT64_MAX, .message = message};
    size_t threads = divide(&s, job->threads);
    int result = alloc_ring(&s, threads, message);
    if (result == 0) {
        s.header = jq_write_pgm_header(source->width, source->height, output);
        pthread_mutex_init(&s.lock, NULL);
        pthread_cond_init(&s.changed, NULL);
        jq_parallel(threads, threads, work, &s);
        pthread_cond_destroy(&s.changed);
        pthread_mutex_destroy(&s.lock);
        result = s.failed == UINT64_MAX ? 0 : -1;
    }
    free_ring(&s);
    if (result == 0 && !output->error)
        result = jq_input_drain(&source->input, message);
    return result;
}
