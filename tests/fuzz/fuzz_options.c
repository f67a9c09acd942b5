/* SPDX-License-Identifier: MIT */
/* fuzz_options.c: the command line. Each line of the input is a word; no file is touched. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../src/cli/diagnose.h"
#include "../../src/cli/options.h"
#include "fuzz.h"

enum { MOST_WORDS = 64 };

/* What was said on standard error. A variable in the C libraries that this is tested on. */
static char said[65536];

static void listen_to_complaints(void)
{
    static FILE *memory;
    if (!memory) {
        memory = fmemopen(said, sizeof said, "w");
        JQ_MUST(memory != NULL);
        stderr = memory;
    }
    memset(said, 0, strlen(said)); /* what was said before is longer, or shorter */
    rewind(memory);
}

/* Each word in memory of its own that ends where it ends, as argv is not. */
static int split(const uint8_t *data, size_t size, char **words)
{
    int count = 0;
    words[count++] = jq_fuzz_text((const uint8_t *)"jpegq", 5);
    for (size_t at = 0; at < size && count < MOST_WORDS;) {
        size_t length = 0;
        while (at + length < size && data[at + length] != '\n' && data[at + length] != '\0')
            length++;
        words[count++] = jq_fuzz_text(data + at, length);
        at += length + 1;
    }
    words[count] = NULL;
    return count;
}

/* One line for a refusal and none otherwise, of characters that a terminal can be given. */
static void check_complaint(int status)
{
    fflush(stderr);
    size_t length = strlen(said);
    if (status != JQ_EXIT_USAGE) {
        JQ_MUST(length == 0);
        return;
    }
    JQ_MUST(length > 8 && strncmp(said, "jpegq: ", 7) == 0 && said[length - 1] == '\n');
    for (size_t i = 0; i < length - 1;) {
        size_t n = jq_utf8_length(said + i);
        JQ_MUST(n > 0 && (uint8_t)said[i] >= 0x20 && said[i] != 0x7f);
        i += n;
    }
}

static bool is_word(const char *text, char **words, int count)
{
    for (int i = 0; text && i < count; i++)
        if (text >= words[i] && text <= words[i] + strlen(words[i]))
            return true;
    return !text;
}

/* What the rest of the program relies on. */
static void check_options(const jq_options *o, char **words, int count)
{
    JQ_MUST(o->quality_count <= 101);
    for (size_t i = 0; i < o->quality_count; i++)
        JQ_MUST(o->qualities[i] >= 0 && o->qualities[i] <= 100);
    JQ_MUST(o->table_count >= 1 && o->table_count <= JQ_MOST_TABLES);
    JQ_MUST(o->threads >= 1 && o->threads <= JQ_MOST_THREADS);
    JQ_MUST(o->max_pixels >= 1 && o->max_pixels <= (uint64_t)1 << 48);
    JQ_MUST(o->view.zoom >= 1 && o->view.zoom <= 64);
    JQ_MUST(o->diff_gain >= 1 && o->diff_gain <= 255);
    JQ_MUST(o->largest_step == JPEGQ_BASELINE_STEP || o->largest_step == JPEGQ_LARGEST_STEP);
    JQ_MUST(!o->scale || (isfinite(o->factor) && o->factor > 0 && o->dc_factor > 0));
    JQ_MUST(o->target == JQ_TARGET_NONE || isfinite(o->target_value));
    for (int i = 0; i < 64; i++)
        JQ_MUST(o->rounding.offset[i] >= 0 && o->rounding.offset[i] <= 1);
    JQ_MUST(o->input_count < (size_t)count);
    for (size_t i = 0; i < o->input_count; i++)
        JQ_MUST(o->inputs[i] && is_word(o->inputs[i], words, count));
    JQ_MUST(o->input_count || o->files_from || o->from_coefficients || o->print_table);
    JQ_MUST(is_word(o->output, words, count) && is_word(o->dump, words, count));
    JQ_MUST(!o->output || o->output_format != JQ_FORMAT_UNKNOWN);
    JQ_MUST(!o->dump || o->dump_format != JQ_DUMP_UNKNOWN);
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    static jq_options options;
    char *words[MOST_WORDS + 1], *given[MOST_WORDS + 1];
    int count = split(data, size, words);
    bool help;
    memcpy(given, words, sizeof given); /* parsing moves the words */
    listen_to_complaints();
    optind = 0; /* glibc: from the beginning */
    int status = jq_options_parse(count, given, &options, &help);
    JQ_MUST(status == JQ_EXIT_OK || status == JQ_EXIT_USAGE || status == -1);
    check_complaint(status);
    if (status == JQ_EXIT_OK)
        check_options(&options, words, count);
    for (int i = 0; i < count; i++)
        jpegq_free(words[i]);
    return status != JQ_EXIT_USAGE;
}
