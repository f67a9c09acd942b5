/* SPDX-License-Identifier: MIT */
/* progress.c: see progress.h. */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void jq_progress_start(jq_progress *progress, bool wanted, size_t files, size_t rows_per_file)
{
    *progress = (jq_progress){.on = wanted && isatty(STDERR_FILENO) == 1,
                              .rows = files * rows_per_file,
                              .files = files,
                              .rows_per_file = rows_per_file,
                              .start = now()};
    progress->last = progress->start;
}

static void draw(jq_progress *p, size_t done, double time)
{
    enum { WIDTH = 10 };
    char bar[WIDTH + 1];
    double elapsed = time - p->start;
    double left = elapsed * (double)(p->rows - done) / (double)done;
    for (int i = 0; i < WIDTH; i++)
        bar[i] = (size_t)i * p->rows < done * WIDTH ? '#' : '.';
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r[%s] %zu/%zu files, %zu/%zu rows, %.1f Mpixel/s, %d:%02d left\033[K", bar,
            done / p->rows_per_file, p->files, done, p->rows, 1e-6 * (double)p->pixels / elapsed,
            (int)(left / 60), (int)left % 60);
    fflush(stderr);
    p->drawn = true;
    p->last = time;
}

void jq_progress_step(jq_progress *progress, size_t rows_done, uint64_t pixels)
{
    progress->pixels += pixels;
    if (!progress->on)
        return;
    double time = now();
    if (time - progress->last > 0.1 && rows_done > 0)
        draw(progress, rows_done, time);
}

void jq_progress_clear(jq_progress *progress)
{
    if (!progress->drawn)
        return;
    fprintf(stderr, "\r\033[K");
    fflush(stderr);
    progress->drawn = false;
}
