/* SPDX-License-Identifier: MIT */
/* options.c: see options.h. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diagnose.h"
#include "numbers.h"
#include "quality_list.h"

#define METRIC(column) (UINT32_C(1) << (column))
#define ALL_METRICS (METRIC(JQ_LAST_METRIC + 1) - METRIC(JQ_FIRST_METRIC))
#define DEFAULT_METRICS                                                                            \
    (ALL_METRICS &                                                                                 \
     ~(METRIC(JQ_COLUMN_PSNR_B) | METRIC(JQ_COLUMN_SSIM) | METRIC(JQ_COLUMN_SSIM_UNIFORM)))
/* what can be said of two pictures */
#define PICTURE_METRICS (METRIC(JQ_COLUMN_ZEROS) - METRIC(JQ_FIRST_METRIC))

enum {
    OPT_EXACT_TABLE = 256,
    OPT_SCALE,
    OPT_NO_BASELINE,
    OPT_PRINT_TABLE,
    OPT_DCT,
    OPT_ROUND,
    OPT_DUMP,
    OPT_DUMP_FORMAT,
    OPT_DUMP_STAGE,
    OPT_DUMP_ORDER,
    OPT_BLOCK,
    OPT_FROM_COEFFICIENTS,
    OPT_SIZE,
    OPT_RANGE,
    OPT_SAMPLES,
    OPT_CLAMP,
    OPT_OUTPUT_TYPE,
    OPT_GRADIENT,
    OPT_GRAD_OUTPUT,
    OPT_GRAD_INPUT,
    OPT_GRAD_TABLE,
    OPT_GRAD_QUALITY,
    OPT_HUFFMAN,
    OPT_BITS,
    OPT_BIT_MAP,
    OPT_FORMAT,
    OPT_OUTPUT_FORMAT,
    OPT_PNG_LEVEL,
    OPT_NO_CLOBBER,
    OPT_SYNC,
    OPT_MAX_PIXELS,
    OPT_SANDBOX,
    OPT_DECODE_TIMEOUT,
    OPT_METRICS,
    OPT_NO_HEADER,
    OPT_SUMMARY,
    OPT_BD,
    OPT_COMPARE,
    OPT_TARGET_PSNR,
    OPT_TARGET_SSIM,
    OPT_TARGET_BYTES,
    OPT_TARGET_BPP,
    OPT_PLOT,
    OPT_PLOT_METRIC,
    OPT_SHEET,
    OPT_CROP,
    OPT_ZOOM,
    OPT_DIFF,
    OPT_DIFF_GAIN,
    OPT_FILES_FROM,
    OPT_NO_PROGRESS,
    OPT_LEARN_TABLE,
    OPT_LEARN_FOR,
    OPT_NO_ROUNDING,
    OPT_VALIDATE
};

static const char short_options[] = "-:q:t:d:nj:0svhV";

static const struct option long_options[] = {
    {"quality", required_argument, NULL, 'q'},
    {"table", required_argument, NULL, 't'},
    {"exact-table", no_argument, NULL, OPT_EXACT_TABLE},
    {"scale", required_argument, NULL, OPT_SCALE},
    {"no-baseline", no_argument, NULL, OPT_NO_BASELINE},
    {"print-table", no_argument, NULL, OPT_PRINT_TABLE},
    {"dct", required_argument, NULL, OPT_DCT},
    {"round", required_argument, NULL, OPT_ROUND},
    {"dump", required_argument, NULL, OPT_DUMP},
    {"dump-format", required_argument, NULL, OPT_DUMP_FORMAT},
    {"dump-stage", required_argument, NULL, OPT_DUMP_STAGE},
    {"dump-order", required_argument, NULL, OPT_DUMP_ORDER},
    {"block", required_argument, NULL, OPT_BLOCK},
    {"from-coefficients", required_argument, NULL, OPT_FROM_COEFFICIENTS},
    {"size", required_argument, NULL, OPT_SIZE},
    {"range", required_argument, NULL, OPT_RANGE},
    {"samples", required_argument, NULL, OPT_SAMPLES},
    {"clamp", required_argument, NULL, OPT_CLAMP},
    {"output-type", required_argument, NULL, OPT_OUTPUT_TYPE},
    {"gradient", required_argument, NULL, OPT_GRADIENT},
    {"grad-output", required_argument, NULL, OPT_GRAD_OUTPUT},
    {"grad-input", required_argument, NULL, OPT_GRAD_INPUT},
    {"grad-table", required_argument, NULL, OPT_GRAD_TABLE},
    {"grad-quality", required_argument, NULL, OPT_GRAD_QUALITY},
    {"learn-table", required_argument, NULL, OPT_LEARN_TABLE},
    {"learn-for", required_argument, NULL, OPT_LEARN_FOR},
    {"no-rounding", no_argument, NULL, OPT_NO_ROUNDING},
    {"validate", required_argument, NULL, OPT_VALIDATE},
    {"huffman", required_argument, NULL, OPT_HUFFMAN},
    {"bits", no_argument, NULL, OPT_BITS},
    {"bit-map", required_argument, NULL, OPT_BIT_MAP},
    {"stats", no_argument, NULL, 's'},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"metrics", required_argument, NULL, OPT_METRICS},
    {"no-header", no_argument, NULL, OPT_NO_HEADER},
    {"summary", no_argument, NULL, OPT_SUMMARY},
    {"bd", no_argument, NULL, OPT_BD},
    {"compare", required_argument, NULL, OPT_COMPARE},
    {"target-psnr", required_argument, NULL, OPT_TARGET_PSNR},
    {"target-ssim", required_argument, NULL, OPT_TARGET_SSIM},
    {"target-bytes", required_argument, NULL, OPT_TARGET_BYTES},
    {"target-bpp", required_argument, NULL, OPT_TARGET_BPP},
    {"plot", required_argument, NULL, OPT_PLOT},
    {"plot-metric", required_argument, NULL, OPT_PLOT_METRIC},
    {"sheet", required_argument, NULL, OPT_SHEET},
    {"crop", required_argument, NULL, OPT_CROP},
    {"zoom", required_argument, NULL, OPT_ZOOM},
    {"diff", required_argument, NULL, OPT_DIFF},
    {"diff-gain", required_argument, NULL, OPT_DIFF_GAIN},
    {"output-directory", required_argument, NULL, 'd'},
    {"no-output", no_argument, NULL, 'n'},
    {"files-from", required_argument, NULL, OPT_FILES_FROM},
    {"null", no_argument, NULL, '0'},
    {"threads", required_argument, NULL, 'j'},
    {"no-progress", no_argument, NULL, OPT_NO_PROGRESS},
    {"output-format", required_argument, NULL, OPT_OUTPUT_FORMAT},
    {"png-level", required_argument, NULL, OPT_PNG_LEVEL},
    {"no-clobber", no_argument, NULL, OPT_NO_CLOBBER},
    {"sync", no_argument, NULL, OPT_SYNC},
    {"max-pixels", required_argument, NULL, OPT_MAX_PIXELS},
    {"sandbox", required_argument, NULL, OPT_SANDBOX},
    {"decode-timeout", required_argument, NULL, OPT_DECODE_TIMEOUT},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

