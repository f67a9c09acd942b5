/* SPDX-License-Identifier: MIT */
/* crew.h: threads that share the tasks of a loop (jpegq_parallel). */
#ifndef JQ_CREW_H
#define JQ_CREW_H

#include <pthread.h>

#include "options.h"

typedef struct jq_crew {
    pthread_t threads[JQ_MOST_THREADS];
    size_t started;
    pthread_mutex_t lock;
    pthread_cond_t begun, ended;
    unsigned long loop; /* how many loops were begun */
    bool running;
    bool over; /* no more loops */
    size_t count, next, left;
    void (*task)(void *argument, size_t index);
    void *argument;
} jq_crew;

/* `threads` threads, the caller's among them; fewer if no more can be had. */
void jq_crew_start(jq_crew *crew, unsigned threads);

/* Run task(argument, i) for all i < count; `crew` is a jq_crew. To be called by one thread. */
void jq_crew_run(void *crew, size_t count, void (*task)(void *argument, size_t index),
                 void *argument);

/* Nothing to do for a crew of zeros, which was not started. */
void jq_crew_stop(jq_crew *crew);

#endif
