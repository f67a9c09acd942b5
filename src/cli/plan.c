/* SPDX-License-Identifier: MIT */
/* plan.c: see plan.h. */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../io/confine.h"
#include "../io/offsets_text.h"
#include "../io/path.h"
#include "../io/table_text.h"
#include "diagnose.h"

/* ---- Settings -------------------------------------------------------------------------------- */

const char *jq_setting_text(const jq_setting *setting, char *text, size_t size)
{
    char masked[200];
    jq_mask(setting->table, masked, sizeof masked);
    if (setting->quality >= 0)
        snprintf(text, size, "%s at quality %d", masked, setting->quality);
    else if (setting->scale)
        snprintf(text, size, "%s times %.100s", masked, setting->scale);
    else
        snprintf(text, size, "%s as it stands", masked);
    return text;
}

/* A step that the forward DCT cannot divide by; for int the bound is the same everywhere. */
static int refuse_step(const jq_options *o, const jq_setting *setting, unsigned position,
                       jq_message *message)
{
    return jq_fail(message, setting->table,
                   "step %u at row %u, column %u is too large for --dct %s%s (try --dct float)",
                   setting->codec.table.step[position], position / 8, position % 8, o->dct_name,
                   o->dct == JPEGQ_DCT_INT ? ": 8191 at most" : "");
}

int jq_plan_scale(const jq_plan *plan, jq_setting *setting, int quality, jq_message *message)
{
    const jq_options *o = plan->options;
    const jpegq_table *base = &plan->bases[setting->table_at];
    jpegq_table *table = &setting->codec.table;
    unsigned position;

    setting->quality = o->exact_table || o->scale ? -1 : quality;
    setting->scale = o->scale;
    setting->codec = (jpegq_codec){o->dct, *base, plan->rounding};
    if (o->scale)
        jpegq_table_times(base, o->factor, o->dc_factor, o->largest_step, table);
    else if (!o->exact_table)
        jpegq_table_at_quality(base, quality, o->largest_step, table);
    /* going back from coefficients divides by nothing, nor does printing a table */
    bool divides = plan->input_count > 0 && !o->from_coefficients && !o->reference;
    if (divides && jpegq_check_table(o->dct, table, &position) != JPEGQ_OK)
        return refuse_step(o, setting, position, message);
    return 0;
}

static int read_tables(jq_plan *plan, jq_message *message)
{
    const jq_options *o = plan->options;
    plan->rounding = o->rounding;
    if (o->offsets && jq_offsets_read(o->offsets, plan->rounding.offset, message) != 0)
        return -1;
    plan->bases = jpegq_alloc(o->table_count, sizeof *plan->bases);
    if (!plan->bases)
        return jq_fail(message, o->tables[0], "out of memory");
    for (size_t i = 0; i < o->table_count; i++) {
        const jpegq_preset *preset = jpegq_preset_named(o->tables[i]);
        if (preset)
            plan->bases[i] = preset->table;
        else if (jq_table_read(o->tables[i], &plan->bases[i], message) != 0)
            return -1;
    }
    return 0;
}

/* The qualities of a table: those given, or its default. A target finds its own. */
static size_t quality_count(const jq_options *o)
{
    return o->quality_count && o->target == JQ_TARGET_NONE ? o->quality_count : 1;
}

static int make_settings(jq_plan *plan, jq_message *message)
{
    const jq_options *o = plan->options;
    size_t qualities = quality_count(o);
    if (read_tables(plan, message) != 0)
        return -1;
    plan->settings = jpegq_alloc(o->table_count * qualities, sizeof *plan->settings);
    if (!plan->settings)
        return jq_fail(message, o->tables[0], "out of memory");
    for (size_t t = 0; t < o->table_count; t++) {
        bool preset = jpegq_preset_named(o->tables[t]) != NULL;
        for (size_t q = 0; q < qualities; q++) {
            jq_setting *setting = &plan->settings[plan->setting_count++];
            *setting = (jq_setting){.table = o->tables[t], .table_at = (unsigned)t};
            int quality = o->quality_count ? o->qualities[q] : preset ? 75 : 50;
            if (jq_plan_scale(plan, setting, quality, message) != 0)
                return -1;
        }
    }
    return 0;
}

/* ---- Inputs ---------------------------------------------------------------------------------- */

enum { LONGEST_LIST = 1 << 26 };