/* ---- Arguments that are one of a few names --------------------------------------------------- */

typedef struct choice {
    const char *name;
    int value;
} choice;

static const choice dct_methods[] = {
    {"int", JPEGQ_DCT_INT},
    {"float", JPEGQ_DCT_FLOAT},
    {"fast", JPEGQ_DCT_FAST},
    {"exact", JPEGQ_DCT_EXACT},
    {NULL, 0},
};

static const choice roundings[] = {
    {"nearest", JPEGQ_ROUND_NEAREST}, {"even", JPEGQ_ROUND_EVEN}, {"trunc", JPEGQ_ROUND_TRUNC},
    {"none", JPEGQ_ROUND_NONE},       {"soft", JPEGQ_ROUND_SOFT}, {NULL, 0},
};

static const choice stages[] = {
    {"quantized", JQ_STAGE_QUANTIZED},
    {"dct", JQ_STAGE_DCT},
    {"dequantized", JQ_STAGE_DEQUANTIZED},
    {NULL, 0},
};

static const choice orders[] = {{"natural", false}, {"zigzag", true}, {NULL, 0}};

static const choice sample_kinds[] = {
    {"8bit", JQ_SAMPLES_8BIT},
    {"real", JQ_SAMPLES_REAL},
    {NULL, 0},
};

static const choice clamps[] = {
    {"both", JQ_CLAMP_BOTH},
    {"forward", JQ_CLAMP_FORWARD},
    {"none", JQ_CLAMP_NONE},
    {NULL, 0},
};

static const choice types[] = {
    {"uint8", JQ_TYPE_UINT8},
    {"float32", JQ_TYPE_FLOAT32},
    {"float64", JQ_TYPE_FLOAT64},
    {NULL, 0},
};

static const choice gradients[] = {
    {"ste", JPEGQ_GRADIENT_STE},
    {"ste-codec", JPEGQ_GRADIENT_STE_CODEC},
    {"soft", JPEGQ_GRADIENT_SOFT},
    {"true", JPEGQ_GRADIENT_TRUE},
    {NULL, 0},
};

static const choice aims[] = {{"psnr", JPEGQ_AIM_PSNR}, {"ssim", JPEGQ_AIM_SSIM}, {NULL, 0}};

static const choice huffmans[] = {
    {"standard", JQ_HUFFMAN_STANDARD},
    {"optimal", JQ_HUFFMAN_OPTIMAL},
    {NULL, 0},
};

static const choice plot_metrics[] = {
    {"psnr", JQ_COLUMN_PSNR},
    {"ssim", JQ_COLUMN_SSIM},
    {NULL, 0},
};

static const choice sandboxes[] = {
    {"auto", JQ_SANDBOX_AUTO},
    {"require", JQ_SANDBOX_REQUIRE},
    {"off", JQ_SANDBOX_OFF},
    {NULL, 0},
};

static const choice report_formats[] = {
    {"text", JQ_REPORT_TEXT},
    {"csv", JQ_REPORT_CSV},
    {"tsv", JQ_REPORT_TSV},
    {"jsonl", JQ_REPORT_JSONL},
    {NULL, 0},
};

static const choice dump_formats[] = {
    {"npy", JQ_DUMP_NPY},
    {"csv", JQ_DUMP_CSV},
    {"txt", JQ_DUMP_TXT},
    {NULL, 0},
};

