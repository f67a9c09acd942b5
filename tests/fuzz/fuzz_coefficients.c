/* SPDX-License-Identifier: MIT */
/*
 * fuzz_coefficients.c: coefficients to a picture and to a .jpg file, of which libjpeg is the judge:
 * it must find the same coefficients and steps, and decode the same picture.
 *
 * The input: width - 1, height - 1 (5 bits each), settings, quality; 64 steps of two bytes if the
 * settings say so; then coefficients of one or two bytes. What is missing is zero.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "fuzz.h"

enum { OPTIMAL = 4, OWN_TABLE = 8, WIDE = 16, LARGE_STEPS = 32, MOST_BLOCKS = 16 };

typedef struct subject {
    jpegq_file file;
    jpegq_dct dct;
    size_t rows, columns, blocks;
    int16_t quantized[MOST_BLOCKS * 64];
} subject;

/* ---- The input ------------------------------------------------------------------------------- */

typedef struct reader {
    const uint8_t *at, *end;
} reader;

static unsigned next(reader *r)
{
    return r->at < r->end ? *r->at++ : 0;
}

static unsigned next_wide(reader *r)
{
    unsigned low = next(r);
    return low | next(r) << 8;
}

static void read_subject(reader r, subject *s)
{
    memset(s, 0, sizeof *s);
    s->file.width = next(&r) % 32 + 1;
    s->file.height = next(&r) % 32 + 1;
    s->columns = jpegq_blocks(s->file.width);
    s->rows = jpegq_blocks(s->file.height);
    s->blocks = s->rows * s->columns;
    unsigned settings = next(&r), quality = next(&r);
    s->dct = (jpegq_dct)(settings % 3); /* those that libjpeg has */
    unsigned largest = settings & LARGE_STEPS ? JPEGQ_LARGEST_STEP : JPEGQ_BASELINE_STEP;
    if (settings & OWN_TABLE)
        for (int i = 0; i < 64; i++)
            s->file.table.step[i] = (uint16_t)(next_wide(&r) % largest + 1);
    else
        JQ_MUST(jpegq_table_at_quality(&jpegq_preset_named("luma")->table, (int)(quality % 101),
                                       largest, &s->file.table) == JPEGQ_OK);
    for (size_t i = 0; i < s->blocks * 64; i++)
        s->quantized[i] =
            settings & WIDE ? (int16_t)(uint16_t)next_wide(&r) : (int16_t)(int8_t)next(&r);
    s->file.huffman = *jpegq_huffman_standard();
    jpegq_symbols symbols;
    if (settings & OPTIMAL && jpegq_count_symbols(s->quantized, s->blocks, &symbols) == JPEGQ_OK) {
        JQ_MUST(jpegq_huffman_optimal(symbols.dc, &s->file.huffman.dc) == JPEGQ_OK);
        JQ_MUST(jpegq_huffman_optimal(symbols.ac, &s->file.huffman.ac) == JPEGQ_OK);
    }
}

/* T.81 F.1.2: AC of 10 bits, DC differences of 11. */
static bool fits(const subject *s)
{
    int before = 0;
    for (size_t i = 0; i < s->blocks * 64; i++) {
        int value = s->quantized[i];
        if (i % 64 ? abs(value) > 1023 : abs(value - before) > 2047)
            return false;
        before = i % 64 ? before : value;
    }
    return true;
}

/* ---- The judge ------------------------------------------------------------------------------- */

typedef struct judge {
    struct jpeg_error_mgr errors;
    jmp_buf failed;
} judge;

static void fail(j_common_ptr info)
{
    longjmp(((judge *)info->err)->failed, 1);
}

static void open_file(struct jpeg_decompress_struct *info, const jq_bytes *jpg)
{
    jpeg_create_decompress(info);
    jpeg_mem_src(info, jpg->data, jpg->size);
    jpeg_read_header(info, TRUE);
}

