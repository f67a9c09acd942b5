/* SPDX-License-Identifier: MIT */
/* parallel.c: see parallel.h. */
#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>

#include "options.h"

typedef struct crew {
    void (*part)(void *context, size_t index);
    void *context;
    size_t parts;
    atomic_size_t next;
} crew;

static void *work(void *argument)
{
    crew *c = argument;
    for (size_t i = atomic_fetch_add(&c->next, 1); i < c->parts; i = atomic_fetch_add(&c->next, 1))
        c->part(c->context, i);
    return NULL;
}

void jq_parallel(size_t threads, size_t parts, void (*part)(void *context, size_t index),
                 void *context)
{
    pthread_t others[JQ_MOST_THREADS];
    size_t wanted = threads < parts ? threads : parts, started = 0;
    crew c = {part, context, parts, 0};
    while (started + 1 < wanted && started < JQ_MOST_THREADS &&
           pthread_create(&others[started], NULL, work, &c) == 0)
        started++;
    work(&c);
    while (started > 0)
        pthread_join(others[--started], NULL);
}