static const choice image_formats[] = {
    {"png", JQ_FORMAT_PNG}, {"bmp", JQ_FORMAT_BMP},  {"pgm", JQ_FORMAT_PGM},
    {"npy", JQ_FORMAT_NPY}, {"jpg", JQ_FORMAT_JPEG}, {NULL, 0},
};

/* What a person typed, short enough to leave room for what was wrong with it. */
#define SHORT "%.100s%s"
#define SHORTENED(text) text, strlen(text) > 100 ? "..." : ""

static int refuse(const char *option, const char *argument, const char *accepted)
{
    jq_complain("%s " SHORT ": %s", option, SHORTENED(argument), accepted);
    return JQ_EXIT_USAGE;
}

static int choose(const char *option, const char *argument, const choice *choices, int *value)
{
    char accepted[200] = "is not one of";
    for (const choice *c = choices; c->name; c++) {
        if (strcmp(c->name, argument) == 0) {
            *value = c->value;
            return JQ_EXIT_OK;
        }
        strcat(accepted, c == choices ? " " : ", "); /* the lists above are short */
        strcat(accepted, c->name);
    }
    return refuse(option, argument, accepted);
}

/* ---- Arguments with a form of their own ------------------------------------------------------ */

static int take_qualities(const char *argument, jq_options *o)
{
    o->quality_count = 0; /* the last -q counts */
    if (!jq_quality_list(argument, o->qualities, &o->quality_count))
        return refuse("--quality", argument,
                      "is not a whole number from 0 to 100, nor a list as 10,50,75-95:5");
    return JQ_EXIT_OK;
}

static int take_table(const char *argument, jq_options *o)
{
    if (o->table_count == JQ_MOST_TABLES)
        return refuse("--table", argument, "is one of too many (100 at most)");
    for (size_t i = 0; i < o->table_count; i++)
        if (strcmp(o->tables[i], argument) == 0)
            return refuse("--table", argument, "is given twice");
    o->tables[o->table_count++] = argument;
    return JQ_EXIT_OK;
}

static int take_scale(const char *argument, jq_options *o)
{
    const char *end;
    bool good = jq_take_real(argument, &o->factor, &end) && o->factor > 0;
    o->dc_factor = o->factor;
    if (good && *end == ',')
        good = jq_is_real(end + 1, &o->dc_factor) && o->dc_factor > 0;
    else
        good = good && *end == '\0';
    if (!good)
        return refuse("--scale", argument, "is not a number above 0, or two with a comma between");
    o->scale = argument;
    return JQ_EXIT_OK;
}

static int take_rounding(const char *argument, jq_options *o)
{
    double offset = 0;
    int mode = JPEGQ_ROUND_OFFSET;
    o->offsets = NULL;
    if (strncmp(argument, "offsets:", 8) == 0) {
        o->offsets = argument + 8;
        if (*o->offsets == '\0')
            return refuse("--round", argument, "lacks the name of a file");
    } else if (strncmp(argument, "offset:", 7) == 0) {
        if (!jq_is_real(argument + 7, &offset) || !(offset >= 0 && offset <= 1))
            return refuse("--round", argument, "the offset is not a number from 0 to 1");
    } else {
        for (const choice *c = roundings; c->name; c++)
            if (strcmp(c->name, argument) == 0)
                mode = c->value;
        if (mode == JPEGQ_ROUND_OFFSET)
            return refuse("--round", argument,
                          "is not one of nearest, even, trunc, offset:X, offsets:FILE, none, soft");
    }
    o->round_name = argument;
    o->rounding = jpegq_rounding_of((jpegq_round_mode)mode, offset);
    return JQ_EXIT_OK;
}

/* MIN:MAX or minmax */
static int take_range(const char *argument, jq_options *o)
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
    return refuse("--range", argument, "is not minmax, nor MIN:MAX in numbers, the lesser first");
}

static int take_block(const char *argument, jq_options *o)
{
    if (!jq_is_pair(argument, ',', UINT32_MAX, &o->block_row, &o->block_column))
        return refuse("--block", argument, "is not ROW,COLUMN in whole numbers from 0");
    o->block = true;
    return JQ_EXIT_OK;
}

static int take_size(const char *argument, jq_options *o)
{
    if (!jq_is_pair(argument, 'x', UINT32_MAX, &o->width, &o->height) || !o->width || !o->height)
        return refuse("--size", argument, "is not WIDTHxHEIGHT in whole numbers from 1");
    return JQ_EXIT_OK;
}

static int take_max_pixels(const char *argument, jq_options *o)
{
    if (!jq_is_unsigned(argument, (uint64_t)1 << 48, &o->max_pixels) || o->max_pixels == 0)
        return refuse("--max-pixels", argument, "is not a whole number from 1 to 2^48");
    return JQ_EXIT_OK;
}

static int take_sandbox(const char *option, const char *argument, jq_options *o)
{
    int value = JQ_SANDBOX_AUTO;
    int status = choose(option, argument, sandboxes, &value);
    o->sandbox = (jq_sandbox)value;
    return status;
}

static int take_decode_timeout(const char *argument, jq_options *o)
{
    uint64_t seconds;
    if (!jq_is_unsigned(argument, 86400, &seconds) || seconds == 0)
        return refuse("--decode-timeout", argument, "is not a whole number from 1 to 86400");
    o->decode_timeout = (unsigned)seconds;
    return JQ_EXIT_OK;
}

