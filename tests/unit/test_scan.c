/* SPDX-License-Identifier: MIT */
/*
 * test_scan.c: the entropy-coded segment and the markers around it: blocks coded by hand with the
 * codes of T.81 tables K.3 and K.5, random ones read back by a decoder straight from T.81 F.2.2,
 * and what is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "entropy/scan.h"
#include "entropy/symbols.h"
#include "unit.h"

/* The natural index of each place in zigzag order, as one draws figure 5: up and down diagonals. */
static void draw_zigzag(unsigned zigzag[64])
{
    unsigned k = 0;
    for (int diagonal = 0; diagonal < 15; diagonal++)
        for (int i = 0; i <= diagonal; i++) {
            int v = diagonal % 2 ? i : diagonal - i, u = diagonal - v;
            if (v < 8 && u < 8)
                zigzag[k++] = (unsigned)(8 * v + u);
        }
    assert_int_equal(k, 64);
}

static jpegq_table flat(uint16_t step)
{
    jpegq_table table;
    for (int i = 0; i < 64; i++)
        table.step[i] = step;
    return table;
}

static jpegq_file file_of(uint32_t width, uint32_t height)
{
    return (jpegq_file){width, height, flat(16), *jpegq_huffman_standard()};
}

/* jq_scan with the standard tables. */
static jpegq_status scan(const int16_t *quantized, size_t blocks, jq_segment *segment,
                         jpegq_symbols *symbols)
{
    jq_codes dc, ac;
    assert_true(jq_codes_of(&jpegq_huffman_standard()->dc, &dc));
    assert_true(jq_codes_of(&jpegq_huffman_standard()->ac, &ac));
    return jq_scan(&dc, &ac, quantized, blocks, segment, symbols);
}

/* ---- By hand --------------------------------------------------------------------------------- */

/* Bits as printed to bytes: the last one completed with ones, a zero stuffed behind each FF. */
static size_t bytes_of(const char *printed, uint8_t *bytes, size_t *zeros)
{
    size_t size = 0;
    unsigned byte = 0, count = 0;
    *zeros = 0;
    for (; *printed || count % 8; printed += *printed != '\0') {
        if (*printed == ' ')
            continue;
        byte = byte << 1 | (*printed != '0');
        if (++count % 8)
            continue;
        bytes[size++] = (uint8_t)byte;
        if ((byte & 255) == 255) {
            bytes[size++] = 0;
            ++*zeros;
        }
    }
    return size;
}

/* The blocks must become these bits: counted, written, with and without symbols. */
static void expect_bits(const int16_t *quantized, size_t blocks, const char *printed)
{
    uint8_t expected[512], got[512];
    size_t zeros, size = bytes_of(printed, expected, &zeros);
    for (int i = 0; i < 4; i++) {
        jpegq_symbols symbols;
        jq_segment segment = {.out = i % 2 ? got : NULL, .end = got + sizeof got};
        memset(got, 0xa5, sizeof got);
        assert_int_equal(scan(quantized, blocks, &segment, i / 2 ? &symbols : NULL), JPEGQ_OK);
        assert_int_equal(segment.bytes, size);
        assert_int_equal(segment.zeros, zeros);
        if (i % 2)
            assert_memory_equal(got, expected, size);
        assert_int_equal(got[i % 2 ? size : 0], 0xa5);
    }
}

/* One block of DC 0 and one coefficient, at place k of the zigzag. */
static void expect_single(unsigned k, int16_t value, const char *printed)
{
    unsigned zigzag[64];
    int16_t block[64] = {0};
    draw_zigzag(zigzag);
    block[zigzag[k]] = value;
    expect_bits(block, 1, printed);
}

static void test_block_by_hand(void **state)
{
    /* DC -3 is of category 2 (011), -3 - 1 = ...100. Natural (2, 0) is the third in zigzag order,
       behind two zeros: 2/1 is 11100, the value 1. EOB 1010. One 1 completes the second byte. */
    int16_t block[64] = {-3};
    const uint8_t expected[2] = {0x67, 0x35};
    uint8_t got[2];
    jq_segment segment = {.out = got, .end = got + 2};
    (void)state;
    block[8 * 2 + 0] = 1;
    assert_int_equal(scan(block, 1, &segment, NULL), JPEGQ_OK);
    assert_int_equal(segment.bytes, 2);
    assert_int_equal(segment.zeros, 0);
    assert_ptr_equal(segment.out, got + 2);
    assert_memory_equal(got, expected, 2);
    expect_bits(block, 1, "011 00 11100 1 1010");
}

static void test_zigzag(void **state)
{
    unsigned zigzag[64];
    (void)state;
    draw_zigzag(zigzag);
    for (int k = 0; k < 64; k++)
        assert_int_equal(jpegq_zigzag[k], zigzag[k]);
}

