/* SPDX-License-Identifier: MIT */
/* fuzz_offsets.c: rounding offsets as text. */
#include <math.h>

#include "../../src/io/offsets_text.h"
#include "fuzz.h"

static bool parse(const jq_bytes *text, double offsets[64])
{
    jq_message message;
    int result = jq_offsets_parse(JQ_FUZZ_NAME, text, offsets, &message);
    for (int i = 0; result == 0 && i < 64; i++)
        JQ_MUST(offsets[i] >= 0 && offsets[i] <= 1);
    return result == 0 || jq_fuzz_refused(&message);
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    double offsets[64], again[64];
    jq_output output;
    jq_message message;
    jq_bytes text = jq_fuzz_copy(data, size);
    bool taken = parse(&text, offsets);
    jq_bytes_free(&text);
    if (!taken)
        return false;
    jq_fuzz_listen();
    JQ_MUST(jq_output_open(&output, "-", true, &message) == 0);
    jq_offsets_write(offsets, &output);
    JQ_MUST(jq_output_commit(&output, &message) == 0);
    jq_bytes written = jq_fuzz_heard();
    JQ_MUST(parse(&written, again));
    for (int i = 0; i < 64; i++) /* to three places */
        JQ_MUST(fabs(again[i] - offsets[i]) < 0.00050001);
    jq_bytes_free(&written);
    return true;
}