/* Names of measures with commas between. */
static int take_metrics(const char *argument, jq_options *o)
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
            o->metrics |= ALL_METRICS;
        else if (column < JQ_FIRST_METRIC || column > JQ_LAST_METRIC)
            return refuse("--metrics", argument,
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

static int take_real_target(jq_target target, const char *option, const char *argument,
                            jq_options *o)
{
    double value, most = target == JQ_TARGET_SSIM ? 1 : 1e9;
    if (!jq_is_real(argument, &value) || value < (target == JQ_TARGET_SSIM ? -1 : 0) ||
        value > most)
        return refuse(option, argument,
                      target == JQ_TARGET_SSIM ? "is not a number from -1 to 1"
                                               : "is not a number from 0");
    return set_target(target, value, o);
}

/* A number of bytes, with k for 1000 and M for 1000000. */
static int take_bytes_target(const char *argument, jq_options *o)
{
    const char *end;
    double value;
    bool good = jq_take_real(argument, &value, &end) && value >= 0 && value < 1e15;
    double unit = !good ? 1 : *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : 1;
    if (good && unit > 1)
        end++;
    if (!good || *end != '\0')
        return refuse("--target-bytes", argument,
                      "is not a number of bytes, with k or M behind it or not");
    return set_target(JQ_TARGET_BYTES, value * unit, o);
}

/* X,Y,WxH */
static int take_crop(const char *argument, jq_options *o)
{
    const char *at;
    jq_view *v = &o->view;
    v->cropped = jq_take_unsigned(argument, UINT32_MAX, &v->x, &at) && *at == ',' &&
                 jq_take_unsigned(at + 1, UINT32_MAX, &v->y, &at) && *at == ',' &&
                 jq_is_pair(at + 1, 'x', UINT32_MAX, &v->width, &v->height) && v->width > 0 &&
                 v->height > 0;
    return v->cropped ? JQ_EXIT_OK
                      : refuse("--crop", argument, "is not X,Y,WIDTHxHEIGHT in whole numbers");
}

static int take_number(const char *option, const char *argument, uint64_t most, uint64_t *number)
{
    char accepted[60];
    if (jq_is_unsigned(argument, most, number) && *number > 0)
        return JQ_EXIT_OK;
    snprintf(accepted, sizeof accepted, "is not a whole number from 1 to %ju", (uintmax_t)most);
    return refuse(option, argument, accepted);
}

/* ---- One option, all options ----------------------------------------------------------------- */

/* Options of tables, transform and coefficients. False if it is none of them. */
static bool take_codec_option(int option, const char *argument, jq_options *o, int *status)
{
    int value = 0;
    switch (option) {
    case 'q':
        *status = take_qualities(argument, o);
        break;
    case 't':
        *status = take_table(argument, o);
        break;
    case OPT_EXACT_TABLE:
        o->exact_table = true;
        break;
    case OPT_SCALE:
        *status = take_scale(argument, o);
        break;
    case OPT_NO_BASELINE:
        o->largest_step = JPEGQ_LARGEST_STEP;
        break;
    case OPT_PRINT_TABLE:
        o->print_table = true;
        break;
    case OPT_DCT:
        *status = choose("--dct", argument, dct_methods, &value);
        o->dct = (jpegq_dct)value;
        o->dct_name = argument;
        break;
    case OPT_ROUND:
        *status = take_rounding(argument, o);
        break;
    case OPT_DUMP:
        o->dump = argument;
        break;
    case OPT_DUMP_FORMAT:
        *status = choose("--dump-format", argument, dump_formats, &value);
        o->dump_format = (jq_dump_format)value;
        break;
    case OPT_DUMP_STAGE:
        *status = choose("--dump-stage", argument, stages, &value);
        o->stage = (jq_stage)value;
        o->stage_name = argument;
        break;
    case OPT_DUMP_ORDER:
        *status = choose("--dump-order", argument, orders, &value);
        o->zigzag = value;
        break;
    case OPT_BLOCK:
        *status = take_block(argument, o);
        break;
    case OPT_FROM_COEFFICIENTS:
        o->from_coefficients = argument;
        break;
    case OPT_SIZE:
        *status = take_size(argument, o);
        break;
    default:
        return false;
    }
    return true;
}

/* Options of feature maps, gradients and learning. False if it is none of them. */
static bool take_learn_option(int option, const char *argument, jq_options *o, int *status)
{
    int value = 0;
    switch (option) {
    case OPT_RANGE:
        *status = take_range(argument, o);
        break;
    case OPT_SAMPLES:
        *status = choose("--samples", argument, sample_kinds, &value);
        o->samples = (jq_samples)value;
        break;
    case OPT_CLAMP:
        *status = choose("--clamp", argument, clamps, &value);
        o->clamp = (jq_clamp)value;
        break;
    case OPT_OUTPUT_TYPE:
        *status = choose("--output-type", argument, types, &value);
        o->output_type = (jq_type)value;
        break;
    case OPT_GRADIENT:
        *status = choose("--gradient", argument, gradients, &value);
        o->gradient = (jpegq_gradient_mode)value;
        o->gradient_name = argument;
        break;
    case OPT_GRAD_OUTPUT:
        o->grad_output = argument;
        break;
    case OPT_GRAD_INPUT:
        o->grad_input = argument;
        break;
    case OPT_GRAD_TABLE:
        o->grad_table = argument;
        break;
    case OPT_GRAD_QUALITY:
        o->grad_quality = argument;
        break;
    case OPT_LEARN_TABLE:
        o->learn_table = argument;
        break;
    case OPT_LEARN_FOR:
        *status = choose("--learn-for", argument, aims, &value);
        o->learn_for = (jpegq_aim)value;
        o->learn_for_given = true;
        break;
    case OPT_NO_ROUNDING:
        o->no_rounding = true;
        break;
    case OPT_VALIDATE:
        if (o->validate_count == JQ_MOST_VALIDATED)
            *status = refuse("--validate", argument, "is one of too many (1000 at most)");
        else
            o->validate[o->validate_count++] = argument;
        break;
    default:
        return false;
    }
    return true;
}

/* Options of files, measures and pictures. False if it is none of them. */
static bool take_figures_option(int option, const char *argument, jq_options *o, int *status)
{
    int value = 0;
    uint64_t number = 0;
    switch (option) {
    case OPT_HUFFMAN:
        *status = choose("--huffman", argument, huffmans, &value);
        o->huffman = (jq_huffman)value;
        break;
    case OPT_BITS:
        o->bits = true;
        break;
    case OPT_BIT_MAP:
        o->bit_map = argument;
        break;
    case 's':
        o->stats = true;
        break;
    case OPT_FORMAT:
        *status = choose("--format", argument, report_formats, &value);
        o->format = (jq_report_format)value;
        break;
    case OPT_METRICS:
        *status = take_metrics(argument, o);
        break;
    case OPT_NO_HEADER:
        o->header = false;
        break;
    case OPT_SUMMARY:
        o->summary = true;
        break;
    case OPT_BD:
        o->bd = true;
        break;
    case OPT_COMPARE:
        o->reference = argument;
        break;
    case OPT_TARGET_PSNR:
        *status = take_real_target(JQ_TARGET_PSNR, "--target-psnr", argument, o);
        break;
    case OPT_TARGET_SSIM:
        *status = take_real_target(JQ_TARGET_SSIM, "--target-ssim", argument, o);
        break;
    case OPT_TARGET_BYTES:
        *status = take_bytes_target(argument, o);
        break;
    case OPT_TARGET_BPP:
        *status = take_real_target(JQ_TARGET_BPP, "--target-bpp", argument, o);
        break;
    case OPT_PLOT:
        o->plot = argument;
        break;
    case OPT_PLOT_METRIC:
        *status = choose("--plot-metric", argument, plot_metrics, &value);
        o->plot_metric = (jq_column)value;
        break;
    case OPT_SHEET:
        o->sheet = argument;
        break;
    case OPT_CROP:
        *status = take_crop(argument, o);
        break;
    case OPT_ZOOM:
        *status = take_number("--zoom", argument, 64, &number);
        o->view.zoom = (unsigned)number;
        break;
    case OPT_DIFF:
        o->diff = argument;
        break;
    case OPT_DIFF_GAIN:
        *status = take_number("--diff-gain", argument, 255, &o->diff_gain);
        break;
    default:
        return false;
    }
    return true;
}

/* Options of inputs and outputs. */
static void take_files_option(int option, const char *argument, jq_options *o, int *status)
{
    int value = 0;
    uint64_t number = 0;
    switch (option) {
    case 'd':
        o->directory = argument;
        break;
    case 'n':
        o->no_output = true;
        break;
    case 'j':
        *status = take_number("--threads", argument, JQ_MOST_THREADS, &number);
        o->threads = (unsigned)number;
        break;
    case '0':
        o->null_separated = true;
        break;
    case OPT_FILES_FROM:
        o->files_from = argument;
        break;
    case OPT_NO_PROGRESS:
        o->progress = false;
        break;
    case OPT_OUTPUT_FORMAT:
        *status = choose("--output-format", argument, image_formats, &value);
        o->output_format = (jq_image_format)value;
        break;
    case OPT_PNG_LEVEL:
        *status = take_number("--png-level", argument, JQ_PNG_LARGEST_LEVEL, &number);
        o->png_level = (int)number;
        break;
    case OPT_NO_CLOBBER:
        o->clobber = false;
        break;
    case OPT_SANDBOX:
        *status = take_sandbox("--sandbox", argument, o);
        break;
    case OPT_DECODE_TIMEOUT:
        *status = take_decode_timeout(argument, o);
        break;
    case OPT_SYNC:
        o->sync = true;
        break;
    case OPT_MAX_PIXELS:
        *status = take_max_pixels(argument, o);
        break;
    case 'v':
        o->verbose = true;
        break;
    default: /* getopt_long returns nothing else */
        break;
    }
}

static int take_option(int option, const char *argument, jq_options *o)
{
    int status = JQ_EXIT_OK;
    if (!take_codec_option(option, argument, o, &status) &&
        !take_learn_option(option, argument, o, &status) &&
        !take_figures_option(option, argument, o, &status))
        take_files_option(option, argument, o, &status);
    return status;
}

/* What getopt_long could not take in that word of argv. */
static int refuse_option(int returned, const char *word)
{
    bool is_long = strncmp(word, "--", 2) == 0;
    if (returned == ':')
        jq_complain(SHORT ": needs an argument (see jpegq --help)", SHORTENED(word));
    else if (!is_long)
        jq_complain("-%c: unknown option (see jpegq --help)", optopt);
    else
        jq_complain(SHORT ": %s (see jpegq --help)", SHORTENED(word),
                    optopt ? "takes no argument" : "unknown or ambiguous option");
    return JQ_EXIT_USAGE;
}

/* With -d, -n, --files-from and --compare all names are inputs. */
static int take_names(size_t count, char **names, jq_options *o)
{
    bool many = o->directory || o->no_output || o->files_from || o->reference || o->learn_table;
    size_t inputs = many ? count : !o->from_coefficients && count > 0;
    o->inputs = (const char **)names; /* argv outlives the options */
    o->input_count = inputs;
    if (count > inputs)
        o->output = names[inputs];
    if (count > inputs + 1) {
        jq_complain(SHORT ": one file name too many (see jpegq --help; many images need -d or -n)",
                    SHORTENED(names[inputs + 1]));
        return JQ_EXIT_USAGE;
    }
    if (inputs == 0 && !o->from_coefficients && !o->files_from && !o->print_table) {
        jq_complain("no input file (see jpegq --help)");
        return JQ_EXIT_USAGE;
    }
    return JQ_EXIT_OK;
}

/* ---- What goes together ---------------------------------------------------------------------- */

static int conflict(const char *text)
{
    jq_complain("%s", text);
    return JQ_EXIT_USAGE;
}

static bool leaves_reals(const jq_options *o)
{
    return o->rounding.mode == JPEGQ_ROUND_NONE || o->rounding.mode == JPEGQ_ROUND_SOFT;
}

/* Options that take reals through the codec. */
static bool wants_reals(const jq_options *o)
{
    return o->range.kind != JQ_RANGE_NONE || o->samples != JQ_SAMPLES_DEFAULT ||
           o->clamp != JQ_CLAMP_BOTH || o->output_type != JQ_TYPE_DEFAULT || o->gradient_name ||
           o->grad_output || o->grad_input || o->grad_table || o->grad_quality;
}

static int check_gradients(const jq_options *o)
{
    bool wanted = o->grad_input || o->grad_table || o->grad_quality;
    if (o->from_coefficients && wants_reals(o))
        return conflict("--from-coefficients: not together with options of feature maps and"
                        " gradients");
    if ((wanted || o->gradient_name) && !o->grad_output)
        return conflict("--gradient, --grad-input, --grad-table and --grad-quality: need"
                        " --grad-output");
    if (o->grad_output && !wanted)
        return conflict("--grad-output: needs --grad-input, --grad-table or --grad-quality");
    if (o->grad_quality && (o->scale || o->exact_table))
        return conflict("--grad-quality: there is no quality with --scale or --exact-table");
    if (o->samples == JQ_SAMPLES_REAL && o->dct != JPEGQ_DCT_EXACT)
        return conflict("--samples real: only with --dct exact");
    return JQ_EXIT_OK;
}

static int check_quantization(const jq_options *o)
{
    if (o->exact_table && (o->quality_count || o->scale))
        return conflict("--exact-table: not together with --quality or --scale");
    if (o->scale && o->quality_count)
        return conflict("--scale: not together with --quality");
    if (leaves_reals(o) && o->dct != JPEGQ_DCT_EXACT)
        return conflict("--round none and --round soft: only with --dct exact");
    if (o->target != JQ_TARGET_NONE && (o->exact_table || o->scale))
        return conflict("--target-...: a quality is sought, not together with --scale or"
                        " --exact-table");
    return JQ_EXIT_OK;
}

static int check_coefficients(const jq_options *o)
{
    if (!o->dump && (o->dump_format != JQ_DUMP_UNKNOWN || o->stage_name))
        return conflict("--dump-format and --dump-stage: only with --dump");
    if (o->width && !o->from_coefficients)
        return conflict("--size: only with --from-coefficients");
    if (o->from_coefficients &&
        (o->block || o->diff || o->sheet || o->bd || o->plot || o->target != JQ_TARGET_NONE))
        return conflict("--from-coefficients: there is no original for --block, --diff, --sheet,"
                        " --plot, --bd and targets");
    if (o->from_coefficients && o->dump && o->stage == JQ_STAGE_DCT)
        return conflict("--dump-stage dct: not together with --from-coefficients");
    return JQ_EXIT_OK;
}

static int check_many(const jq_options *o)
{
    if (o->directory && o->no_output)
        return conflict("-d and -n: not together");
    if (o->from_coefficients && (o->directory || o->no_output || o->files_from || o->input_count))
        return conflict("--from-coefficients: takes one file, not together with -d, -n,"
                        " --files-from and images");
    if (o->null_separated && !o->files_from)
        return conflict("-0: only with --files-from");
    if (o->bd && (o->table_count < 2 || o->quality_count < 3))
        return conflict("--bd: needs two or more tables (-t) and three or more qualities (-q)");
    if (o->target != JQ_TARGET_NONE && (o->bd || o->plot || o->print_table))
        return conflict("--bd, --plot and --print-table: not together with a target");
    if (o->bd && o->summary)
        return conflict("--bd and --summary: not together (--bd has means of its own)");
    if (leaves_reals(o) && (o->bd || o->plot))
        return conflict("--bd and --plot: there are no bytes with --round none and --round soft");
    if ((o->view.cropped || o->view.zoom) && !o->sheet)
        return conflict("--crop and --zoom: only with --sheet");
    if (o->diff_gain && !o->diff)
        return conflict("--diff-gain: only with --diff");
    if (o->plot_metric != JQ_COLUMNS && !o->plot)
        return conflict("--plot-metric: only with --plot");
    return JQ_EXIT_OK;
}

/* What measures only, and knows of no codec. */
static int check_compare(const jq_options *o)
{
    if (o->reference &&
        (o->directory || o->dump || o->block || o->bits || o->bit_map || o->from_coefficients ||
         o->target != JQ_TARGET_NONE || o->plot || o->sheet || o->diff || o->bd ||
         o->quality_count || o->scale || o->exact_table || o->print_table || o->table_count ||
         o->dct_name || o->round_name || o->largest_step != JPEGQ_BASELINE_STEP ||
         o->huffman != JQ_HUFFMAN_STANDARD || wants_reals(o)))
        return conflict(
            "--compare: only measures; not together with --bd, targets, pictures and options"
            " of the codec");
    if (o->reference && o->input_count == 0 && !o->files_from)
        return conflict("--compare: no image to compare with the reference");
    return JQ_EXIT_OK;
}

/* What learns a table, and makes nothing of each picture. */
static int check_learning(const jq_options *o)
{
    bool goal = o->quality_count || o->target != JQ_TARGET_NONE;
    if (!o->learn_table && (o->learn_for_given || o->no_rounding || o->validate_count))
        return conflict("--learn-for, --no-rounding and --validate: only with --learn-table");
    if (!o->learn_table)
        return JQ_EXIT_OK;
    if (o->directory || o->no_output || o->dump || o->block || o->bits || o->bit_map ||
        o->from_coefficients || o->reference || o->plot || o->sheet || o->diff || o->bd ||
        o->summary || o->print_table || o->table_count || o->scale || o->exact_table || o->stats ||
        o->dct_name || o->round_name || o->metrics || o->format != JQ_REPORT_TEXT || !o->header ||
        o->largest_step != JPEGQ_BASELINE_STEP || o->huffman != JQ_HUFFMAN_STANDARD ||
        o->output_format != JQ_FORMAT_UNKNOWN || wants_reals(o))
        return conflict("--learn-table: learns for --dct int; not together with options of tables,"
                        " codec, statistics and pictures");
    if (!goal || (o->quality_count && o->target != JQ_TARGET_NONE))
        return conflict("--learn-table: needs one of --quality, --target-psnr, --target-ssim and"
                        " --target-bpp");
    if (o->target == JQ_TARGET_BYTES)
        return conflict("--learn-table: not together with --target-bytes (--target-bpp holds for"
                        " images of any size)");
    if (o->input_count == 0 && !o->files_from)
        return conflict("--learn-table: no image to learn from");
    return JQ_EXIT_OK;
}

/* A picture's format, which its name's ending says. */
static int check_picture(const char *name, const char *what)
{
    jq_image_format format = name ? jq_format_of(name) : JQ_FORMAT_PNG;
    if (format != JQ_FORMAT_UNKNOWN && format != JQ_FORMAT_JPEG)
        return JQ_EXIT_OK;
    jq_complain(SHORT ": the name of a %s ends with .png, .bmp, .pgm or .npy", SHORTENED(name),
                what);
    return JQ_EXIT_USAGE;
}

static int settle_pictures(jq_options *o)
{
    int status = check_picture(o->bit_map, "bit map");
    if (status == JQ_EXIT_OK)
        status = check_picture(o->sheet, "sheet");
    if (status == JQ_EXIT_OK)
        status = check_picture(o->diff, "difference");
    if (o->bit_map)
        o->bit_map_format = jq_format_of(o->bit_map);
    size_t length = o->plot ? strlen(o->plot) : 0;
    if (status == JQ_EXIT_OK && o->plot &&
        (length < 5 || strcmp(o->plot + length - 4, ".svg") != 0)) {
        jq_complain(SHORT ": the name of a plot ends with .svg", SHORTENED(o->plot));
        status = JQ_EXIT_USAGE;
    }
    return status;
}

static int settle_formats(jq_options *o)
{
    if (o->directory && o->output_format == JQ_FORMAT_UNKNOWN)
        o->output_format = JQ_FORMAT_PNG;
    if (o->output && o->output_format == JQ_FORMAT_UNKNOWN)
        o->output_format = jq_format_of(o->output);
    if (o->output && o->output_format == JQ_FORMAT_UNKNOWN) {
        jq_complain(SHORT ": no image format from this name (png, bmp, pgm, npy, jpg): give"
                          " --output-format",
                    SHORTENED(jq_output_name(o->output)));
        return JQ_EXIT_USAGE;
    }
    if (o->dump && o->dump_format == JQ_DUMP_UNKNOWN)
        o->dump_format = strcmp(o->dump, "-") == 0 ? JQ_DUMP_TXT : jq_dump_format_of(o->dump);
    if (o->dump && o->dump_format == JQ_DUMP_UNKNOWN) {
        jq_complain(SHORT ": no dump format from this name (npy, csv, txt): give --dump-format",
                    SHORTENED(o->dump));
        return JQ_EXIT_USAGE;
    }
    return settle_pictures(o);
}

static int check_standard_output(const jq_options *o)
{
    const char *files[] = {o->output, o->dump, o->grad_input, o->grad_table, o->grad_quality};
    int uses = o->stats || o->block || o->bits || o->bd || o->summary || o->print_table;
    bool file = false;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        bool here = files[i] && strcmp(files[i], "-") == 0;
        uses += here;
        file = file || here;
    }
    if (file && uses > 1)
        return conflict("standard output: only one of image, dump, gradient and printed text can go"
                        " there");
    return JQ_EXIT_OK;
}