static void test_nonzero(void **state)
{
    const int16_t values[] = {1, -1, 255, 256, -256, 1023, INT16_MAX, INT16_MIN};
    unsigned zigzag[64];
    uint64_t random = 5;
    (void)state;
    draw_zigzag(zigzag);
    for (unsigned k = 0; k < 64; k++)
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            int16_t block[64] = {0};
            block[zigzag[k]] = values[i];
            assert_true(jq_nonzero(block) == UINT64_C(1) << k);
        }
    for (int trial = 0; trial < 1000; trial++) {
        int16_t block[64] = {0};
        uint64_t expected = next_random(&random) << 32 ^ next_random(&random);
        for (unsigned k = 0; k < 64; k++)
            if (expected >> k & 1)
                block[zigzag[k]] = values[next_random(&random) % (sizeof values / sizeof *values)];
        assert_true(jq_nonzero(block) == expected);
    }
}

/* Tables F.1 and F.2: categories, and the bits behind the codes. */
static void test_values(void **state)
{
    (void)state;
    expect_single(1, 1, "00  00 1  1010");
    expect_single(1, -1, "00  00 0  1010");
    expect_single(1, 2, "00  01 10  1010");
    expect_single(1, 3, "00  01 11  1010");
    expect_single(1, -2, "00  01 01  1010");
    expect_single(1, -3, "00  01 00  1010");
    expect_single(1, 7, "00  100 111  1010");
    expect_single(1, -4, "00  100 011  1010");
    expect_single(1, 8, "00  1011 1000  1010");
    expect_single(1, 15, "00  1011 1111  1010");
    expect_single(1, -15, "00  1011 0000  1010");
    expect_single(1, 16, "00  11010 10000  1010");
    expect_single(1, -16, "00  11010 01111  1010");
    expect_single(1, -17, "00  11010 01110  1010");
    expect_single(1, 63, "00  1111000 111111  1010");
    expect_single(1, -64, "00  11111000 0111111  1010");
    expect_single(1, 255, "00  1111110110 11111111  1010");
    expect_single(1, 256, "00  1111111110000010 100000000  1010");
    expect_single(1, -511, "00  1111111110000010 000000000  1010");
    expect_single(1, 512, "00  1111111110000011 1000000000  1010");
    expect_single(1, -512, "00  1111111110000011 0111111111  1010");
    expect_single(1, 1023, "00  1111111110000011 1111111111  1010");
    expect_single(1, -1023, "00  1111111110000011 0000000000  1010");
}

static void test_dc_differences(void **state)
{
    int16_t blocks[6][64] = {{0}};
    (void)state;
    /* 5, 5, 4, -1, 1023, -1024: differences 5, 0, -1, -5, 1024, -2047 */
    blocks[0][0] = 5;
    blocks[1][0] = 5;
    blocks[2][0] = 4;
    blocks[3][0] = -1;
    blocks[4][0] = 1023;
    blocks[5][0] = -1024;
    expect_bits(blocks[0], 6,
                "100 101 1010  00 1010  010 0 1010  100 010 1010  111111110 10000000000 1010  "
                "111111110 00000000000 1010");
    blocks[0][0] = 2047;
    blocks[1][0] = 1024; /* -1023 */
    expect_bits(blocks[0], 2, "111111110 11111111111 1010  11111110 0000000000 1010");
}

static void test_runs(void **state)
{
    (void)state;
    expect_single(2, 1, "00  1100 1  1010");
    expect_single(16, 1, "00  1111111111110101 1  1010"); /* 15 zeros: F/1 */
    /* 16 zeros: ZRL, then 0/1 */
    expect_single(17, 1, "00  11111111001 00 1  1010");
    expect_single(18, -1, "00  11111111001 1100 0  1010");                               /* 17 */
    expect_single(32, 1, "00  11111111001 1111111111110101 1  1010");                    /* 31 */
    expect_single(33, 2, "00  11111111001 11111111001 01 10  1010");                     /* 32 */
    expect_single(48, 1, "00  11111111001 11111111001 1111111111110101 1  1010");        /* 47 */
    expect_single(49, -1, "00  11111111001 11111111001 11111111001 00 0  1010");         /* 48 */
    expect_single(62, 1, "00  11111111001 11111111001 11111111001 11111111000 1  1010"); /* 61 */
}

/* Only zeros need an end of block. */
static void test_end_of_block(void **state)
{
    int16_t block[64] = {0};
    char printed[64 * 4 + 8] = "010 1";
    (void)state;
    expect_bits(block, 1, "00 1010");
    /* 62 zeros before the last: three ZRL, E/1 */
    expect_single(63, 1, "00  11111111001 11111111001 11111111001 1111111111101011 1");
    /* no zeros at all: 63 times 0/1 with -1 */
    block[0] = 1;
    for (int i = 1; i < 64; i++) {
        block[i] = -1;
        strcat(printed, " 000");
    }
    expect_bits(block, 1, printed);
    block[63] = 0;
    strcpy(printed + strlen(printed) - 4, " 1010");
    expect_bits(block, 1, printed);
}

