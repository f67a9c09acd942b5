/* SPDX-License-Identifier: MIT */
/* main.c: the jpegq command. */
#include "../io/confine.h"
#include "batch.h"
#include "diagnose.h"
#include "learn.h"

static const char help_text[] =
    "usage: jpegq [options] INPUT [OUTPUT]\n"
    "       jpegq [options] -d DIR INPUT...\n"
    "       jpegq [options] -n INPUT...\n"
    "       jpegq [options] --compare REFERENCE IMAGE...\n"
    "       jpegq [options] --from-coefficients FILE.npy [OUTPUT]\n"
    "       jpegq --learn-table FILE [options] IMAGE...\n"
    "       jpegq --print-table [options]\n"
    "\n"
    "Take grayscale images through JPEG's lossy stage and back, exactly as libjpeg-turbo does.\n"
    "With no OUTPUT, print statistics. \"-\" is standard input or output.\n"
    "\n"
    "quality and table\n"
    "  -q, --quality LIST       0..100, as 10 or 10,50,75-95:5 (75; for a table from a file 50,\n"
    "                           as it stands)\n"
    "  -t, --table NAME|FILE    luma, chroma, flat, ms-ssim, ms-ssim-chroma, imagemagick,\n"
    "                           psnr-hvs, psnr-hvs-chroma, klein, watson, ahumada, peterson,\n"
    "                           or a file as for cjpeg -qtables (luma); may be repeated\n"
    "      --exact-table        use the table as it stands\n"
    "      --scale F[,DC]       multiply the steps instead of scaling by a quality\n"
    "      --no-baseline        allow steps above 255, as cjpeg does without -baseline\n"
    "      --print-table        print the effective table\n"
    "transform and rounding\n"
    "      --dct METHOD         int, float, fast, exact (int)\n"
    "      --round ROUNDING     nearest, even, trunc, offset:X, offsets:FILE, none, soft\n"
    "                           (nearest)\n"
    "coefficients\n"
    "      --dump FILE          write the coefficients to FILE (.npy, .csv, .txt)\n"
    "      --dump-format FORMAT npy, csv, txt\n"
    "      --dump-stage STAGE   quantized, dct, dequantized (quantized)\n"
    "      --dump-order ORDER   natural, zigzag (natural)\n"
    "      --block ROW,COLUMN   print one block at every stage\n"
    "      --from-coefficients FILE  start from quantized coefficients (.npy)\n"
    "      --size WxH           the size of that picture\n"
    "feature maps and gradients (.npy of floats)\n"
    "      --range MIN:MAX|minmax  map the values of an input to 0..255, and back\n"
    "      --samples KIND       8bit, real: how they enter the codec (real with --dct exact)\n"
    "      --clamp WHERE        both, forward, none: pixels to 0..255, and their gradient (both)\n"
    "      --output-type TYPE   uint8, float32, float64: of an OUTPUT.npy (as the input)\n"
    "      --gradient MODE      ste, ste-codec, soft, true (ste)\n"
    "      --grad-output FILE   read dL/doutput\n"
    "      --grad-input FILE    write dL/dinput\n"
    "      --grad-table FILE    write dL/dstep of the 64 steps\n"
    "      --grad-quality FILE  write dL/dquality\n"
    "learned tables\n"
    "      --learn-table FILE|DIR/  learn a table from the images, for a quality or a target;\n"
    "                           DIR/: one for each quality\n"
    "      --learn-for MEASURE  psnr, ssim (psnr)\n"
    "      --no-rounding        learn no rounding offsets beside it\n"
    "      --validate IMAGE     try it on an image that it is not learned from; may be repeated\n"
    "JPEG files\n"
    "      --huffman TABLES     standard, optimal (standard)\n"
    "      --bits               print where the bits of the file go\n"
    "      --bit-map FILE       the bits of each block (.png, .bmp, .pgm, .npy)\n"
    "statistics\n"
    "  -s, --stats              print statistics also when something else is made\n"
    "      --format FORMAT      text, csv, tsv, jsonl (text)\n"
    "      --metrics LIST       mse,psnr,psnr_b,ssim,ssim_uniform,max_error,mean_error,zeros,\n"
    "                           bytes,bytes_optimal,bpp or all\n"
    "      --no-header          no line of column names\n"
    "      --summary            means and totals over the images\n"
    "      --bd                 Bjontegaard's deltas of each table against the first\n"
    "      --compare REFERENCE  measure images that something else made\n"
    "targets\n"
    "      --target-psnr DB     the lowest quality that reaches it\n"
    "      --target-ssim SSIM   the lowest quality that reaches it\n"
    "      --target-bytes N[k|M]  the highest quality that does not exceed it\n"
    "      --target-bpp BITS    the highest quality that does not exceed it\n"
    "pictures\n"
    "      --plot FILE.svg      rate-distortion curves\n"
    "      --plot-metric M      psnr, ssim (psnr)\n"
    "      --sheet FILE         the original and the reconstructions side by side\n"
    "      --crop X,Y,WxH       the part that the sheet shows\n"
    "      --zoom N             enlarge it (1)\n"
    "      --diff FILE          the error around mid-gray\n"
    "      --diff-gain N        amplified by (4)\n"
    "input and output\n"
    "  -d, --output-directory DIR  write a reconstruction of every row into DIR\n"
    "  -n, --no-output          statistics only, of many images\n"
    "      --files-from FILE    read names of inputs from FILE, one a line\n"
    "  -0, --null               they end with a zero byte\n"
    "  -j, --threads N          how many threads work (one a processor)\n"
    "      --no-progress        no progress bar on a terminal\n"
    "      --output-format F    png, bmp, pgm, npy, jpg (by the ending of OUTPUT; png with -d)\n"
    "      --png-level N        how hard to compress a PNG, 1 to 12 (6)\n"
    "      --no-clobber         do not replace files\n"
    "      --sync               wait until files are on the disk\n"
    "      --max-pixels N       refuse larger images (1073741824)\n"
    "      --sandbox MODE       decode PNG, JPEG and BMP in a process that can do nothing else:\n"
    "                           auto, require, off (auto)\n"
    "      --decode-timeout S   seconds of processor time for decoding a file (60)\n"
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
        jq_output_format(&out,
                         "jpegq %s\nkernels: %s\nPNG deflate: %s\nPNG, JPEG, BMP are decoded %s\n"
                         "opening of other files: %s\n",
                         jpegq_version(), jpegq_cpu(), jq_png_deflate(), jq_cage_text(),
                         jq_can_confine() ? "given up (Landlock)" : "not given up (no Landlock)");
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
    jq_cage_set(options.sandbox, options.decode_timeout);
    jq_output_sync(options.sync);
    if (status == -1)
        return print_help(help);
    if (status != JQ_EXIT_OK)
        return status;
    jq_png_set_level(options.png_level);
    return options.learn_table ? jq_learn_run(&options) : jq_batch_run(&options);
}