/* What only an array of floats can hold. */
static int check_floats(const jq_options *o)
{
    bool array = o->output_format == JQ_FORMAT_NPY || o->output_format == JQ_FORMAT_UNKNOWN;
    if (o->output_type != JQ_TYPE_DEFAULT && o->output_format != JQ_FORMAT_NPY)
        return conflict("--output-type: only for an output of format npy");
    if (o->clamp == JQ_CLAMP_NONE && (!array || o->output_type == JQ_TYPE_UINT8))
        return conflict("--clamp none: 8-bit samples are always clamped; only for .npy of floats");
    if (o->clamp == JQ_CLAMP_NONE && o->dct != JPEGQ_DCT_EXACT)
        return conflict("--clamp none: only with --dct exact");
    return JQ_EXIT_OK;
}

static int check_unrounded(const jq_options *o)
{
    if (leaves_reals(o) && (o->output_format == JQ_FORMAT_JPEG || o->bits || o->bit_map))
        return conflict("--round none and --round soft: a JPEG file holds whole numbers");
    return JQ_EXIT_OK;
}

/* Without anything else to make, and with -n, statistics are what is made. */
static void settle_statistics(jq_options *o)
{
    bool makes = o->output || o->directory || o->dump || o->block || o->bits || o->bit_map ||
                 o->plot || o->sheet || o->diff || o->bd || o->grad_output;
    bool has_input = o->input_count || o->from_coefficients || o->files_from;
    if (has_input && (!makes || o->summary))
        o->stats = true;
    if (o->metrics == 0)
        o->metrics = o->reference ? PICTURE_METRICS : DEFAULT_METRICS;
}

