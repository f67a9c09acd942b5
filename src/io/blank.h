/* SPDX-License-Identifier: MIT */
/* blank.h: what stands between the numbers of a text: white space, and comments from # to the end
 * of a line. */
#ifndef JQ_BLANK_H
#define JQ_BLANK_H

#include "input.h"

static inline bool jq_is_blank(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Go on to what is none; *line counts the lines. False at the end. */
static inline bool jq_skip_blank(const jq_bytes *text, size_t *at, size_t *line)
{
    for (; *at < text->size; (*at)++) {
        if (text->data[*at] == '#')
            while (*at + 1 < text->size && text->data[*at + 1] != '\n')
                (*at)++;
        else if (jq_is_blank(text->data[*at]))
            *line += text->data[*at] == '\n';
        else
            return true;
    }
    return false;
}

#endif
