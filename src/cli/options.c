/* SPDX-License-Identifier: MIT */
/* options.c: see options.h. */
#include "options.h"

#include <getopt.h>
#include <string.h>

#include "diagnose.h"
#include "numbers.h"

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
    OPT_HUFFMAN,
    OPT_BITS,
    OPT_BIT_MAP,
    OPT_FORMAT,
    OPT_OUTPUT_FORMAT,
    OPT_NO_CLOBBER,
    OPT_MAX_PIXELS
};

static const char short_options[] = "-:q:t:svhV";

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
    {"huffman", required_argument, NULL, OPT_HUFFMAN},
    {"bits", no_argument, NULL, OPT_BITS},
    {"bit-map", required_argument, NULL, OPT_BIT_MAP},
    {"stats", no_argument, NULL, 's'},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"output-format", required_argument, NULL, OPT_OUTPUT_FORMAT},
    {"no-clobber", no_argument, NULL, OPT_NO_CLOBBER},
    {"max-pixels", required_argument, NULL, OPT_MAX_PIXELS},
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
    {"nearest", JPEGQ_ROUND_NEAREST},
    {"even", JPEGQ_ROUND_EVEN},
    {"trunc", JPEGQ_ROUND_TRUNC},
    {"none", JPEGQ_ROUND_NONE},
    {NULL, 0},
};

static const choice stages[] = {
    {"quantized", JQ_STAGE_QUANTIZED},
    {"dct", JQ_STAGE_DCT},
    {"dequantized", JQ_STAGE_DEQUANTIZED},
    {NULL, 0},
};

static const choice orders[] = {{"natural", false}, {"zigzag", true}, {NULL, 0}};

