/* SPDX-License-Identifier: MIT */
/* libjpeg-turbo, used as cjpeg and djpeg use it, but on memory. */
#include "oracle.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jpeglib.h needs stdio.h and, unlike every other header here, does not include it. */
#include <jpeglib.h>

#include <jerror.h>

#ifndef LIBJPEG_TURBO_VERSION
#error "the reference is libjpeg-turbo; this jpeglib.h is another library's"
#endif

#define STRING_OF(text) #text
#define STRING(macro) STRING_OF(macro)

struct reference {
    struct jpeg_error_mgr errors;
    jmp_buf stop;
    long warnings;
    char message[JMSG_LENGTH_MAX];
    /* One for each coding: libjpeg keeps the Huffman tables of the file before. */
    struct jpeg_compress_struct encoders[CODING_COUNT];
    struct jpeg_decompress_struct decoder;
    unsigned char *file; /* malloc'ed, `room` bytes of which `size` are the file */
    size_t room;
    size_t size;
};

const char *ref_version(void)
{
    return STRING(LIBJPEG_TURBO_VERSION);
}

const char *ref_message(const reference *ref)
{
    return ref->message;
}

long ref_warnings(const reference *ref)
{
    return ref->warnings;
}

static void on_error(j_common_ptr cinfo)
{
    reference *ref = cinfo->client_data;

    cinfo->err->format_message(cinfo, ref->message);
    longjmp(ref->stop, 1);
}

static void on_message(j_common_ptr cinfo, int level)
{
    reference *ref = cinfo->client_data;

    /* Negative levels are warnings of corrupt data; the others are traces. */
    if (level < 0) {
        ref->warnings++;
        cinfo->err->format_message(cinfo, ref->message);
    }
}

static J_DCT_METHOD method_of(jpegq_dct dct)
{
    return dct == JPEGQ_DCT_FLOAT ? JDCT_FLOAT : dct == JPEGQ_DCT_FAST ? JDCT_IFAST : JDCT_ISLOW;
}

/* ---- Encoding -------------------------------------------------------------------------------- */

/* The file may grow out of the room it was given: libjpeg then allocates another. */
static bool begin_file(reference *ref, const jpegq_plane *plane, unsigned char **file,
                       unsigned long *size)
{
    size_t room = jpegq_blocks(plane->width) * jpegq_blocks(plane->height) * 384 + 4096;

    if (room > ref->room) {
        free(ref->file);
        ref->file = malloc(room);
        ref->room = ref->file ? room : 0;
    }
    ref->size = 0;
    ref->warnings = 0;
    ref->message[0] = '\0';
    *file = ref->file;
    *size = ref->room;
    return ref->file != NULL;
}

static void end_file(reference *ref, unsigned char *file, unsigned long size)
{
    if (file != ref->file) {
        free(ref->file);
        ref->file = file;
        ref->room = size;
    }
    ref->size = size;
}

static void set_image(struct jpeg_compress_struct *encoder, const jpegq_plane *plane)
{
    encoder->image_width = plane->width;
    encoder->image_height = plane->height;
    encoder->input_components = 1;
    encoder->in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(encoder); /* which makes it a grayscale file, as -grayscale does */
}

static void add_table(struct jpeg_compress_struct *encoder, const jpegq_table *table, int scale,
                      bool baseline)
{
    unsigned values[DCTSIZE2];

    for (int i = 0; i < DCTSIZE2; i++)
        values[i] = table->step[i];
    jpeg_add_quant_table(encoder, 0, values, scale, baseline);
}

static void set_coding(struct jpeg_compress_struct *encoder, coding how)
{
    encoder->arith_code = how == CODING_ARITHMETIC;
    encoder->optimize_coding = how == CODING_OPTIMAL;
}

static void set_options(struct jpeg_compress_struct *encoder, const ref_options *options)
{
    jpeg_set_quality(encoder, options->quality, options->baseline);
    if (options->qtable)
        add_table(encoder, options->qtable, 100, options->baseline);
    else if (options->chroma)
        memcpy(encoder->quant_tbl_ptrs[0]->quantval, encoder->quant_tbl_ptrs[1]->quantval,
               sizeof encoder->quant_tbl_ptrs[0]->quantval);
    encoder->dct_method = method_of(options->dct);
    set_coding(encoder, options->coding);
}