static void test_stuffing(void **state)
{
    /* 2047: 11111111|0 1111111|1111 1010 -> FF 00 7F FA; then -2047: 11111111|0 0000000|0000 1010
     */
    int16_t blocks[2][64] = {{2047}, {0}};
    const uint8_t expected[8] = {0xff, 0, 0x7f, 0xfa, 0xff, 0, 0x00, 0x0a};
    uint8_t got[10];
    jq_segment segment = {.out = got, .end = got + sizeof got};
    (void)state;
    assert_int_equal(scan(blocks[0], 2, &segment, NULL), JPEGQ_OK);
    assert_int_equal(segment.bytes, 8);
    assert_int_equal(segment.zeros, 2);
    assert_memory_equal(got, expected, 8);

    /* E/10 with 1023 as the last coefficient: 2 + 3 * 11 + 16 + 10 = 61 bits that end in ten ones;
       the three that complete the byte make it FF, and that is stuffed too:
       00111111 11001111|1111 0011 ... 10100111 11111111 -> 3f cf f9 ff 00 3f fe 9f ff 00 */
    const uint8_t last[10] = {0x3f, 0xcf, 0xf9, 0xff, 0, 0x3f, 0xfe, 0x9f, 0xff, 0};
    memset(blocks, 0, sizeof blocks);
    blocks[0][63] = 1023;
    segment = (jq_segment){.out = got, .end = got + sizeof got};
    assert_int_equal(scan(blocks[0], 1, &segment, NULL), JPEGQ_OK);
    assert_int_equal(segment.bytes, 10);
    assert_int_equal(segment.zeros, 2);
    assert_memory_equal(got, last, 10);
    expect_single(63, 1023, "00  11111111001 11111111001 11111111001 1111111111110100 1111111111");
}

static void test_no_blocks(void **state)
{
    int16_t block[64] = {1};
    jq_segment segment = {0};
    jpegq_symbols symbols;
    (void)state;
    assert_int_equal(scan(block, 0, &segment, NULL), JPEGQ_OK);
    assert_int_equal(segment.bytes, 0);
    memset(&symbols, 0xff, sizeof symbols);
    assert_int_equal(jpegq_count_symbols(block, 0, &symbols), JPEGQ_OK);
    for (int i = 0; i < 256; i++)
        assert_true(symbols.dc[i] == 0 && symbols.ac[i] == 0);
}

/* ---- What no file can hold ------------------------------------------------------------------- */

static void expect_everywhere(const int16_t *quantized, uint32_t blocks, jpegq_status expected)
{
    jpegq_file file = file_of(8 * blocks, 8);
    uint64_t size, optimal;
    uint8_t bytes[2000];
    jq_segment segment = {0};
    jpegq_symbols symbols;
    jpegq_account account;
    assert_int_equal(scan(quantized, blocks, &segment, NULL), expected);
    assert_int_equal(scan(quantized, blocks, &segment, &symbols), expected);
    assert_int_equal(jpegq_count_symbols(quantized, blocks, &symbols), expected);
    assert_int_equal(jpegq_check_range(quantized, blocks, NULL), expected);
    assert_int_equal(jpegq_file_size(&file, quantized, &size), expected);
    assert_int_equal(jpegq_file_sizes(&file, quantized, &optimal, &optimal), expected);
    assert_int_equal(jpegq_file_account(&file, quantized, &account, NULL), expected);
    if (expected != JPEGQ_OK)
        size = sizeof bytes;
    assert_in_range(size, 1, sizeof bytes);
    assert_int_equal(jpegq_file_write(&file, quantized, bytes, (size_t)size), expected);
}

static void test_range(void **state)
{
    const int16_t dc[][2] = {{2047, 0}, {-2047, 0}, {2048, 1},      {-2048, 1},
                             {4095, 1}, {-4096, 1}, {INT16_MAX, 1}, {INT16_MIN, 1}};
    const int16_t ac[][2] = {{1023, 0}, {-1023, 0},     {1024, 1},     {-1024, 1},
                             {2047, 1}, {INT16_MAX, 1}, {INT16_MIN, 1}};
    int16_t blocks[3][64] = {{0}};
    (void)state;
    for (size_t i = 0; i < sizeof dc / sizeof *dc; i++) {
        memset(blocks, 0, sizeof blocks);
        blocks[0][0] = blocks[1][0] = blocks[2][0] = dc[i][0];
        expect_everywhere(blocks[0], 3, dc[i][1] ? JPEGQ_OUT_OF_RANGE : JPEGQ_OK);
        blocks[0][0] = blocks[1][0] = 0; /* in the last block */
        expect_everywhere(blocks[0], 3, dc[i][1] ? JPEGQ_OUT_OF_RANGE : JPEGQ_OK);
    }
    for (size_t i = 0; i < sizeof ac / sizeof *ac; i++)
        for (int k = 1; k < 64; k++) {
            memset(blocks, 0, sizeof blocks);
            blocks[k % 3][k] = ac[i][0];
            expect_everywhere(blocks[0], 3, ac[i][1] ? JPEGQ_OUT_OF_RANGE : JPEGQ_OK);
        }
    /* differences, not values: 2047, 4094, 2047, but 1024 to -1024 is one too far */
    memset(blocks, 0, sizeof blocks);
    blocks[0][0] = blocks[2][0] = 2047;
    blocks[1][0] = 4094;
    expect_everywhere(blocks[0], 3, JPEGQ_OK);
    blocks[0][0] = blocks[1][0] = 1024;
    blocks[2][0] = -1024;
    expect_everywhere(blocks[0], 3, JPEGQ_OUT_OF_RANGE);
    blocks[2][0] = -1023;
    expect_everywhere(blocks[0], 3, JPEGQ_OK);
    blocks[0][0] = INT16_MIN;
    blocks[1][0] = INT16_MAX;
    expect_everywhere(blocks[1], 1, JPEGQ_OUT_OF_RANGE);
    expect_everywhere(blocks[0], 2, JPEGQ_OUT_OF_RANGE);
}

