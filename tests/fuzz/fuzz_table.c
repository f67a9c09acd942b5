/* SPDX-License-Identifier: MIT */
/* fuzz_table.c: quantization tables as text. */
#include <string.h>

#include "../../src/io/table_text.h"
#include "fuzz.h"

static bool parse(const jq_bytes *text, jpegq_table *table)
{
    jq_message message;
    int result = jq_table_parse(JQ_FUZZ_NAME, text, table, &message);
    for (int i = 0; result == 0 && i < 64; i++)
        JQ_MUST(table->step[i] >= 1 && table->step[i] <= JPEGQ_LARGEST_STEP);
    return result == 0 || jq_fuzz_refused(&message);
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    jpegq_table table, again;
    jq_output output;
    jq_message message;
    jq_bytes text = jq_fuzz_copy(data, size);
    bool taken = parse(&text, &table);
    jq_bytes_free(&text);
    if (!taken)
        return false;
    jq_fuzz_listen();
    JQ_MUST(jq_output_open(&output, "-", true, &message) == 0);
    jq_table_write(&table, &output);
    JQ_MUST(jq_output_commit(&output, &message) == 0);
    jq_bytes written = jq_fuzz_heard();
    JQ_MUST(parse(&written, &again));
    JQ_MUST(memcmp(&table, &again, sizeof table) == 0);
    jq_bytes_free(&written);
    return true;
}