bool ref_encode(reference *ref, const ref_options *options, const jpegq_plane *plane)
{
    struct jpeg_compress_struct *encoder = &ref->encoders[options->coding];
    unsigned char *file;
    unsigned long size;

    if (!begin_file(ref, plane, &file, &size))
        return false;
    if (setjmp(ref->stop)) {
        jpeg_abort_compress(encoder);
        return false;
    }
    jpeg_mem_dest(encoder, &file, &size);
    set_image(encoder, plane);
    set_options(encoder, options);
    jpeg_start_compress(encoder, TRUE);
    while (encoder->next_scanline < encoder->image_height) {
        JSAMPROW row = plane->samples + encoder->next_scanline * plane->stride;

        jpeg_write_scanlines(encoder, &row, 1);
    }
    jpeg_finish_compress(encoder);
    end_file(ref, file, size);
    return true;
}

static void put_blocks(struct jpeg_compress_struct *encoder, jvirt_barray_ptr array,
                       const int16_t *quantized)
{
    JDIMENSION columns = encoder->comp_info[0].width_in_blocks;
    JDIMENSION rows = encoder->comp_info[0].height_in_blocks;
    size_t bytes = columns * sizeof(JBLOCK);

    for (JDIMENSION row = 0; row < rows; row++) {
        JBLOCKARRAY blocks =
            encoder->mem->access_virt_barray((j_common_ptr)encoder, array, row, 1, TRUE);

        memcpy(blocks[0], quantized + (size_t)row * columns * DCTSIZE2, bytes);
    }
}

bool ref_write(reference *ref, const jpegq_table *table, const int16_t *quantized,
               const jpegq_plane *size, coding how)
{
    struct jpeg_compress_struct *encoder = &ref->encoders[how];
    JDIMENSION columns = (JDIMENSION)jpegq_blocks(size->width);
    JDIMENSION rows = (JDIMENSION)jpegq_blocks(size->height);
    jvirt_barray_ptr array;
    unsigned char *file;
    unsigned long bytes;

    if (!begin_file(ref, size, &file, &bytes))
        return false;
    if (setjmp(ref->stop)) {
        jpeg_abort_compress(encoder);
        return false;
    }
    jpeg_mem_dest(encoder, &file, &bytes);
    set_image(encoder, size);
    add_table(encoder, table, 100, false);
    set_coding(encoder, how);
    /* DC is predicted from 0 after a restart: no difference exceeds 2^15. */
    encoder->restart_interval = how == CODING_ARITHMETIC ? 1 : 0;
    array = encoder->mem->request_virt_barray((j_common_ptr)encoder, JPOOL_IMAGE, TRUE, columns,
                                              rows, 1);
    jpeg_write_coefficients(encoder, &array);
    put_blocks(encoder, array, quantized); /* the array exists only since the call before */
    jpeg_finish_compress(encoder);
    end_file(ref, file, bytes);
    return true;
}

bool ref_scale(reference *ref, const jpegq_table *base, int quality, bool baseline,
               jpegq_table *scaled)
{
    struct jpeg_compress_struct *encoder = &ref->encoders[CODING_STANDARD];

    if (setjmp(ref->stop)) {
        jpeg_abort_compress(encoder);
        return false;
    }
    add_table(encoder, base, jpeg_quality_scaling(quality), baseline);
    memcpy(scaled->step, encoder->quant_tbl_ptrs[0]->quantval, sizeof scaled->step);
    return true;
}

const uint8_t *ref_file(const reference *ref, size_t *size)
{
    *size = ref->size;
    return ref->file;
}

bool ref_take(reference *ref, const uint8_t *bytes, size_t size)
{
    ref->size = 0;
    ref->warnings = 0;
    ref->message[0] = '\0';
    if (size > ref->room) {
        free(ref->file);
        ref->file = malloc(size);
        ref->room = ref->file ? size : 0;
    }
    if (!ref->file)
        return false;
    memcpy(ref->file, bytes, size);
    ref->size = size;
    return true;
}

/* ---- Decoding -------------------------------------------------------------------------------- */

static void get_blocks(struct jpeg_decompress_struct *decoder, jvirt_barray_ptr array,
                       int16_t *quantized)
{
    JDIMENSION columns = decoder->comp_info[0].width_in_blocks;
    JDIMENSION rows = decoder->comp_info[0].height_in_blocks;
    size_t bytes = columns * sizeof(JBLOCK);

    for (JDIMENSION row = 0; row < rows; row++) {
        JBLOCKARRAY blocks =
            decoder->mem->access_virt_barray((j_common_ptr)decoder, array, row, 1, FALSE);

        memcpy(quantized + (size_t)row * columns * DCTSIZE2, blocks[0], bytes);
    }
}

