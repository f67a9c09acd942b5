/* SPDX-License-Identifier: MIT */
/* options_check.c: which options go together, and what those that were not given come to. */
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "diagnose.h"

#define METRIC(column) (UINT32_C(1) << (column))
#define DEFAULT_METRICS                                                                            \
    (JQ_ALL_METRICS &                                                                              \
     ~(METRIC(JQ_COLUMN_PSNR_B) | METRIC(JQ_COLUMN_SSIM) | METRIC(JQ_COLUMN_SSIM_UNIFORM)))
/* what can be said of two pictures */
#define PICTURE_METRICS (METRIC(JQ_COLUMN_ZEROS) - METRIC(JQ_FIRST_METRIC))

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
    jq_complain(JQ_SHORT ": the name of a %s ends with .png, .bmp, .pgm or .npy",
                JQ_SHORTENED(name), what);
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
        jq_complain(JQ_SHORT ": the name of a plot ends with .svg", JQ_SHORTENED(o->plot));
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
        jq_complain(JQ_SHORT ": no image format from this name (png, bmp, pgm, npy, jpg): give"
                             " --output-format",
                    JQ_SHORTENED(jq_output_name(o->output)));
        return JQ_EXIT_USAGE;
    }
    if (o->dump && o->dump_format == JQ_DUMP_UNKNOWN)
        o->dump_format = strcmp(o->dump, "-") == 0 ? JQ_DUMP_TXT : jq_dump_format_of(o->dump);
    if (o->dump && o->dump_format == JQ_DUMP_UNKNOWN) {
        jq_complain(JQ_SHORT ": no dump format from this name (npy, csv, txt): give --dump-format",
                    JQ_SHORTENED(o->dump));
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

int jq_options_check(jq_options *o)
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
