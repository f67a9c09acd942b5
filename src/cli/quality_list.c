/* SPDX-License-Identifier: MIT */
/* quality_list.c: see quality_list.h. */
#include "quality_list.h"

#include "numbers.h"

static void add(int quality, int qualities[101], size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (qualities[i] == quality)
            return;
    qualities[(*count)++] = quality;
}

/* "10", "10-90", "10-90:20"; *text moves behind it. */
static bool take_range(const char **text, uint64_t *first, uint64_t *last, uint64_t *step)
{
    if (!jq_take_unsigned(*text, 100, first, text))
        return false;
    *last = *first;
    *step = 1;
    if (**text != '-')
        return true;
    if (!jq_take_unsigned(*text + 1, 100, last, text) || *last < *first)
        return false;
    if (**text != ':')
        return true;
    return jq_take_unsigned(*text + 1, 100, step, text) && *step > 0;
}

bool jq_quality_list(const char *text, int qualities[101], size_t *count)
{
    for (;;) {
        uint64_t first, last, step;
        if (!take_range(&text, &first, &last, &step))
            return false;
        for (uint64_t q = first; q <= last; q += step)
            add((int)q, qualities, count);
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            return false;
    }
}