bool ref_coefficients(reference *ref, int16_t *quantized, jpegq_table *table)
{
    struct jpeg_decompress_struct *decoder = &ref->decoder;
    jvirt_barray_ptr *arrays;

    if (setjmp(ref->stop)) {
        jpeg_abort_decompress(decoder);
        return false;
    }
    jpeg_mem_src(decoder, ref->file, ref->size);
    jpeg_read_header(decoder, TRUE);
    arrays = jpeg_read_coefficients(decoder);
    get_blocks(decoder, arrays[0], quantized);
    memcpy(table->step, decoder->comp_info[0].quant_table->quantval, sizeof table->step);
    jpeg_finish_decompress(decoder);
    return true;
}

bool ref_decode(reference *ref, jpegq_dct dct, uint8_t *samples)
{
    struct jpeg_decompress_struct *decoder = &ref->decoder;

    if (setjmp(ref->stop)) {
        jpeg_abort_decompress(decoder);
        return false;
    }
    jpeg_mem_src(decoder, ref->file, ref->size);
    jpeg_read_header(decoder, TRUE);
    decoder->dct_method = method_of(dct);
    jpeg_start_decompress(decoder);
    while (decoder->output_scanline < decoder->output_height) {
        JSAMPROW row = samples + (size_t)decoder->output_scanline * decoder->output_width;

        jpeg_read_scanlines(decoder, &row, 1);
    }
    jpeg_finish_decompress(decoder);
    return true;
}

/* ---- Is it the right library? ---------------------------------------------------------------- */

/*
 * A block whose samples should be 1000 + 128: libjpeg-turbo's SIMD code clamps them to 255, its
 * plain C code, which indexes a table with the low ten bits, makes 104 of them.
 */
static bool simd_clamps(reference *ref)
{
    uint8_t samples[DCTSIZE2];
    int16_t block[DCTSIZE2] = {8000};
    jpegq_plane plane = {DCTSIZE, DCTSIZE, DCTSIZE, samples};
    jpegq_table table;

    for (int i = 0; i < DCTSIZE2; i++)
        table.step[i] = 1;
    return ref_write(ref, &table, block, &plane, CODING_ARITHMETIC) &&
           ref_decode(ref, JPEGQ_DCT_INT, samples) && samples[0] == 255 &&
           samples[DCTSIZE2 - 1] == 255;
}

static const char *unsuitable(reference *ref)
{
    const char *copyright = ref->errors.jpeg_message_table[JMSG_COPYRIGHT];

#if !defined(__x86_64__)
    return "the reference is libjpeg-turbo on x86-64; this is another processor";
#endif
    if (getenv("JSIMD_FORCENONE"))
        return "JSIMD_FORCENONE is set; the reference is libjpeg-turbo with SIMD";
    if (!strstr(copyright, "libjpeg-turbo"))
        return "the libjpeg that runs is not libjpeg-turbo";
    if (!simd_clamps(ref))
        return "this libjpeg-turbo does not run its SIMD code";
    return NULL;
}

static bool create(reference *ref)
{
    jpeg_std_error(&ref->errors);
    ref->errors.error_exit = on_error;
    ref->errors.emit_message = on_message;
    ref->decoder.err = &ref->errors;
    ref->decoder.client_data = ref;
    for (int i = 0; i < CODING_COUNT; i++) {
        ref->encoders[i].err = &ref->errors;
        ref->encoders[i].client_data = ref;
    }
    if (setjmp(ref->stop))
        return false;
    for (int i = 0; i < CODING_COUNT; i++)
        jpeg_create_compress(&ref->encoders[i]);
    jpeg_create_decompress(&ref->decoder);
    return true;
}

reference *ref_open(const char **why)
{
    reference *ref = calloc(1, sizeof *ref);

    if (!ref) {
        *why = "no memory";
        return NULL;
    }
    *why = create(ref) ? unsuitable(ref) : "jpeglib.h and the libjpeg that runs do not fit";
    if (*why) {
        ref_close(ref);
        return NULL;
    }
    return ref;
}

void ref_close(reference *ref)
{
    if (!ref)
        return;
    for (int i = 0; i < CODING_COUNT; i++)
        jpeg_destroy_compress(&ref->encoders[i]);
    jpeg_destroy_decompress(&ref->decoder);
    free(ref->file);
    free(ref);
}
