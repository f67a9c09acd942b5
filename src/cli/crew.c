/* SPDX-License-Identifier: MIT */
/* crew.c: see crew.h. */
#include "crew.h"

#include <string.h>

/* Do tasks until none is left to begin. Called and left with the lock held. */
static void do_tasks(jq_crew *c)
{
    while (c->next < c->count) {
        size_t index = c->next++;
        pthread_mutex_unlock(&c->lock);
        c->task(c->argument, index);
        pthread_mutex_lock(&c->lock);
        if (--c->left == 0)
            pthread_cond_signal(&c->ended);
    }
}

static void *work(void *argument)
{
    jq_crew *c = argument;
    unsigned long seen = 0;
    pthread_mutex_lock(&c->lock);
    while (!c->over) {
        if (seen == c->loop)
            pthread_cond_wait(&c->begun, &c->lock);
        seen = c->loop;
        do_tasks(c);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

void jq_crew_start(jq_crew *crew, unsigned threads)
{
    memset(crew, 0, sizeof *crew);
    crew->running = true;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->begun, NULL);
    pthread_cond_init(&crew->ended, NULL);
    while (crew->started + 1 < threads &&
           pthread_create(&crew->threads[crew->started], NULL, work, crew) == 0)
        crew->started++;
}

void jq_crew_run(void *crew, size_t count, void (*task)(void *argument, size_t index),
                 void *argument)
{
    jq_crew *c = crew;
    pthread_mutex_lock(&c->lock);
    c->task = task;
    c->argument = argument;
    c->count = c->left = count;
    c->next = 0;
    c->loop++;
    pthread_cond_broadcast(&c->begun);
    do_tasks(c);
    while (c->left > 0)
        pthread_cond_wait(&c->ended, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

void jq_crew_stop(jq_crew *crew)
{
    if (!crew->running)
        return;
    pthread_mutex_lock(&crew->lock);
    crew->over = true;
    pthread_cond_broadcast(&crew->begun);
    pthread_mutex_unlock(&crew->lock);
    while (crew->started > 0)
        pthread_join(crew->threads[--crew->started], NULL);
    pthread_cond_destroy(&crew->begun);
    pthread_cond_destroy(&crew->ended);
    pthread_mutex_destroy(&crew->lock);
}
