/* SPDX-License-Identifier: MIT */
/*
 * fuzz_list.c: the lists of --files-from. Names are taken for -n, so that none of the files is
 * looked for. An input with a zero byte is also a list of -0.
 */
#include <string.h>

#include "../../src/cli/diagnose.h"
#include "../../src/cli/plan.h"
#include "fuzz.h"

static void set_options(jq_options *o, bool null_separated)
{
    memset(o, 0, sizeof *o);
    o->tables[0] = "luma";
    o->table_count = 1;
    o->largest_step = JPEGQ_BASELINE_STEP;
    o->rounding = jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0);
    o->dct_name = "int";
    o->files_from = "-";
    o->null_separated = null_separated;
    o->no_output = true;
    o->max_pixels = 1;
    o->threads = 1;
}

/* The names are the pieces of the input between separators, without empty ones. */
static void compare(const jq_plan *plan, const uint8_t *data, size_t size, char separator)
{
    size_t found = 0;
    for (size_t at = 0; at < size;) {
        size_t length = 0;
        while (at + length < size && data[at + length] != (uint8_t)separator)
            length++;
        if (length > 0) {
            JQ_MUST(found < plan->input_count);
            JQ_MUST(strlen(plan->inputs[found]) == length);
            JQ_MUST(memcmp(plan->inputs[found], data + at, length) == 0);
            found++;
        }
        at += length + 1;
    }
    JQ_MUST(found == plan->input_count);
}

static bool try(const uint8_t *data, size_t size, bool null_separated)
{
    static jq_options options;
    jq_plan plan;
    jq_message message;
    set_options(&options, null_separated);
    jq_fuzz_give(data, size);
    int status = jq_plan_make(&options, &plan, &message);
    if (status == JQ_EXIT_OK)
        compare(&plan, data, size, null_separated ? '\0' : '\n');
    else
        JQ_MUST(strncmp(message.text, "standard input: ", 16) == 0);
    jq_plan_free(&plan);
    return status == JQ_EXIT_OK;
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    bool zeros = size && memchr(data, '\0', size);
    bool lines = try(data, size, false);
    JQ_MUST(!(lines && zeros));
    return zeros ? try(data, size, true) : lines;
}
