/* SPDX-License-Identifier: MIT */
/* offsets_text.c: see offsets_text.h. */
#include "offsets_text.h"

#include <stdlib.h>
#include <string.h>

#include "blank.h"

enum { MOST_BYTES = 1048576, LONGEST = 40 };

/* The digits, signs and letters up to white space, a comment or the end, as a number. */
static bool take_offset(const jq_bytes *text, size_t *at, double *offset)
{
    char word[LONGEST + 1], *end;
    size_t length = 0;
    while (*at < text->size && !jq_is_blank(text->data[*at]) && text->data[*at] != '#') {
        if (length == LONGEST)
            return false;
        word[length++] = (char)text->data[(*at)++];
    }
    word[length] = '\0';
    /* strtod would also take hexadecimal, "inf" and "nan" */
    if (strspn(word, "+-.0123456789eE") != length)
        return false;
    *offset = strtod(word, &end);
    return end > word && *end == '\0';
}

int jq_offsets_parse(const char *name, const jq_bytes *text, double offsets[64],
                     jq_message *message)
{
    size_t line = 1, at = 0;
    unsigned count = 0;
    while (jq_skip_blank(text, &at, &line)) {
        double offset;
        if (!take_offset(text, &at, &offset) || !(offset >= 0 && offset <= 1))
            return jq_fail(message, name, "line %zu: not a number from 0 to 1", line);
        if (count == 64)
            return jq_fail(message, name, "line %zu: more than 64 offsets", line);
        offsets[count++] = offset;
    }
    return count == 64 ? 0 : jq_fail(message, name, "%u offsets; there must be 64", count);
}

int jq_offsets_read(const char *name, double offsets[64], jq_message *message)
{
    jq_bytes text;
    if (jq_read_file(name, MOST_BYTES, &text, message) != 0)
        return -1;
    int result = jq_offsets_parse(jq_input_name(name), &text, offsets, message);
    jq_bytes_free(&text);
    return result;
}

void jq_offsets_write(const double offsets[64], jq_output *output)
{
    for (int i = 0; i < 64; i++)
        jq_output_format(output, " %.3f%s", offsets[i], i % 8 == 7 ? "\n" : "");
}
