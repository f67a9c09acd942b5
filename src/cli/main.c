/* SPDX-License-Identifier: MIT */
/* main.c: the jpegq command. */
#include "diagnose.h"
#include "job.h"

static const char help_text[] =
    "usage: jpegq [options] INPUT [OUTPUT]\n"
    "       jpegq [options] --from-coefficients FILE.npy [OUTPUT]\n"
    "       jpegq --print-table [options]\n"
    "\n"
    "Take a grayscale image through JPEG's lossy stage and back, exactly as libjpeg-turbo does.\n"
    "With no OUTPUT, print statistics. \"-\" is standard input or output.\n"
    "\n"
    "quality and table\n"
    "  -q, --quality Q          0..100 (75; for a table from a file 50, as it stands)\n"
    "  -t, --table NAME|FILE    luma, chroma, flat, ms-ssim, ms-ssim-chroma, imagemagick,\n"
    "                           psnr-hvs, psnr-hvs-chroma, klein, watson, ahumada, peterson,\n"
    "                           or a file as for cjpeg -qtables (luma)\n"
    "      --exact-table        use the table as it stands\n"
    "      --scale F[,DC]       multiply the steps instead of scaling by a quality\n"
    "      --no-baseline        allow steps above 255, as cjpeg does without -baseline\n"
    "      --print-table        print the effective table\n"
    "transform and rounding\n"
    "      --dct METHOD         int, float, fast, exact (int)\n"
    "      --round ROUNDING     nearest, even, trunc, offset:X, none (nearest)\n"
    "coefficients\n"
    "      --dump FILE          write the coefficients to FILE (.npy, .csv, .txt)\n"
    "      --dump-format FORMAT npy, csv, txt\n"
    "      --dump-stage STAGE   quantized, dct, dequantized (quantized)\n"
    "      --dump-order ORDER   natural, zigzag (natural)\n"
    "      --block ROW,COLUMN   print one block at every stage\n"
    "      --from-coefficients FILE  start from quantized coefficients (.npy)\n"
    "      --size WxH           the size of that picture\n"
    "JPEG files\n"
    "      --huffman TABLES     standard, optimal (standard)\n"
    "      --bits               print where the bits of the file go\n"
    "      --bit-map FILE       the bits of each block (.png, .bmp, .pgm, .npy)\n"
    "statistics\n"
    "  -s, --stats              print statistics also when something else is made\n"
    "      --format FORMAT      text, csv, tsv, jsonl (text)\n"
    "input and output\n"
    "      --output-format F    png, bmp, pgm, npy, jpg (by the ending of OUTPUT)\n"
    "      --no-clobber         do not replace files\n"
    "      --max-pixels N       refuse larger images (1073741824)\n"
    "  -v, --verbose            say what was read\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "The manual, jpegq(1), has the details.\n";

static int print_help(bool help)
{
    jq_output out;
    jq_message message;
    int result = jq_output_open(&out, "-", true, &message);
    if (result == 0 && help)
        jq_output_text(&out, help_text);
    else if (result == 0)
        jq_output_format(&out, "jpegq %s\nPNG deflate: %s\n", jpegq_version(), jq_png_deflate());
    if (result == 0)
        result = jq_output_commit(&out, &message);
    if (result != 0)
        jq_complain("%s", message.text);
    return result == 0 ? JQ_EXIT_OK : JQ_EXIT_FAILED;
}

int main(int argc, char **argv)
{
    jq_options options;
    bool help = false;
    jq_output_init();
    int status = jq_options_parse(argc, argv, &options, &help);
    if (status == -1)
        return print_help(help);
    return status == JQ_EXIT_OK ? jq_job_run(&options) : status;
}
