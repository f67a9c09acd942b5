/* SPDX-License-Identifier: MIT */
/* options.c: the options by name, and where each goes. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "diagnose.h"

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

static const jq_choice dct_methods[] = {
    {"int", JPEGQ_DCT_INT},
    {"float", JPEGQ_DCT_FLOAT},
    {"fast", JPEGQ_DCT_FAST},
    {"exact", JPEGQ_DCT_EXACT},
    {NULL, 0},
};

static const jq_choice stages[] = {
    {"quantized", JQ_STAGE_QUANTIZED},
    {"dct", JQ_STAGE_DCT},
    {"dequantized", JQ_STAGE_DEQUANTIZED},
    {NULL, 0},
};

static const jq_choice orders[] = {{"natural", false}, {"zigzag", true}, {NULL, 0}};

static const jq_choice sample_kinds[] = {
    {"8bit", JQ_SAMPLES_8BIT},
    {"real", JQ_SAMPLES_REAL},
    {NULL, 0},
};

static const jq_choice clamps[] = {
    {"both", JQ_CLAMP_BOTH},
    {"forward", JQ_CLAMP_FORWARD},
    {"none", JQ_CLAMP_NONE},
    {NULL, 0},
};

static const jq_choice types[] = {
    {"uint8", JQ_TYPE_UINT8},
    {"float32", JQ_TYPE_FLOAT32},
    {"float64", JQ_TYPE_FLOAT64},
    {NULL, 0},
};

static const jq_choice gradients[] = {
    {"ste", JPEGQ_GRADIENT_STE},
    {"ste-codec", JPEGQ_GRADIENT_STE_CODEC},
    {"soft", JPEGQ_GRADIENT_SOFT},
    {"true", JPEGQ_GRADIENT_TRUE},
    {NULL, 0},
};

static const jq_choice aims[] = {{"psnr", JPEGQ_AIM_PSNR}, {"ssim", JPEGQ_AIM_SSIM}, {NULL, 0}};

static const jq_choice huffmans[] = {
    {"standard", JQ_HUFFMAN_STANDARD},
    {"optimal", JQ_HUFFMAN_OPTIMAL},
    {NULL, 0},
};

static const jq_choice plot_metrics[] = {
    {"psnr", JQ_COLUMN_PSNR},
    {"ssim", JQ_COLUMN_SSIM},
    {NULL, 0},
};

static const jq_choice report_formats[] = {
    {"text", JQ_REPORT_TEXT},
    {"csv", JQ_REPORT_CSV},
    {"tsv", JQ_REPORT_TSV},
    {"jsonl", JQ_REPORT_JSONL},
    {NULL, 0},
};

static const jq_choice dump_formats[] = {
    {"npy", JQ_DUMP_NPY},
    {"csv", JQ_DUMP_CSV},
    {"txt", JQ_DUMP_TXT},
    {NULL, 0},
};

static const jq_choice image_formats[] = {
    {"png", JQ_FORMAT_PNG}, {"bmp", JQ_FORMAT_BMP},  {"pgm", JQ_FORMAT_PGM},
    {"npy", JQ_FORMAT_NPY}, {"jpg", JQ_FORMAT_JPEG}, {NULL, 0},
};

/* ---- One option, all options ----------------------------------------------------------------- */