/* Cut a list of names at each separator; returns how many there are, and notes them if asked. */
static size_t split_list(char *list, size_t size, char separator, const char **names)
{
    size_t count = 0;
    for (size_t at = 0; at < size;) {
        char *end = memchr(list + at, separator, size - at);
        size_t length = end ? (size_t)(end - (list + at)) : size - at;
        if (names)
            list[at + length] = '\0'; /* there is room for one behind the end */
        if (length > 0) {             /* empty lines are passed over */
            if (names)
                names[count] = list + at;
            count++;
        }
        at += length + 1;
    }
    return count;
}

static int read_list(jq_plan *plan, size_t *listed, size_t *size, jq_message *message)
{
    const jq_options *o = plan->options;
    jq_bytes bytes;
    if (jq_read_file(o->files_from, LONGEST_LIST, &bytes, message) != 0)
        return -1;
    char separator = o->null_separated ? '\0' : '\n';
    *size = bytes.size;
    plan->list = jpegq_alloc(bytes.size + 1, 1);
    if (plan->list)
        memcpy(plan->list, bytes.data, bytes.size);
    bool zero = !o->null_separated && memchr(bytes.data, '\0', bytes.size);
    jq_bytes_free(&bytes);
    if (!plan->list)
        return jq_fail(message, jq_input_name(o->files_from), "out of memory");
    if (zero)
        return jq_fail(message, jq_input_name(o->files_from),
                       "a zero byte in a list of lines (for names between zero bytes give -0)");
    *listed = split_list(plan->list, *size, separator, NULL);
    return 0;
}

static int gather_inputs(jq_plan *plan, jq_message *message)
{
    const jq_options *o = plan->options;
    size_t listed = 0, size = 0;
    if (o->files_from && read_list(plan, &listed, &size, message) != 0)
        return -1;
    size_t count = o->input_count + listed + (o->from_coefficients != NULL);
    if (o->files_from && count == 0)
        return jq_fail(message, jq_input_name(o->files_from), "names no file");
    plan->inputs = jpegq_alloc(count + 1, sizeof *plan->inputs);
    if (!plan->inputs)
        return jq_fail(message, "inputs", "out of memory");
    for (size_t i = 0; i < o->input_count; i++)
        plan->inputs[plan->input_count++] = o->inputs[i];
    if (listed)
        plan->input_count += split_list(plan->list, size, o->null_separated ? '\0' : '\n',
                                        plan->inputs + plan->input_count);
    if (o->from_coefficients)
        plan->inputs[plan->input_count++] = o->from_coefficients;
    return 0;
}

/* Standard input can be read once. */
static int check_standard_input(const jq_plan *plan, jq_message *message)
{
    const jq_options *o = plan->options;
    size_t uses = (o->files_from && strcmp(o->files_from, "-") == 0) +
                  (size_t)(o->grad_output && strcmp(o->grad_output, "-") == 0) +
                  (size_t)(o->offsets && strcmp(o->offsets, "-") == 0) +
                  (size_t)(o->reference && strcmp(o->reference, "-") == 0);
    for (size_t i = 0; i < o->validate_count; i++)
        uses += strcmp(o->validate[i], "-") == 0;
    for (size_t i = 0; i < plan->input_count; i++)
        uses += strcmp(plan->inputs[i], "-") == 0;
    for (size_t i = 0; i < o->table_count; i++)
        uses += strcmp(o->tables[i], "-") == 0;
    return uses < 2 ? 0 : jq_fail(message, "standard input", "is named %zu times", uses);
}

/* ---- Outputs --------------------------------------------------------------------------------- */

/* The name of a file without its folder and its ending; "-" is "stdin". */
static void stem_of(const char *name, const char **stem, int *length)
{
    const char *slash = strrchr(name, '/');
    *stem = strcmp(name, "-") == 0 ? "stdin" : slash ? slash + 1 : name;
    const char *dot = strrchr(*stem, '.');
    *length = dot && dot > *stem ? (int)(dot - *stem) : (int)strlen(*stem);
}

char *jq_plan_output(const jq_plan *plan, size_t input, const jq_setting *setting)
{
    const jq_options *o = plan->options;
    const char *stem, *table;
    int stem_length, table_length;
    char how[140] = "";

    stem_of(plan->inputs[input], &stem, &stem_length);
    stem_of(setting->table, &table, &table_length);
    if (setting->quality >= 0)
        snprintf(how, sizeof how, "-q%d", setting->quality);
    else if (setting->scale)
        snprintf(how, sizeof how, "-x%.120s", setting->scale);
    const char *format = "%s/%.*s-%.*s%s.%s";
    const char *ending = jq_format_ending(o->output_format);
    int size = snprintf(NULL, 0, format, o->directory, stem_length, stem, table_length, table, how,
                        ending);
    char *name = size > 0 ? jpegq_alloc((size_t)size + 1, 1) : NULL;
    if (name)
        snprintf(name, (size_t)size + 1, format, o->directory, stem_length, stem, table_length,
                 table, how, ending);
    return name;
}

