/* SPDX-License-Identifier: MIT */
/* table_text.c: see table_text.h. */
#include "table_text.h"

#include "blank.h"

enum { MOST_BYTES = 1048576, MOST_NUMBERS = 4 * 64 };

/* A number that ends at white space, a comment or the end; more than 99999 counts as 99999. */
static bool take_number(const jq_bytes *text, size_t *at, unsigned *number)
{
    size_t first = *at;
    *number = 0;
    while (*at < text->size && text->data[*at] >= '0' && text->data[*at] <= '9') {
        *number = *number * 10 + (unsigned)(text->data[(*at)++] - '0');
        *number = *number > 99999 ? 99999 : *number;
    }
    uint8_t next = *at < text->size ? text->data[*at] : ' ';
    return *at > first && (jq_is_blank(next) || next == '#');
}

int jq_table_parse(const char *name, const jq_bytes *text, jpegq_table *table, jq_message *message)
{
    size_t line = 1, at = 0;
    unsigned count = 0, number;
    while (jq_skip_blank(text, &at, &line)) {
        if (!take_number(text, &at, &number))
            return jq_fail(message, name, "line %zu: not a whole number", line);
        if (number < 1 || number > JPEGQ_LARGEST_STEP)
            return jq_fail(message, name, "line %zu: a step is not 1..%d", line,
                           JPEGQ_LARGEST_STEP);
        if (count < 64)
            table->step[count] = (uint16_t)number;
        if (++count > MOST_NUMBERS)
            return jq_fail(message, name, "line %zu: more than four tables of 64 steps", line);
    }
    if (count == 0 || count % 64 != 0)
        return jq_fail(message, name, "%u steps; a table has 64", count);
    return 0;
}

int jq_table_read(const char *name, jpegq_table *table, jq_message *message)
{
    jq_bytes text;
    if (jq_read_file(name, MOST_BYTES, &text, message) != 0)
        return -1;
    int result = jq_table_parse(jq_input_name(name), &text, table, message);
    jq_bytes_free(&text);
    return result;
}

void jq_table_write(const jpegq_table *table, jq_output *output)
{
    for (int i = 0; i < 64; i++)
        jq_output_format(output, " %4d%s", table->step[i], i % 8 == 7 ? "\n" : "");
}
