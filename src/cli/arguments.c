/* SPDX-License-Identifier: MIT */
/* arguments.c: see arguments.h. */
#include "arguments.h"

#include <stdio.h>
#include <string.h>

#include "diagnose.h"
#include "numbers.h"
#include "quality_list.h"

int jq_refuse(const char *option, const char *argument, const char *accepted)
{
    jq_complain("%s " JQ_SHORT ": %s", option, JQ_SHORTENED(argument), accepted);
    return JQ_EXIT_USAGE;
}

int jq_choose(const char *option, const char *argument, const jq_choice *choices, int *value)
{
    char accepted[200] = "is not one of";
    for (const jq_choice *c = choices; c->name; c++) {
        if (strcmp(c->name, argument) == 0) {
            *value = c->value;
            return JQ_EXIT_OK;
        }
        strcat(accepted, c == choices ? " " : ", "); /* the lists above are short */
        strcat(accepted, c->name);
    }
    return jq_refuse(option, argument, accepted);
}

/* ---- Arguments with a form of their own ------------------------------------------------------ */

int jq_take_qualities(const char *argument, jq_options *o)
{
    o->quality_count = 0; /* the last -q counts */
    if (!jq_quality_list(argument, o->qualities, &o->quality_count))
        return jq_refuse("--quality", argument,
                         "is not a whole number from 0 to 100, nor a list as 10,50,75-95:5");
    return JQ_EXIT_OK;
}

int jq_take_table(const char *argument, jq_options *o)
{
    if (o->table_count == JQ_MOST_TABLES)
        return jq_refuse("--table", argument, "is one of too many (100 at most)");
    for (size_t i = 0; i < o->table_count; i++)
        if (strcmp(o->tables[i], argument) == 0)
            return jq_refuse("--table", argument, "is given twice");
    o->tables[o->table_count++] = argument;
    return JQ_EXIT_OK;
}

int jq_take_scale(const char *argument, jq_options *o)
{
    const char *end;
    bool good = jq_take_real(argument, &o->factor, &end) && o->factor > 0;
    o->dc_factor = o->factor;
    if (good && *end == ',')
        good = jq_is_real(end + 1, &o->dc_factor) && o->dc_factor > 0;
    else
        good = good && *end == '\0';
    if (!good)
        return jq_refuse("--scale", argument,
                         "is not a number above 0, or two with a comma between");
    o->scale = argument;
    return JQ_EXIT_OK;
}

static const jq_choice roundings[] = {
    {"nearest", JPEGQ_ROUND_NEAREST}, {"even", JPEGQ_ROUND_EVEN}, {"trunc", JPEGQ_ROUND_TRUNC},
    {"none", JPEGQ_ROUND_NONE},       {"soft", JPEGQ_ROUND_SOFT}, {NULL, 0},
};

int jq_take_rounding(const char *argument, jq_options *o)
{
    double offset = 0;
    int mode = JPEGQ_ROUND_OFFSET;
    o->offsets = NULL;
    if (strncmp(argument, "offsets:", 8) == 0) {
        o->offsets = argument + 8;
        if (*o->offsets == '\0')
            return jq_refuse("--round", argument, "lacks the name of a file");
    } else if (strncmp(argument, "offset:", 7) == 0) {
        if (!jq_is_real(argument + 7, &offset) || !(offset >= 0 && offset <= 1))
            return jq_refuse("--round", argument, "the offset is not a number from 0 to 1");
    } else {
        for (const jq_choice *c = roundings; c->name; c++)
            if (strcmp(c->name, argument) == 0)
                mode = c->value;
        if (mode == JPEGQ_ROUND_OFFSET)
            return jq_refuse(
                "--round", argument,
                "is not one of nearest, even, trunc, offset:X, offsets:FILE, none, soft");
    }
    o->round_name = argument;
    o->rounding = jpegq_rounding_of((jpegq_round_mode)mode, offset);
    return JQ_EXIT_OK;
}

/* MIN:MAX or minmax */
int jq_take_range(const char *argument, jq_options *o)
{
    jq_range *r = &o->range;
    const char *end;
    if (strcmp(argument, "minmax") == 0) {
        r->kind = JQ_RANGE_MINMAX;
        return JQ_EXIT_OK;
    }
    r->kind = JQ_RANGE_FIXED;
    if (jq_take_real(argument, &r->low, &end) && *end == ':' && jq_is_real(end + 1, &r->high) &&
        r->low < r->high)
        return JQ_EXIT_OK;
    return jq_refuse("--range", argument,
                     "is not minmax, nor MIN:MAX in numbers, the lesser first");
}

int jq_take_block(const char *argument, jq_options *o)
{
    if (!jq_is_pair(argument, ',', UINT32_MAX, &o->block_row, &o->block_column))
        return jq_refuse("--block", argument, "is not ROW,COLUMN in whole numbers from 0");
    o->block = true;
    return JQ_EXIT_OK;
}