static const char is_input[] = "is an input too: refused to replace it";
static const char is_twice[] = "would be written twice";

static bool is_preset(const char *table)
{
    return jpegq_preset_named(table) != NULL;
}

/* The answer of jq_is_input or jq_same_file: 0, or -1 with a message. */
static int check_answer(int answer, const char *name, const char *what, jq_message *message)
{
    if (answer < 0)
        return jq_fail_errno(message, name, "cannot tell whether it is another file", errno);
    return answer ? jq_fail(message, name, "%s", what) : 0;
}

int jq_plan_check_output(const jq_plan *plan, const char *output, jq_message *message)
{
    const jq_options *o = plan->options;
    const char *others[] = {o->files_from, o->reference, o->grad_output, o->offsets};
    for (size_t i = 0; i < o->validate_count; i++)
        if (check_answer(jq_is_input(output, o->validate[i]), output, is_input, message) != 0)
            return -1;
    for (size_t i = 0; i < plan->input_count + o->table_count + 4; i++) {
        size_t t = i - plan->input_count;
        const char *input = i < plan->input_count ? plan->inputs[i]
                            : t < o->table_count  ? o->tables[t]
                                                  : others[t - o->table_count];
        if (!input || (i >= plan->input_count && t < o->table_count && is_preset(input)))
            continue;
        if (check_answer(jq_is_input(output, input), output, is_input, message) != 0)
            return -1;
    }
    return 0;
}

/* What the options name to be written, one file each; NULL where they do not. */
enum { NAMED = 9 };

static void named_outputs(const jq_options *o, const char *made[NAMED])
{
    const char *const all[NAMED] = {o->output,     o->dump,       o->bit_map,
                                    o->plot,       o->sheet,      o->diff,
                                    o->grad_input, o->grad_table, o->grad_quality};
    memcpy(made, all, sizeof all);
}

void jq_plan_confine(const jq_plan *plan)
{
    const jq_options *o = plan->options;
    const char *made[NAMED], *written[NAMED + 1];
    size_t writes = 0, reads = plan->input_count;
    const char **read = jpegq_alloc(reads + 2, sizeof *read);
    if (!read || o->sandbox == JQ_SANDBOX_OFF)
        goto out;
    for (size_t i = 0; i < reads; i++)
        read[i] = plan->inputs[i];
    if (o->reference)
        read[reads++] = o->reference;
    if (o->grad_output)
        read[reads++] = o->grad_output;
    named_outputs(o, made);
    for (size_t i = 0; i < NAMED; i++)
        if (made[i])
            written[writes++] = made[i];
    if (o->directory)
        written[writes++] = o->directory;
    jq_confine(read, reads, written, writes); /* where it cannot be it is not */
out:
    jpegq_free(read);
}

static int check_named_outputs(const jq_plan *plan, jq_message *message)
{
    const char *made[NAMED];
    named_outputs(plan->options, made);
    for (size_t i = 0; i < NAMED; i++) {
        if (made[i] && jq_plan_check_output(plan, made[i], message) != 0)
            return -1;
        for (size_t j = 0; j < i; j++)
            if (made[i] && made[j] &&
                check_answer(jq_same_file(made[i], made[j]), made[i], is_twice, message) != 0)
                return -1;
    }
    return 0;
}

/* A name in the folder of -d and the row that makes it. */
typedef struct made {
    char *name;
    size_t input;
} made;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const made *)a)->name, ((const made *)b)->name);
}

/* Identities are sorted, to find the inputs among the outputs without comparing each with each. */
static int by_identity(const void *a, const void *b)
{
    const jq_identity *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return (x->inode > y->inode) - (x->inode < y->inode);
}

/* Of all inputs that are files, sorted. NULL with a message. */
static jq_identity *identify_inputs(const jq_plan *plan, size_t *count, jq_message *message)
{
    jq_identity *ids = jpegq_alloc(plan->input_count, sizeof *ids);
    *count = 0;
    if (!ids)
        jq_fail(message, plan->options->directory, "out of memory");
    for (size_t i = 0; ids && i < plan->input_count; i++) {
        int found = jq_identify(plan->inputs[i], &ids[*count]);
        if (found < 0) {
            jq_fail_errno(message, plan->inputs[i], "cannot read", errno);
            jpegq_free(ids);
            return NULL;
        }
        *count += (size_t)found;
    }
    if (ids)
        qsort(ids, *count, sizeof *ids, by_identity);
    return ids;
}

