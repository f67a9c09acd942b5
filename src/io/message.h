/* SPDX-License-Identifier: MIT */
/* message.h: why something failed, in one line for a person. */
#ifndef JQ_MESSAGE_H
#define JQ_MESSAGE_H

#include "jpegq.h"

/* "NAME: reason". Names are kept as they are; who prints a message masks it. */
typedef struct jq_message {
    char text[1024];
} jq_message;

/* What a person calls a file: its name, or the stream that "-" stands for. */
const char *jq_input_name(const char *name);
const char *jq_output_name(const char *name);

/* Set the message to "NAME: formatted reason"; returns -1, which failing functions return. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int jq_fail(jq_message *message, const char *name, const char *format, ...);

/* The same for the reason that errno has. */
int jq_fail_errno(jq_message *message, const char *name, const char *what, int error);

#endif