static void expect_file_status(const jpegq_file *file, const int16_t *quantized,
                               jpegq_status expected)
{
    static uint8_t bytes[5000];
    jpegq_account account;
    uint64_t size;
    assert_int_equal(jpegq_file_size(file, quantized, &size), expected);
    assert_int_equal(jpegq_file_account(file, quantized, &account, NULL), expected);
    if (expected != JPEGQ_OK) {
        assert_int_equal(jpegq_file_write(file, quantized, bytes, sizeof bytes), expected);
        assert_int_equal(jpegq_file_write(file, quantized, bytes, 332), expected);
    }
}

static void test_arguments(void **state)
{
    const int16_t block[64] = {0};
    jpegq_file file = file_of(8, 8);
    uint64_t size, other;
    uint8_t bytes[400];
    jpegq_symbols symbols;
    jpegq_account account;
    (void)state;
    assert_int_equal(jpegq_file_size(&file, block, &size), JPEGQ_OK);
    assert_int_equal(jpegq_file_size(NULL, block, &size), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_size(&file, NULL, &size), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_size(&file, block, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_sizes(NULL, block, &size, &other), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_sizes(&file, NULL, &size, &other), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_sizes(&file, block, NULL, &other), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_sizes(&file, block, &size, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_write(NULL, block, bytes, 332), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_write(&file, NULL, bytes, 332), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_write(&file, block, NULL, 332), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_account(NULL, block, &account, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_account(&file, NULL, &account, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_account(&file, block, NULL, NULL), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_count_symbols(NULL, 1, &symbols), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_count_symbols(block, 1, NULL), JPEGQ_BAD_ARGUMENT);
    file.width = 0;
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_file_sizes(&file, block, &size, &other), JPEGQ_BAD_ARGUMENT);
    file = file_of(8, 0);
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    for (int i = 0; i < 64; i++) {
        file = file_of(8, 8);
        file.table.step[i] = 0;
        expect_file_status(&file, block, JPEGQ_BAD_STEP);
        assert_int_equal(jpegq_file_sizes(&file, block, &size, &other), JPEGQ_BAD_STEP);
    }
}

/* 65500 / 8 = 8187.5, so 8188 blocks of 00 1010: 49128 bits, 6141 bytes without an FF. */
static void test_sides(void **state)
{
    enum { BLOCKS = 8188, SIZE = 330 + 6141 };
    int16_t *blocks = calloc(BLOCKS, 64 * sizeof *blocks);
    uint8_t *bytes = malloc(SIZE);
    uint64_t size, other;
    (void)state;
    assert_true(blocks && bytes);
    for (int turned = 0; turned < 2; turned++) {
        jpegq_file file = turned ? file_of(1, 65500) : file_of(65500, 1);
        assert_int_equal(jpegq_file_size(&file, blocks, &size), JPEGQ_OK);
        assert_int_equal(size, SIZE);
        assert_int_equal(jpegq_file_sizes(&file, blocks, &size, &other), JPEGQ_OK);
        assert_int_equal(size, SIZE);
        /* one symbol each, of one bit: 156 + 1 + 1 bytes, and 16376 bits of 0 */
        assert_int_equal(other, 158 + 2047);
        assert_int_equal(jpegq_file_write(&file, blocks, bytes, SIZE), JPEGQ_OK);
        for (uint32_t side = 65501; side; side = side == 65501 ? 65536 : side ? side << 1 : 0) {
            file.width = turned ? 1 : side;
            file.height = turned ? side : 1;
            expect_file_status(&file, blocks, JPEGQ_TOO_LARGE);
            assert_int_equal(jpegq_file_sizes(&file, blocks, &size, &other), JPEGQ_TOO_LARGE);
        }
    }
    jpegq_file file = file_of(UINT32_MAX, UINT32_MAX);
    expect_file_status(&file, blocks, JPEGQ_TOO_LARGE);
    free(blocks);
    free(bytes);
}

/* ---- Huffman tables that do not do ----------------------------------------------------------- */

static void test_missing_symbols(void **state)
{
    int16_t block[64] = {-3};
    jpegq_file file = file_of(8, 8);
    uint64_t size, other;
    (void)state;
    block[16] = 1; /* symbols 2 for DC, then 21 and EOB */
    file.huffman.dc = (jpegq_huffman){{0, 1}, {2}};
    file.huffman.ac = (jpegq_huffman){{0, 1, 1}, {0x21, 0x00}};
    expect_file_status(&file, block, JPEGQ_OK);
    file.huffman.ac = (jpegq_huffman){{0, 1, 1}, {0x21, 0x31}}; /* no EOB */
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    block[63] = 1; /* which needs none, but ZRL and more */
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    /* between places 3 and 63 there are 59 zeros: three ZRL, b/1 */
    file.huffman.ac = (jpegq_huffman){{0, 1, 1, 1}, {0x21, 0xf0, 0xb1}};
    expect_file_status(&file, block, JPEGQ_OK);
    file.huffman.ac = (jpegq_huffman){{0, 1, 1, 1}, {0x21, 0xe0, 0xb1}}; /* no ZRL */
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    file.huffman.ac = (jpegq_huffman){{0, 1, 1, 1}, {0x21, 0xf0, 0xb2}};
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    file.huffman.ac = (jpegq_huffman){{0, 1, 1, 1}, {0x21, 0xf0, 0xb1}};
    file.huffman.dc = (jpegq_huffman){{0, 1}, {3}};
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    file.huffman.dc = (jpegq_huffman){{0}, {0}}; /* empty */
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    file.huffman.dc = (jpegq_huffman){{0, 0, 2, 1}, {0, 1, 2}};
    expect_file_status(&file, block, JPEGQ_OK);
    block[1] = 500; /* a large value, not looked up like a small one */
    expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    /* none of which concerns jpegq_file_sizes */
    assert_int_equal(jpegq_file_sizes(&file, block, &size, &other), JPEGQ_OK);
}

static void test_tables_that_are_none(void **state)
{
    const int16_t block[64] = {0};
    (void)state;
    for (int ac = 0; ac < 2; ac++) {
        jpegq_file file = file_of(8, 8);
        jpegq_huffman *table = ac ? &file.huffman.ac : &file.huffman.dc;
        table->bits[1] = 2; /* more codes than there are */
        expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
        *table = (jpegq_huffman){{0, 0, 4}, {0, 1, 2, 3}}; /* 11 is ones alone */
        expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
        *table = (jpegq_huffman){{0, 0, 3}, {0, 1, 0}}; /* a symbol twice */
        expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
        memset(table, 0xff, sizeof *table); /* 16 * 255 symbols, of which values has but 256 */
        expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
        memset(table->bits, 0, sizeof table->bits);
        table->bits[15] = 2; /* 257 symbols */
        table->bits[16] = 255;
        for (int i = 0; i < 256; i++)
            table->values[i] = (uint8_t)i;
        expect_file_status(&file, block, JPEGQ_BAD_ARGUMENT);
    }
}

/* ---- Files ----------------------------------------------------------------------------------- */

static size_t put(uint8_t *file, size_t at, const uint8_t *bytes, size_t count)
{
    memcpy(file + at, bytes, count);
    return at + count;
}

/* The block by hand with all markers, 13 x 1 samples: the second block is of DC -3 too. */
static void test_file_by_hand(void **state)
{
    const uint8_t start[] = {0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F',
                             0,    1,    1,    0,    0, 1,  0,   1,   0,   0};
    const uint8_t frame[] = {0xff, 0xc0, 0, 11, 8, 0, 1, 0, 13, 1, 1, 0x11, 0};
    const uint8_t dc[] = {0xff, 0xc4, 0, 31, 0x00}, ac[] = {0xff, 0xc4, 0, 181, 0x10};
    const uint8_t steps[] = {0xff, 0xdb, 0, 67, 0x00}, wide[] = {0xff, 0xdb, 0, 131, 0x10};
    const uint8_t scan_header[] = {0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0};
    /* 011 00 11100 1 1010  00 1010: 21 bits */
    const uint8_t end[] = {0x67, 0x34, 0x57, 0xff, 0xd9};
    const jpegq_huffman_pair *standard = jpegq_huffman_standard();
    int16_t blocks[2][64] = {{-3}, {-3}};
    (void)state;
    blocks[0][16] = 1;
    for (unsigned largest = 255; largest <= 32767; largest += 32767 - 255) {
        jpegq_file file = file_of(13, 1);
        uint8_t expected[500], got[500];
        unsigned zigzag[64];
        uint64_t size;
        bool is_wide = largest > 255;
        draw_zigzag(zigzag);
        for (unsigned i = 0; i < 64; i++)
            file.table.step[i] = (uint16_t)(i == 62 ? largest : i + 1);
        size_t at = put(expected, 0, start, sizeof start);
        at = put(expected, at, is_wide ? wide : steps, sizeof steps);
        for (int k = 0; k < 64; k++) {
            if (is_wide)
                expected[at++] = (uint8_t)(file.table.step[zigzag[k]] >> 8);
            expected[at++] = (uint8_t)file.table.step[zigzag[k]];
        }
        at = put(expected, at, frame, sizeof frame);
        expected[at - sizeof frame + 1] = is_wide ? 0xc1 : 0xc0;
        at = put(expected, at, dc, sizeof dc);
        at = put(expected, at, standard->dc.bits + 1, 16);
        at = put(expected, at, standard->dc.values, 12);
        at = put(expected, at, ac, sizeof ac);
        at = put(expected, at, standard->ac.bits + 1, 16);
        at = put(expected, at, standard->ac.values, 162);
        at = put(expected, at, scan_header, sizeof scan_header);
        at = put(expected, at, end, sizeof end);
        assert_int_equal(at, (is_wide ? 394 : 330) + 3);
        assert_int_equal(jpegq_file_size(&file, blocks[0], &size), JPEGQ_OK);
        assert_int_equal(size, at);
        assert_int_equal(jpegq_file_write(&file, blocks[0], got, at), JPEGQ_OK);
        assert_memory_equal(got, expected, at);
    }
}

/* A 16-bit table if any step is above 255, wherever: 64 bytes more. */
static void test_wide_tables(void **state)
{
    const int16_t block[64] = {0};
    (void)state;
    for (int i = 0; i < 64; i++)
        for (unsigned step = 255; step <= 256; step++) {
            jpegq_file file = file_of(8, 8);
            uint64_t size;
            file.table.step[i] = (uint16_t)step;
            assert_int_equal(jpegq_file_size(&file, block, &size), JPEGQ_OK);
            assert_int_equal(size, step > 255 ? 395 : 331);
        }
}

/* Of all sizes only the right one is taken, and never is anything written beyond. */
static void check_sizes(const jpegq_file *file, const int16_t *quantized, size_t first)
{
    uint64_t size;
    assert_int_equal(jpegq_file_size(file, quantized, &size), JPEGQ_OK);
    size_t right = (size_t)size, room = right + 24;
    uint8_t *bytes = malloc(room);
    assert_non_null(bytes);
    for (size_t given = first; given <= right + 8; given++) {
        memset(bytes, 0xa5, room);
        assert_int_equal(jpegq_file_write(file, quantized, bytes, given),
                         given == right ? JPEGQ_OK : JPEGQ_BAD_ARGUMENT);
        for (size_t i = given; i < room; i++)
            if (bytes[i] != 0xa5)
                fail_msg("given %zu of %zu bytes, byte %zu was written", given, right, i);
        /* the right size in memory of just that, for sanitizers */
        uint8_t *exact = malloc(given + (given == 0));
        assert_non_null(exact);
        jpegq_file_write(file, quantized, exact, given);
        if (given == right)
            assert_memory_equal(exact, bytes, right);
        free(exact);
    }
    assert_int_equal(jpegq_file_write(file, quantized, bytes, right), JPEGQ_OK);
    assert_int_equal(bytes[right - 2], 0xff);
    assert_int_equal(bytes[right - 1], 0xd9);
    free(bytes);
}

static void test_wrong_sizes(void **state)
{
    int16_t blocks[10][64] = {{0}};
    uint64_t random = 6;
    jpegq_file file = file_of(8, 8);
    (void)state;
    check_sizes(&file, blocks[0], 0);
    blocks[0][63] = 1023; /* ends in a stuffed FF */
    check_sizes(&file, blocks[0], 0);
    file = file_of(75, 3);
    for (int b = 0; b < 10; b++)
        for (int i = 1; i < 64; i++)
            blocks[b][i] = (int16_t)((int)(next_random(&random) % 2047) - 1023);
    file.table.step[5] = 300;
    check_sizes(&file, blocks[0], 0);
    for (int b = 0; b < 10; b++) /* FF upon FF */
        for (int i = 1; i < 64; i++)
            blocks[b][i] = 1023;
    check_sizes(&file, blocks[0], 0);
}

/* ---- A decoder, T.81 F.2.2 ------------------------------------------------------------------- */

typedef struct decoder {
    const uint8_t *at, *end;
    unsigned byte, left; /* bits of byte that are left */
    uint64_t bits;       /* taken so far */
    const jpegq_huffman_pair *huffman;
    unsigned zigzag[64];
    int32_t before; /* DC of the last block */
    jpegq_account account;
} decoder;

/* NEXTBIT, figure F.18 */
static int next_bit(decoder *d)
{
    if (!d->left) {
        assert_true(d->at < d->end);
        d->byte = *d->at++;
        d->left = 8;
        if (d->byte == 0xff) { /* and no marker */
            assert_true(d->at < d->end);
            assert_int_equal(*d->at++, 0);
            d->account.stuffed++;
        }
    }
    d->left--;
    d->bits++;
    return d->byte >> d->left & 1;
}

/* DECODE, figure F.16: the codes of a length follow those of the one before, doubled. */
static unsigned decode(decoder *d, const jpegq_huffman *table)
{
    int32_t code = 0, first = 0, symbol = 0;
    for (int length = 1; length <= 16; length++) {
        code = code << 1 | next_bit(d);
        first <<= 1;
        if (code - first < table->bits[length])
            return table->values[symbol + code - first];
        first += table->bits[length];
        symbol += table->bits[length];
    }
    fail_msg("no such code");
    return 0;
}

/* RECEIVE and EXTEND, figures F.17 and F.12 */
static int32_t receive(decoder *d, unsigned category)
{
    int32_t value = 0;
    for (unsigned i = 0; i < category; i++)
        value = 2 * value + next_bit(d);
    if (category && value < 1 << (category - 1))
        value += 1 - (1 << category);
    return value;
}

/* Figure F.13; the bits of each coefficient are noted as jpegq_account has them. */
static void decode_block(decoder *d, int16_t block[64])
{
    uint64_t begin = d->bits;
    unsigned category = decode(d, &d->huffman->dc);
    memset(block, 0, 64 * sizeof *block);
    d->account.symbols.dc[category]++;
    d->before += receive(d, category);
    block[0] = (int16_t)d->before;
    d->account.position[0] += d->bits - begin;
    begin = d->bits;
    for (unsigned k = 1; k < 64; k++) {
        unsigned symbol = decode(d, &d->huffman->ac), run = symbol >> 4;
        d->account.symbols.ac[symbol]++;
        if (symbol == 0) {
            d->account.end_of_block += d->bits - begin;
            return;
        }
        k += run;
        assert_true(k < 64);
        if (symbol == 0xf0)
            continue; /* 16 zeros, with the increment; the bits go to the next */
        assert_in_range(symbol & 15, 1, 10);
        block[d->zigzag[k]] = (int16_t)receive(d, symbol & 15);
        d->account.position[d->zigzag[k]] += d->bits - begin;
        begin = d->bits;
    }
}

/* What is left of the last byte is ones, and it is the last. */
static void decode_end(decoder *d)
{
    d->account.padding = d->left;
    while (d->left)
        assert_int_equal(next_bit(d), 1);
    assert_ptr_equal(d->at, d->end);
}

/* The file of these blocks, read back: coefficients and the account of every bit. */
static void check_file(const jpegq_file *file, const int16_t *quantized)
{
    size_t blocks = jpegq_blocks(file->width) * jpegq_blocks(file->height);
    uint32_t *block_bits = malloc(blocks * sizeof *block_bits);
    jpegq_account account, again;
    uint64_t size;
    assert_int_equal(jpegq_file_account(file, quantized, &account, block_bits), JPEGQ_OK);
    assert_int_equal(jpegq_file_account(file, quantized, &again, NULL), JPEGQ_OK);
    assert_memory_equal(&account, &again, sizeof account);
    assert_int_equal(jpegq_file_size(file, quantized, &size), JPEGQ_OK);
    assert_int_equal(account.header + account.scan, size);
    uint8_t *bytes = malloc((size_t)size);
    assert_true(bytes && block_bits);
    assert_int_equal(jpegq_file_write(file, quantized, bytes, (size_t)size), JPEGQ_OK);

    /* the header has EOI, two bytes, behind the scan */
    decoder d = {.at = bytes + account.header - 2, .end = bytes + size - 2};
    d.huffman = &file->huffman;
    draw_zigzag(d.zigzag);
    for (size_t b = 0; b < blocks; b++) {
        int16_t block[64];
        uint64_t before = d.bits;
        decode_block(&d, block);
        assert_memory_equal(block, quantized + 64 * b, sizeof block);
        assert_int_equal(block_bits[b], d.bits - before);
    }
    decode_end(&d);
    d.account.header = account.header;
    d.account.scan = size - account.header;
    assert_memory_equal(&account, &d.account, sizeof account);
    free(bytes);
    free(block_bits);
}

/* With standard tables and with the best. */
static void check_both_files(uint32_t width, uint32_t height, const int16_t *quantized)
{
    size_t blocks = jpegq_blocks(width) * jpegq_blocks(height);
    jpegq_file file = file_of(width, height);
    uint64_t size, standard, optimal;
    jpegq_symbols symbols;
    assert_int_equal(jpegq_file_sizes(&file, quantized, &standard, &optimal), JPEGQ_OK);
    assert_int_equal(jpegq_file_size(&file, quantized, &size), JPEGQ_OK);
    assert_int_equal(size, standard);
    check_file(&file, quantized);
    assert_int_equal(jpegq_count_symbols(quantized, blocks, &symbols), JPEGQ_OK);
    assert_int_equal(jpegq_huffman_optimal(symbols.dc, &file.huffman.dc), JPEGQ_OK);
    assert_int_equal(jpegq_huffman_optimal(symbols.ac, &file.huffman.ac), JPEGQ_OK);
    assert_int_equal(jpegq_file_size(&file, quantized, &size), JPEGQ_OK);
    assert_int_equal(size, optimal);
    check_file(&file, quantized);
}

/* Coefficients of up to 1 << bits, so many of 256 zero; DC differences over the whole range. */
static void fill_blocks(int16_t *out, size_t blocks, unsigned bits, unsigned zeros,
                        uint64_t *random)
{
    int before = 0;
    for (size_t b = 0; b < blocks; b++, out += 64) {
        int difference = (int)(next_random(random) % 4095) - 2047;
        difference >>= next_random(random) % 12;
        before += before > 4000 ? -abs(difference) : before < -4000 ? abs(difference) : difference;
        out[0] = (int16_t)before;
        for (int i = 1; i < 64; i++) {
            int limit = (1 << (1 + next_random(random) % bits)) - 1; /* 1, 3, ... 1023 */
            int value = (int)(next_random(random) % (uint64_t)(2 * limit + 1)) - limit;
            out[i] = (int16_t)(next_random(random) % 256 < zeros ? 0 : value);
        }
    }
}

static void test_round_trips(void **state)
{
    static int16_t quantized[35 * 64];
    uint64_t random = 7;
    (void)state;
    for (unsigned trial = 0; trial < 600; trial++) {
        uint32_t width = 1 + (uint32_t)(next_random(&random) % 56);
        uint32_t height = 1 + (uint32_t)(next_random(&random) % 40);
        unsigned zeros = trial % 3 ? (unsigned)(next_random(&random) % 257) : 248 + trial % 9;
        fill_blocks(quantized, 35, 1 + trial % 10, zeros, &random);
        check_both_files(width, height, quantized);
    }
}

/* Some 100 kB and more: whatever is buffered on the way fills up many times, at all bit offsets. */
static void test_long_round_trips(void **state)
{
    enum { BLOCKS = 33 * 40 };
    int16_t *quantized = malloc(BLOCKS * 64 * sizeof *quantized);
    uint64_t random = 8;
    (void)state;
    assert_non_null(quantized);
    for (unsigned trial = 0; trial < 4; trial++) {
        const unsigned bits[4] = {10, 10, 5, 1}, zeros[4] = {0, 128, 200, 0};
        fill_blocks(quantized, BLOCKS, bits[trial], zeros[trial], &random);
        check_both_files(8 * 33, 8 * 40 - 3, quantized);
    }
    for (int i = 0; i < BLOCKS * 64; i++) /* the longest codes and values, mostly ones */
        quantized[i] = (int16_t)(i % 64 ? 1023 : i / 64 % 2 ? 0 : 2047);
    check_both_files(8 * 33 - 7, 8 * 40, quantized);
    jpegq_file file = file_of(8 * 33, 8 * 40);
    uint64_t size;
    assert_int_equal(jpegq_file_size(&file, quantized, &size), JPEGQ_OK);
    assert_true(size > 200000);
    check_sizes(&file, quantized, (size_t)size - 6);
    free(quantized);
}

/* A segment without enough room: the bytes that fit are right, all are counted. */
static void test_short_room(void **state)
{
    int16_t quantized[20 * 64];
    uint8_t whole[20 * 64 * 4], got[sizeof whole];
    uint64_t random = 9;
    jq_segment segment = {.out = whole, .end = whole + sizeof whole};
    (void)state;
    fill_blocks(quantized, 20, 10, 100, &random);
    assert_int_equal(scan(quantized, 20, &segment, NULL), JPEGQ_OK);
    uint64_t bytes = segment.bytes;
    assert_int_equal(segment.out - whole, bytes);
    for (size_t room = 0; room <= bytes; room++) {
        memset(got, 0xa5, sizeof got);
        segment = (jq_segment){.out = got, .end = got + room};
        assert_int_equal(scan(quantized, 20, &segment, NULL), JPEGQ_OK);
        assert_int_equal(segment.bytes, bytes);
        assert_in_range(segment.out - got, room ? room - 1 : 0, room);
        assert_memory_equal(got, whole, (size_t)(segment.out - got));
        for (size_t i = room; i < sizeof got; i++)
            assert_int_equal(got[i], 0xa5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block_by_hand),    cmocka_unit_test(test_zigzag),
        cmocka_unit_test(test_nonzero),          cmocka_unit_test(test_values),
        cmocka_unit_test(test_dc_differences),   cmocka_unit_test(test_runs),
        cmocka_unit_test(test_end_of_block),     cmocka_unit_test(test_stuffing),
        cmocka_unit_test(test_no_blocks),        cmocka_unit_test(test_range),
        cmocka_unit_test(test_arguments),        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_missing_symbols),  cmocka_unit_test(test_tables_that_are_none),
        cmocka_unit_test(test_file_by_hand),     cmocka_unit_test(test_wide_tables),
        cmocka_unit_test(test_wrong_sizes),      cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_long_round_trips), cmocka_unit_test(test_short_room),
    };
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
