/* SPDX-License-Identifier: MIT */
/* message.c: see message.h. */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *jq_input_name(const char *name)
{
    return strcmp(name, "-") == 0 ? "standard input" : name;
}

const char *jq_output_name(const char *name)
{
    return strcmp(name, "-") == 0 ? "standard output" : name;
}

int jq_fail(jq_message *message, const char *name, const char *format, ...)
{
    /* a long name must not push the reason out; its end says more than its beginning */
    size_t length = strlen(name), keep = sizeof message->text / 2;
    bool whole = length <= keep;
    int used = snprintf(message->text, sizeof message->text, "%s%s: ", whole ? "" : "...",
                        whole ? name : name + length - keep);
    va_list arguments;
    va_start(arguments, format);
    if (used > 0)
        vsnprintf(message->text + used, sizeof message->text - (size_t)used, format, arguments);
    va_end(arguments);
    return -1;
}

int jq_fail_errno(jq_message *message, const char *name, const char *what, int error)
{
    return jq_fail(message, name, "%s: %s", what, strerror(error));
}