/* What was not given; not before the checks have seen what was. */
static void settle_defaults(jq_options *o)
{
    if (o->table_count == 0)
        o->tables[o->table_count++] = "luma";
    if (!o->dct_name)
        o->dct_name = "int";
    if (!o->round_name)
        o->round_name = "nearest";
    if (o->plot_metric == JQ_COLUMNS)
        o->plot_metric = JQ_COLUMN_PSNR;
    if (o->view.zoom == 0)
        o->view.zoom = 1;
    if (o->diff_gain == 0)
        o->diff_gain = 4;
}

static int check(jq_options *o)
{
    int (*const checks[])(const jq_options *) = {check_learning,     check_compare,
                                                 check_quantization, check_gradients,
                                                 check_coefficients, check_many};
    int status = JQ_EXIT_OK;
    for (size_t i = 0; status == JQ_EXIT_OK && i < sizeof checks / sizeof *checks; i++)
        status = checks[i](o);
    settle_defaults(o);
    if (status == JQ_EXIT_OK)
        status = settle_formats(o);
    if (status == JQ_EXIT_OK)
        status = check_unrounded(o);
    if (status == JQ_EXIT_OK)
        status = check_floats(o);
    settle_statistics(o);
    return status == JQ_EXIT_OK ? check_standard_output(o) : status;
}

