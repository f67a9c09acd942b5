/* SPDX-License-Identifier: MIT */
/*
 * output.h: output files that appear whole or not at all.
 *
 * A regular file is written under a temporary name in its own folder and renamed by
 * jq_output_commit. Devices, FIFOs and standard output ("-") are written to directly. Writing never
 * fails at once: the first error is kept, and jq_output_commit reports it.
 */
#ifndef JQ_OUTPUT_H
#define JQ_OUTPUT_H

#include "message.h"

typedef struct jq_output {
    const char *name;            /* as the user gave it */
    char *path;                  /* where the name leads, symbolic links followed; NULL for "-" */
    struct temporary *temporary; /* where it is now, or NULL */
    int fd;                      /* -1 when closed */
    int error;                   /* errno of the first failed write, or 0 */
    bool clobber;                /* may replace a file */
    uint8_t *buffer;
    size_t used;
} jq_output;

#define JQ_OUTPUT_CLOSED                                                                           \
    {                                                                                              \
        NULL, NULL, NULL, -1, 0, false, NULL, 0                                                    \
    }

/* Signals that end the program, which removes its temporary files first. */
#define JQ_DEADLY_SIGNALS                                                                          \
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ, SIGXCPU, SIGALRM, SIGPROF, SIGVTALRM, SIGUSR1,      \
        SIGUSR2

/*
 * To be called before anything is opened. Signals that end the program remove temporary files
 * first, SIGPIPE becomes an error of writing, and a closed standard stream stays one: no file is
 * opened in its place.
 */
void jq_output_init(void);

/* The folder in which a file of that name is made, symbolic links followed; NULL if there can be
   none. To be freed with jpegq_free. A folder is its own. */
char *jq_output_folder(const char *name);

/*
 * Whether from now on a file is on the disk, and not only handed to the system, before it takes its
 * name, and its name before jq_output_commit returns. Costs tens of milliseconds a file.
 */
void jq_output_sync(bool sync);

/* `name` is kept, not copied. 0, or -1 with a message and nothing left behind. */
int jq_output_open(jq_output *output, const char *name, bool clobber, jq_message *message);

/*
 * Ask for room in a file for `size` bytes that are soon to be written at that offset. It takes less
 * time than to find room as they come; nothing else depends on it.
 */
void jq_output_reserve(jq_output *output, uint64_t offset, uint64_t size);

void jq_output_write(jq_output *output, const void *data, size_t size);
void jq_output_text(jq_output *output, const char *text);
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void jq_output_format(jq_output *output, const char *format, ...);
/* A decimal integer, faster than jq_output_format. */
void jq_output_integer(jq_output *output, int64_t value);
/* The shortest decimal form that reads back as the same double. */
void jq_output_real(jq_output *output, double value);

/* Write what is buffered. 0, or -1 with a message. */
int jq_output_flush(jq_output *output, jq_message *message);

/*
 * Write what is buffered and close, so that all errors of writing are known. 0, or -1 with a
 * message; jq_output_commit or jq_output_discard is still to be called.
 */
int jq_output_finish(jq_output *output, jq_message *message);

/* Finish, and rename into place. 0, or -1 with a message and nothing left. */
int jq_output_commit(jq_output *output, jq_message *message);

/* Close and remove what was written; nothing to do after a commit. */
void jq_output_discard(jq_output *output);

#endif