static const choice huffmans[] = {
    {"standard", JQ_HUFFMAN_STANDARD},
    {"optimal", JQ_HUFFMAN_OPTIMAL},
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

static int take_quality(const char *argument, jq_options *o)
{
    uint64_t quality;
    if (!jq_is_unsigned(argument, 100, &quality))
        return refuse("--quality", argument, "is not a whole number from 0 to 100");
    o->quality = (int)quality;
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
    if (strncmp(argument, "offset:", 7) == 0) {
        if (!jq_is_real(argument + 7, &offset) || !(offset >= 0 && offset <= 1))
            return refuse("--round", argument, "the offset is not a number from 0 to 1");
    } else {
        for (const choice *c = roundings; c->name; c++)
            if (strcmp(c->name, argument) == 0)
                mode = c->value;
        if (mode == JPEGQ_ROUND_OFFSET)
            return refuse("--round", argument,
                          "is not one of nearest, even, trunc, offset:X, none");
    }
    o->round_name = argument;
    o->rounding = jpegq_rounding_of((jpegq_round_mode)mode, offset);
    return JQ_EXIT_OK;
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

/* ---- One option, all options ----------------------------------------------------------------- */

static int take_option(int option, const char *argument, jq_options *o)
{
    int value = 0, status = JQ_EXIT_OK;
    switch (option) {
    case 'q':
        return take_quality(argument, o);
    case 't':
        o->table = argument;
        break;
    case OPT_EXACT_TABLE:
        o->exact_table = true;
        break;
    case OPT_SCALE:
        return take_scale(argument, o);
    case OPT_NO_BASELINE:
        o->largest_step = JPEGQ_LARGEST_STEP;
        break;
    case OPT_PRINT_TABLE:
        o->print_table = true;
        break;
    case OPT_DCT:
        status = choose("--dct", argument, dct_methods, &value);
        o->dct = (jpegq_dct)value;
        o->dct_name = argument;
        break;
    case OPT_ROUND:
        return take_rounding(argument, o);
    case OPT_DUMP:
        o->dump = argument;
        break;
    case OPT_DUMP_FORMAT:
        status = choose("--dump-format", argument, dump_formats, &value);
        o->dump_format = (jq_dump_format)value;
        break;
    case OPT_DUMP_STAGE:
        status = choose("--dump-stage", argument, stages, &value);
        o->stage = (jq_stage)value;
        o->stage_name = argument;
        break;
    case OPT_DUMP_ORDER:
        status = choose("--dump-order", argument, orders, &value);
        o->zigzag = value;
        break;
    case OPT_BLOCK:
        return take_block(argument, o);
    case OPT_FROM_COEFFICIENTS:
        o->from_coefficients = argument;
        break;
    case OPT_SIZE:
        return take_size(argument, o);
    case OPT_HUFFMAN:
        status = choose("--huffman", argument, huffmans, &value);
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
        status = choose("--format", argument, report_formats, &value);
        o->format = (jq_report_format)value;
        break;
    case OPT_OUTPUT_FORMAT:
        status = choose("--output-format", argument, image_formats, &value);
        o->output_format = (jq_image_format)value;
        break;
    case OPT_NO_CLOBBER:
        o->clobber = false;
        break;
    case OPT_MAX_PIXELS:
        return take_max_pixels(argument, o);
    case 'v':
        o->verbose = true;
        break;
    default: /* getopt_long returns nothing else */
        break;
    }
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

static int take_names(int count, char **names, jq_options *o)
{
    int most = o->from_coefficients ? 1 : 2;
    if (count > most) {
        jq_complain(SHORT ": one file name too many (see jpegq --help)", SHORTENED(names[most]));
        return JQ_EXIT_USAGE;
    }
    if (!o->from_coefficients && count > 0)
        o->input = *names++, count--;
    if (count > 0)
        o->output = *names;
    if (!o->input && !o->from_coefficients && !o->print_table) {
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

static int check_quantization(const jq_options *o)
{
    if (o->exact_table && (o->quality >= 0 || o->scale))
        return conflict("--exact-table: not together with --quality or --scale");
    if (o->scale && o->quality >= 0)
        return conflict("--scale: not together with --quality");
    if (o->rounding.mode == JPEGQ_ROUND_NONE && o->dct != JPEGQ_DCT_EXACT)
        return conflict("--round none: only with --dct exact");
    return JQ_EXIT_OK;
}

static int check_coefficients(const jq_options *o)
{
    if (!o->dump && (o->dump_format != JQ_DUMP_UNKNOWN || o->stage_name))
        return conflict("--dump-format and --dump-stage: only with --dump");
    if (o->width && !o->from_coefficients)
        return conflict("--size: only with --from-coefficients");
    if (o->from_coefficients && o->block)
        return conflict("--block: not together with --from-coefficients");
    if (o->from_coefficients && o->dump && o->stage == JQ_STAGE_DCT)
        return conflict("--dump-stage dct: not together with --from-coefficients");
    return JQ_EXIT_OK;
}

static int settle_formats(jq_options *o)
{
    if (o->output && o->output_format == JQ_FORMAT_UNKNOWN)
        o->output_format = jq_format_of(o->output);
    if (o->output && o->output_format == JQ_FORMAT_UNKNOWN) {
        jq_complain(SHORT ": no image format from this name (png, bmp, pgm, npy, jpg): give"
                          " --output-format",
                    SHORTENED(jq_output_name(o->output)));
        return JQ_EXIT_USAGE;
    }
    if (o->bit_map)
        o->bit_map_format = jq_format_of(o->bit_map);
    if (o->bit_map &&
        (o->bit_map_format == JQ_FORMAT_UNKNOWN || o->bit_map_format == JQ_FORMAT_JPEG)) {
        jq_complain(SHORT ": the name of a bit map ends with .png, .bmp, .pgm or .npy",
                    SHORTENED(o->bit_map));
        return JQ_EXIT_USAGE;
    }
    if (o->dump && o->dump_format == JQ_DUMP_UNKNOWN)
        o->dump_format = strcmp(o->dump, "-") == 0 ? JQ_DUMP_TXT : jq_dump_format_of(o->dump);
    if (o->dump && o->dump_format == JQ_DUMP_UNKNOWN) {
        jq_complain("%s: no dump format from this name (npy, csv, txt): give --dump-format",
                    o->dump);
        return JQ_EXIT_USAGE;
    }
    return JQ_EXIT_OK;
}

static int check_standard_output(const jq_options *o)
{
    bool image = o->output && strcmp(o->output, "-") == 0;
    bool dump = o->dump && strcmp(o->dump, "-") == 0;
    if ((image && dump) || ((image || dump) && (o->stats || o->block || o->bits || o->print_table)))
        return conflict("standard output: only one of image, dump and printed text can go there");
    return JQ_EXIT_OK;
}

static int check(jq_options *o)
{
    int status = check_quantization(o);
    if (status == JQ_EXIT_OK)
        status = check_coefficients(o);
    if (status == JQ_EXIT_OK)
        status = settle_formats(o);
    if (status == JQ_EXIT_OK && o->rounding.mode == JPEGQ_ROUND_NONE &&
        (o->output_format == JQ_FORMAT_JPEG || o->bits || o->bit_map))
        status = conflict("--round none: a JPEG file holds whole numbers");
    if ((o->input || o->from_coefficients) && !o->output && !o->dump && !o->block && !o->bits &&
        !o->bit_map)
        o->stats = true;
    return status == JQ_EXIT_OK ? check_standard_output(o) : status;
}

static void set_defaults(jq_options *o)
{
    memset(o, 0, sizeof *o);
    o->quality = -1;
    o->table = "luma";
    o->largest_step = JPEGQ_BASELINE_STEP;
    o->dct_name = "int";
    o->round_name = "nearest";
    o->rounding = jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0);
    o->clobber = true;
    o->max_pixels = (uint64_t)1 << 30;
}

/*
 * Parse options and names in any order; "-" in short_options has getopt_long hand out names as
 * option 1. Names are gathered at the front of argv, which is behind them already.
 */
static int parse_words(int argc, char **argv, jq_options *o, int *names, bool *help)
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
    int names;
    set_defaults(options);
    int status = parse_words(argc, argv, options, &names, help);
    if (status == JQ_EXIT_OK)
        status = take_names(names, argv, options);
    return status == JQ_EXIT_OK ? check(options) : status;
}