static unsigned processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > JQ_MOST_THREADS ? JQ_MOST_THREADS : (unsigned)count;
}

static void set_defaults(jq_options *o)
{
    memset(o, 0, sizeof *o);
    o->largest_step = JPEGQ_BASELINE_STEP;
    o->rounding = jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0);
    o->clobber = true;
    o->header = true;
    o->progress = true;
    o->threads = processors();
    o->png_level = JQ_PNG_LEVEL;
    o->plot_metric = JQ_COLUMNS;
    o->max_pixels = JQ_MAX_PIXELS;
    o->decode_timeout = 60;
}

/*
 * Parse options and names in any order; "-" in short_options has getopt_long hand out names as
 * option 1. Names are gathered at the front of argv, which is behind them already.
 */
static int parse_words(int argc, char **argv, jq_options *o, size_t *names, bool *help)
{
    *names = 0;
    opterr = 0;
    for (;;) {
        const char *word = optind < argc ? argv[optind] : NULL;
        int option = getopt_long(argc, argv, short_options, long_options, NULL);
        int status = JQ_EXIT_OK;
        if (option == -1)
            break;
        if (option == 'h' || option == 'V') {
            *help = option == 'h';
            return -1;
        }
        if (option == 1)
            argv[(*names)++] = optarg;
        else if (option == '?' || option == ':')
            status = refuse_option(option, word);
        else
            status = take_option(option, optarg, o);
        if (status != JQ_EXIT_OK)
            return status;
    }
    while (optind < argc) /* behind "--" */
        argv[(*names)++] = argv[optind++];
    return JQ_EXIT_OK;
}

int jq_options_parse(int argc, char **argv, jq_options *options, bool *help)
{
    size_t names;
    const char *sandbox = getenv("JPEGQ_SANDBOX");
    set_defaults(options);
    int status = sandbox ? take_sandbox("JPEGQ_SANDBOX", sandbox, options) : JQ_EXIT_OK;
    if (status == JQ_EXIT_OK)
        status = parse_words(argc, argv, options, &names, help);
    if (status == JQ_EXIT_OK)
        status = take_names(names, argv, options);
    return status == JQ_EXIT_OK ? check(options) : status;
}