int jq_take_size(const char *argument, jq_options *o)
{
    if (!jq_is_pair(argument, 'x', UINT32_MAX, &o->width, &o->height) || !o->width || !o->height)
        return jq_refuse("--size", argument, "is not WIDTHxHEIGHT in whole numbers from 1");
    return JQ_EXIT_OK;
}

int jq_take_max_pixels(const char *argument, jq_options *o)
{
    if (!jq_is_unsigned(argument, (uint64_t)1 << 48, &o->max_pixels) || o->max_pixels == 0)
        return jq_refuse("--max-pixels", argument, "is not a whole number from 1 to 2^48");
    return JQ_EXIT_OK;
}

static const jq_choice sandboxes[] = {
    {"auto", JQ_SANDBOX_AUTO},
    {"require", JQ_SANDBOX_REQUIRE},
    {"off", JQ_SANDBOX_OFF},
    {NULL, 0},
};

int jq_take_sandbox(const char *option, const char *argument, jq_options *o)
{
    int value = JQ_SANDBOX_AUTO;
    int status = jq_choose(option, argument, sandboxes, &value);
    o->sandbox = (jq_sandbox)value;
    return status;
}

int jq_take_decode_timeout(const char *argument, jq_options *o)
{
    uint64_t seconds;
    if (!jq_is_unsigned(argument, 86400, &seconds) || seconds == 0)
        return jq_refuse("--decode-timeout", argument, "is not a whole number from 1 to 86400");
    o->decode_timeout = (unsigned)seconds;
    return JQ_EXIT_OK;
}

/* Names of measures with commas between. */
int jq_take_metrics(const char *argument, jq_options *o)
{
    o->metrics = 0;
    for (const char *at = argument;; at++) {
        char name[20] = "";
        size_t length = strcspn(at, ",");
        jq_column column = JQ_COLUMNS;
        if (length < sizeof name) {
            memcpy(name, at, length);
            column = jq_column_named(name);
        }
        if (strcmp(name, "all") == 0)
            o->metrics |= JQ_ALL_METRICS;
        else if (column < JQ_FIRST_METRIC || column > JQ_LAST_METRIC)
            return jq_refuse("--metrics", argument,
                             "is not a list of mse, psnr, psnr_b, ssim, ssim_uniform, max_error,"
                             " mean_error, zeros, bytes, bytes_optimal, bpp, or all");
        else
            o->metrics |= UINT32_C(1) << column;
        at += length;
        if (*at == '\0')
            return JQ_EXIT_OK;
    }
}

static int set_target(jq_target target, double value, jq_options *o)
{
    if (o->target != JQ_TARGET_NONE) {
        jq_complain("--target-...: only one target can be given");
        return JQ_EXIT_USAGE;
    }
    o->target = target;
    o->target_value = value;
    return JQ_EXIT_OK;
}

int jq_take_real_target(jq_target target, const char *option, const char *argument, jq_options *o)
{
    double value, most = target == JQ_TARGET_SSIM ? 1 : 1e9;
    if (!jq_is_real(argument, &value) || value < (target == JQ_TARGET_SSIM ? -1 : 0) ||
        value > most)
        return jq_refuse(option, argument,
                         target == JQ_TARGET_SSIM ? "is not a number from -1 to 1"
                                                  : "is not a number from 0");
    return set_target(target, value, o);
}

/* A number of bytes, with k for 1000 and M for 1000000. */
int jq_take_bytes_target(const char *argument, jq_options *o)
{
    const char *end;
    double value;
    bool good = jq_take_real(argument, &value, &end) && value >= 0 && value < 1e15;
    double unit = !good ? 1 : *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : 1;
    if (good && unit > 1)
        end++;
    if (!good || *end != '\0')
        return jq_refuse("--target-bytes", argument,
                         "is not a number of bytes, with k or M behind it or not");
    return set_target(JQ_TARGET_BYTES, value * unit, o);
}

/* X,Y,WxH */
int jq_take_crop(const char *argument, jq_options *o)
{
    const char *at;
    jq_view *v = &o->view;
    v->cropped = jq_take_unsigned(argument, UINT32_MAX, &v->x, &at) && *at == ',' &&
                 jq_take_unsigned(at + 1, UINT32_MAX, &v->y, &at) && *at == ',' &&
                 jq_is_pair(at + 1, 'x', UINT32_MAX, &v->width, &v->height) && v->width > 0 &&
                 v->height > 0;
    return v->cropped ? JQ_EXIT_OK
                      : jq_refuse("--crop", argument, "is not X,Y,WIDTHxHEIGHT in whole numbers");
}

int jq_take_number(const char *option, const char *argument, uint64_t most, uint64_t *number)
{
    char accepted[60];
    if (jq_is_unsigned(argument, most, number) && *number > 0)
        return JQ_EXIT_OK;
    snprintf(accepted, sizeof accepted, "is not a whole number from 1 to %ju", (uintmax_t)most);
    return jq_refuse(option, argument, accepted);
}
