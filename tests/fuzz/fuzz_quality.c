/* SPDX-License-Identifier: MIT */
/* fuzz_quality.c: lists of qualities. */
#include <stdio.h>
#include <string.h>

#include "../../src/cli/quality_list.h"
#include "fuzz.h"

/* The list of what was found names the same qualities in the same order. */
static void check_again(const int *qualities, size_t count)
{
    char text[101 * 4 + 1] = "";
    size_t used = 0, again_count = 0;
    int again[101];
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, i ? ",%d" : "%d", qualities[i]);
    JQ_MUST(jq_quality_list(text, again, &again_count));
    JQ_MUST(again_count == count && memcmp(again, qualities, count * sizeof *again) == 0);
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    int qualities[101];
    size_t count = 0;
    bool met[101] = {false};
    char *text = jq_fuzz_text(data, size);
    bool taken = jq_quality_list(text, qualities, &count);
    JQ_MUST(count <= 101 && (count > 0 || !taken));
    for (size_t i = 0; i < count; i++) {
        JQ_MUST(qualities[i] >= 0 && qualities[i] <= 100 && !met[qualities[i]]);
        met[qualities[i]] = true;
    }
    if (taken)
        check_again(qualities, count);
    jpegq_free(text);
    return taken;
}