static void judge_coefficients(struct jpeg_decompress_struct *info, const subject *s)
{
    jvirt_barray_ptr *arrays = jpeg_read_coefficients(info);
    JQ_MUST(info->image_width == s->file.width && info->image_height == s->file.height);
    JQ_MUST(info->num_components == 1 && info->err->num_warnings == 0);
    for (int i = 0; i < 64; i++)
        JQ_MUST(info->quant_tbl_ptrs[0]->quantval[i] == s->file.table.step[i]);
    for (size_t row = 0; row < s->rows; row++) {
        JBLOCKARRAY blocks =
            info->mem->access_virt_barray((j_common_ptr)info, arrays[0], (JDIMENSION)row, 1, FALSE);
        for (size_t i = 0; i < s->columns * 64; i++)
            JQ_MUST(blocks[0][i / 64][i % 64] == s->quantized[row * s->columns * 64 + i]);
    }
}

static void judge_picture(struct jpeg_decompress_struct *info, const subject *s)
{
    static const J_DCT_METHOD methods[] = {JDCT_ISLOW, JDCT_FLOAT, JDCT_IFAST};
    uint8_t samples[32 * 32], row[32], *rows[] = {row};
    const jpegq_plane plane = {s->file.width, s->file.height, 32, samples};
    JQ_MUST(jpegq_inverse(s->dct, &s->file.table, s->quantized, &plane) == JPEGQ_OK);
    info->dct_method = methods[s->dct];
    jpeg_start_decompress(info);
    for (uint32_t y = 0; y < s->file.height; y++) {
        JQ_MUST(jpeg_read_scanlines(info, rows, 1) == 1);
        JQ_MUST(memcmp(row, samples + y * 32, s->file.width) == 0);
    }
    JQ_MUST(jpeg_finish_decompress(info) && info->err->num_warnings == 0);
}

static void pass_judgement(const jq_bytes *jpg, const subject *s)
{
    struct jpeg_decompress_struct info;
    judge j;
    info.err = jpeg_std_error(&j.errors);
    j.errors.error_exit = fail;
    JQ_MUST(setjmp(j.failed) == 0);
    open_file(&info, jpg);
    judge_coefficients(&info, s);
    jpeg_destroy_decompress(&info);
    open_file(&info, jpg);
    judge_picture(&info, s);
    jpeg_destroy_decompress(&info);
}

/* ---- The target ------------------------------------------------------------------------------ */

/* All that tells a size tells the same one. */
static void check_sizes(const subject *s, uint64_t size)
{
    static jpegq_account account;
    uint32_t block_bits[MOST_BLOCKS];
    uint64_t standard, optimal, bits = 0, in_blocks = 0;
    JQ_MUST(jpegq_file_account(&s->file, s->quantized, &account, block_bits) == JPEGQ_OK);
    JQ_MUST(account.header + account.scan == size);
    for (int i = 0; i < 64; i++)
        bits += account.position[i];
    for (size_t i = 0; i < s->blocks; i++)
        in_blocks += block_bits[i];
    JQ_MUST(bits + account.end_of_block == in_blocks);
    JQ_MUST(in_blocks + account.padding == 8 * (account.scan - account.stuffed));
    JQ_MUST(jpegq_file_sizes(&s->file, s->quantized, &standard, &optimal) == JPEGQ_OK);
    JQ_MUST(size == standard || size == optimal);
}

/* No method may go out of bounds or overflow, whatever the coefficients. */
static void invert(const subject *s)
{
    uint8_t samples[32 * 32];
    const jpegq_plane plane = {s->file.width, s->file.height, s->file.width, samples};
    for (int dct = JPEGQ_DCT_INT; dct <= JPEGQ_DCT_EXACT; dct++)
        JQ_MUST(jpegq_inverse((jpegq_dct)dct, &s->file.table, s->quantized, &plane) == JPEGQ_OK);
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    static subject s;
    uint64_t bytes;
    read_subject((reader){data, data + size}, &s);
    invert(&s);
    jpegq_status status = jpegq_file_size(&s.file, s.quantized, &bytes);
    JQ_MUST(status == (fits(&s) ? JPEGQ_OK : JPEGQ_OUT_OF_RANGE));
    if (status != JPEGQ_OK)
        return false;
    check_sizes(&s, bytes);
    jq_bytes jpg = {.data = jpegq_alloc((size_t)bytes, 1), .size = (size_t)bytes};
    JQ_MUST(jpg.data);
    JQ_MUST(jpegq_file_write(&s.file, s.quantized, jpg.data, jpg.size) == JPEGQ_OK);
    pass_judgement(&jpg, &s);
    jq_bytes_free(&jpg);
    return true;
}
