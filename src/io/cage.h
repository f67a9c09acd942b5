/* SPDX-License-Identifier: MIT */
/*
 * cage.h: decoding in a process that can do nothing but compute, so that what stb does with a
 * hostile file stays in there.
 *
 * A small process, the keeper, is forked before the first of such files is read. It forks a child
 * for each file, which is cheap however large this process has become. The child shares two pieces
 * of memory with this process, the file and the samples, and has memory of its own for stb. It has
 * no open file but a pipe, may make no system call but to write there and to end (seccomp's strict
 * mode), and its processor time is limited.
 */
#ifndef JQ_CAGE_H
#define JQ_CAGE_H

#include "message.h"
#include "shared.h"
#include "stb.h"

typedef enum jq_sandbox {
    JQ_SANDBOX_AUTO,    /* in a child where there can be one, confined where it can be */
    JQ_SANDBOX_REQUIRE, /* in a confined child, or not at all */
    JQ_SANDBOX_OFF      /* in this process */
} jq_sandbox;

/* How to decode from now on; seconds: of processor time for a file. Before there are threads. */
void jq_cage_set(jq_sandbox sandbox, unsigned seconds);

/* What decoding is like with these settings, for a person: tries it. Static. */
const char *jq_cage_text(void);

/* Whether files are to be given to children. Makes the keeper, if there is none yet. */
bool jq_cage_open(void);

/*
 * Decode what is in `file`, of a kind as "PNG", into `samples`, in a child. 0, or -1 with a message
 * that says why not: it is broken, took too long, or the decoder crashed.
 */
int jq_cage_decode(const char *name, const char *kind, const jq_shared *file,
                   const jq_picture *picture, const jq_shared *samples, unsigned *channels,
                   jq_message *message);

#endif