/* A name of the folder is none of the inputs, nor of the other files to be written. */
static int check_one_made(const jq_plan *plan, const char *name, const jq_identity *ids,
                          size_t id_count, jq_message *message)
{
    const jq_options *o = plan->options;
    const char *named[] = {o->dump, o->bit_map,    o->plot,       o->sheet,
                           o->diff, o->grad_input, o->grad_table, o->grad_quality};
    jq_identity id;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i] && check_answer(jq_same_file(named[i], name), name, is_twice, message) != 0)
            return -1;
    int found = jq_identify(name, &id);
    if (found > 0)
        found = bsearch(&id, ids, id_count, sizeof id, by_identity) != NULL;
    return check_answer(found, name, is_input, message);
}

/* All names are there; no two may be equal, and none may lead to an input or another output. */
static int check_made(const jq_plan *plan, made *all, size_t count, jq_message *message)
{
    size_t id_count;
    jq_identity *ids = identify_inputs(plan, &id_count, message);
    if (!ids)
        return -1;
    int result = 0;
    qsort(all, count, sizeof *all, by_name);
    for (size_t i = 0; i < count && result == 0; i++) {
        char first[300], second[300];
        if (i > 0 && strcmp(all[i].name, all[i - 1].name) == 0)
            result = jq_fail(message, all[i].name, "would be made twice, of %s and %s",
                             jq_mask(plan->inputs[all[i - 1].input], first, sizeof first),
                             jq_mask(plan->inputs[all[i].input], second, sizeof second));
        else
            result = check_one_made(plan, all[i].name, ids, id_count, message);
    }
    jpegq_free(ids);
    return result;
}

static int check_directory_outputs(const jq_plan *plan, jq_message *message)
{
    struct stat status;
    const char *directory = plan->options->directory;
    if (stat(directory, &status) != 0 || !S_ISDIR(status.st_mode))
        return jq_fail(message, directory, "is not a folder that exists");
    size_t rows = plan->input_count * plan->setting_count, count = 0;
    made *all = jpegq_alloc(rows, sizeof *all);
    if (!all)
        return jq_fail(message, directory, "out of memory");
    int result = 0;
    while (count < rows && result == 0) {
        size_t input = count / plan->setting_count;
        all[count].input = input;
        all[count].name = jq_plan_output(plan, input, &plan->settings[count % plan->setting_count]);
        if (all[count].name)
            count++;
        else
            result = jq_fail(message, directory, "out of memory");
    }
    if (result == 0)
        result = check_made(plan, all, count, message);
    while (count > 0)
        jpegq_free(all[--count].name);
    jpegq_free(all);
    return result;
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* What is made of one picture at one setting cannot be made of several. */
static int check_singles(const jq_plan *plan, jq_message *message)
{
    const jq_options *o = plan->options;
    size_t rows = plan->input_count * plan->setting_count;
    const char *single = o->output        ? "OUTPUT"
                         : o->dump        ? "--dump"
                         : o->block       ? "--block"
                         : o->bits        ? "--bits"
                         : o->bit_map     ? "--bit-map"
                         : o->diff        ? "--diff"
                         : o->grad_output ? "--grad-output"
                                          : NULL;
    if (single && rows > 1)
        return jq_fail(message, single,
                       "is for one image at one quality and table, not for %zu"
                       " (-d DIR writes many)",
                       rows);
    if (o->sheet && plan->input_count != 1)
        return jq_fail(message, "--sheet", "is for one image, not for %zu", plan->input_count);
    return 0;
}

int jq_plan_make(const jq_options *options, jq_plan *plan, jq_message *message)
{
    memset(plan, 0, sizeof *plan);
    plan->options = options;
    if (gather_inputs(plan, message) != 0)
        return JQ_EXIT_FAILED;
    if (check_standard_input(plan, message) != 0)
        return JQ_EXIT_USAGE;
    if (make_settings(plan, message) != 0)
        return JQ_EXIT_FAILED;
    if (check_singles(plan, message) != 0)
        return JQ_EXIT_USAGE;
    if (check_named_outputs(plan, message) != 0 ||
        (options->directory && check_directory_outputs(plan, message) != 0))
        return JQ_EXIT_FAILED;
    return JQ_EXIT_OK;
}

void jq_plan_free(jq_plan *plan)
{
    jpegq_free(plan->inputs);
    jpegq_free(plan->settings);
    jpegq_free(plan->bases);
    jpegq_free(plan->list);
    memset(plan, 0, sizeof *plan);
}
