/* SPDX-License-Identifier: MIT */
/*
 * fuzz_huffman.c: Huffman tables of any content given to jpegq_file_size and jpegq_file_write: a
 * table that is none, or lacks a symbol, is refused; with any other libjpeg finds the coefficients.
 *
 * The input: BITS 1..16 and 12 symbols for DC, BITS 1..16 and 162 symbols for AC; then the
 * coefficients of one block as a byte each. What is missing is as in the standard tables.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include "fuzz.h"

typedef struct judge {
    struct jpeg_error_mgr errors;
    jmp_buf failed;
} judge;

static void fail(j_common_ptr info)
{
    longjmp(((judge *)info->err)->failed, 1);
}

static void pass_judgement(const jq_bytes *jpg, const int16_t *quantized)
{
    struct jpeg_decompress_struct info;
    judge j;
    info.err = jpeg_std_error(&j.errors);
    j.errors.error_exit = fail;
    JQ_MUST(setjmp(j.failed) == 0);
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, jpg->data, jpg->size);
    jpeg_read_header(&info, TRUE);
    jvirt_barray_ptr *arrays = jpeg_read_coefficients(&info);
    JBLOCKARRAY block = info.mem->access_virt_barray((j_common_ptr)&info, arrays[0], 0, 1, FALSE);
    for (int i = 0; i < 64; i++)
        JQ_MUST(block[0][0][i] == quantized[i]);
    JQ_MUST(info.err->num_warnings == 0);
    jpeg_destroy_decompress(&info);
}

static size_t take(const uint8_t **data, size_t *size, size_t count, uint8_t *to)
{
    size_t n = count < *size ? count : *size;
    memcpy(to, *data, n);
    *data += n;
    *size -= n;
    return n;
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    jpegq_file file = {8, 8, jpegq_preset_named("luma")->table, *jpegq_huffman_standard()};
    int16_t quantized[64] = {0};
    uint8_t values[64];
    uint64_t bytes;
    if (size) {
        take(&data, &size, 16, file.huffman.dc.bits + 1);
        take(&data, &size, 12, file.huffman.dc.values);
        take(&data, &size, 16, file.huffman.ac.bits + 1);
        take(&data, &size, 162, file.huffman.ac.values);
        size_t count = take(&data, &size, 64, values);
        for (size_t i = 0; i < count; i++)
            quantized[i] = (int8_t)values[i];
    }
    jpegq_status status = jpegq_file_size(&file, quantized, &bytes);
    JQ_MUST(status == JPEGQ_OK || status == JPEGQ_BAD_ARGUMENT);
    if (status != JPEGQ_OK)
        return false;
    jq_bytes jpg = {.data = jpegq_alloc((size_t)bytes, 1), .size = (size_t)bytes};
    JQ_MUST(jpg.data);
    JQ_MUST(jpegq_file_write(&file, quantized, jpg.data, jpg.size) == JPEGQ_OK);
    pass_judgement(&jpg, quantized);
    jq_bytes_free(&jpg);
    return true;
}