/* Options of tables, transform and coefficients. False if it is none of them. */
static bool take_codec_option(int option, const char *argument, jq_options *o, int *status)
{
    int value = 0;
    switch (option) {
    case 'q':
        *status = jq_take_qualities(argument, o);
        break;
    case 't':
        *status = jq_take_table(argument, o);
        break;
    case OPT_EXACT_TABLE:
        o->exact_table = true;
        break;
    case OPT_SCALE:
        *status = jq_take_scale(argument, o);
        break;
    case OPT_NO_BASELINE:
        o->largest_step = JPEGQ_LARGEST_STEP;
        break;
    case OPT_PRINT_TABLE:
        o->print_table = true;
        break;
    case OPT_DCT:
        *status = jq_choose("--dct", argument, dct_methods, &value);
        o->dct = (jpegq_dct)value;
        o->dct_name = argument;
        break;
    case OPT_ROUND:
        *status = jq_take_rounding(argument, o);
        break;
    case OPT_DUMP:
        o->dump = argument;
        break;
    case OPT_DUMP_FORMAT:
        *status = jq_choose("--dump-format", argument, dump_formats, &value);
        o->dump_format = (jq_dump_format)value;
        break;
    case OPT_DUMP_STAGE:
        *status = jq_choose("--dump-stage", argument, stages, &value);
        o->stage = (jq_stage)value;
        o->stage_name = argument;
        break;
    case OPT_DUMP_ORDER:
        *status = jq_choose("--dump-order", argument, orders, &value);
        o->zigzag = value;
        break;
    case OPT_BLOCK:
        *status = jq_take_block(argument, o);
        break;
    case OPT_FROM_COEFFICIENTS:
        o->from_coefficients = argument;
        break;
    case OPT_SIZE:
        *status = jq_take_size(argument, o);
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
        *status = jq_take_range(argument, o);
        break;
    case OPT_SAMPLES:
        *status = jq_choose("--samples", argument, sample_kinds, &value);
        o->samples = (jq_samples)value;
        break;
    case OPT_CLAMP:
        *status = jq_choose("--clamp", argument, clamps, &value);
        o->clamp = (jq_clamp)value;
        break;
    case OPT_OUTPUT_TYPE:
        *status = jq_choose("--output-type", argument, types, &value);
        o->output_type = (jq_type)value;
        break;
    case OPT_GRADIENT:
        *status = jq_choose("--gradient", argument, gradients, &value);
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
        *status = jq_choose("--learn-for", argument, aims, &value);
        o->learn_for = (jpegq_aim)value;
        o->learn_for_given = true;
        break;
    case OPT_NO_ROUNDING:
        o->no_rounding = true;
        break;
    case OPT_VALIDATE:
        if (o->validate_count == JQ_MOST_VALIDATED)
            *status = jq_refuse("--validate", argument, "is one of too many (1000 at most)");
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
        *status = jq_choose("--huffman", argument, huffmans, &value);
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
        *status = jq_choose("--format", argument, report_formats, &value);
        o->format = (jq_report_format)value;
        break;
    case OPT_METRICS:
        *status = jq_take_metrics(argument, o);
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
        *status = jq_take_real_target(JQ_TARGET_PSNR, "--target-psnr", argument, o);
        break;
    case OPT_TARGET_SSIM:
        *status = jq_take_real_target(JQ_TARGET_SSIM, "--target-ssim", argument, o);
        break;
    case OPT_TARGET_BYTES:
        *status = jq_take_bytes_target(argument, o);
        break;
    case OPT_TARGET_BPP:
        *status = jq_take_real_target(JQ_TARGET_BPP, "--target-bpp", argument, o);
        break;
    case OPT_PLOT:
        o->plot = argument;
        break;
    case OPT_PLOT_METRIC:
        *status = jq_choose("--plot-metric", argument, plot_metrics, &value);
        o->plot_metric = (jq_column)value;
        break;
    case OPT_SHEET:
        o->sheet = argument;
        break;
    case OPT_CROP:
        *status = jq_take_crop(argument, o);
        break;
    case OPT_ZOOM:
        *status = jq_take_number("--zoom", argument, 64, &number);
        o->view.zoom = (unsigned)number;
        break;
    case OPT_DIFF:
        o->diff = argument;
        break;
    case OPT_DIFF_GAIN:
        *status = jq_take_number("--diff-gain", argument, 255, &o->diff_gain);
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
        *status = jq_take_number("--threads", argument, JQ_MOST_THREADS, &number);
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
        *status = jq_choose("--output-format", argument, image_formats, &value);
        o->output_format = (jq_image_format)value;
        break;
    case OPT_PNG_LEVEL:
        *status = jq_take_number("--png-level", argument, JQ_PNG_LARGEST_LEVEL, &number);
        o->png_level = (int)number;
        break;
    case OPT_NO_CLOBBER:
        o->clobber = false;
        break;
    case OPT_SANDBOX:
        *status = jq_take_sandbox("--sandbox", argument, o);
        break;
    case OPT_DECODE_TIMEOUT:
        *status = jq_take_decode_timeout(argument, o);
        break;
    case OPT_SYNC:
        o->sync = true;
        break;
    case OPT_MAX_PIXELS:
        *status = jq_take_max_pixels(argument, o);
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
        jq_complain(JQ_SHORT ": needs an argument (see jpegq --help)", JQ_SHORTENED(word));
    else if (!is_long)
        jq_complain("-%c: unknown option (see jpegq --help)", optopt);
    else
        jq_complain(JQ_SHORT ": %s (see jpegq --help)", JQ_SHORTENED(word),
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
        jq_complain(JQ_SHORT
                    ": one file name too many (see jpegq --help; many images need -d or -n)",
                    JQ_SHORTENED(names[inputs + 1]));
        return JQ_EXIT_USAGE;
    }
    if (inputs == 0 && !o->from_coefficients && !o->files_from && !o->print_table) {
        jq_complain("no input file (see jpegq --help)");
        return JQ_EXIT_USAGE;
    }
    return JQ_EXIT_OK;
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
    int status = sandbox ? jq_take_sandbox("JPEGQ_SANDBOX", sandbox, options) : JQ_EXIT_OK;
    if (status == JQ_EXIT_OK)
        status = parse_words(argc, argv, options, &names, help);
    if (status == JQ_EXIT_OK)
        status = take_names(names, argv, options);
    return status == JQ_EXIT_OK ? jq_options_check(options) : status;
}
