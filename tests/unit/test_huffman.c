/* SPDX-License-Identifier: MIT */
/*
 * test_huffman.c: Huffman tables and their codes: those of T.81 annex K on paper, Kraft's sum, a
 * decoder straight from T.81 F.2.2.3, and Huffman's least cost. Which of several best tables it is
 * that libjpeg makes is a question for tests/oracle.
 */
#include <string.h>

#include "entropy/huffman.h"
#include "unit.h"

/* ---- Codes ----------------------------------------------------------------------------------- */

/* A code as T.81 prints it, e.g. "1010". */
static void assert_code(const jq_codes *codes, unsigned symbol, const char *printed)
{
    unsigned code = 0;
    for (const char *bit = printed; *bit; bit++)
        code = code << 1 | (unsigned)(*bit - '0');
    if (codes->length[symbol] != strlen(printed) || codes->code[symbol] != code)
        fail_msg("symbol %02x has code %x of %u bits, not %s", symbol, codes->code[symbol],
                 codes->length[symbol], printed);
}

static void test_standard_dc_codes(void **state)
{
    /* T.81 table K.3, categories 0 to 11 */
    const char *printed[] = {"00",   "010",   "011",    "100",     "101",      "110",
                             "1110", "11110", "111110", "1111110", "11111110", "111111110"};
    jq_codes codes;
    (void)state;
    assert_true(jq_codes_of(&jpegq_huffman_standard()->dc, &codes));
    for (unsigned category = 0; category < 12; category++)
        assert_code(&codes, category, printed[category]);
    for (unsigned symbol = 12; symbol < 256; symbol++)
        assert_int_equal(codes.length[symbol], 0);
    assert_int_equal(jq_huffman_symbols(&jpegq_huffman_standard()->dc), 12);
}

static void test_standard_ac_codes(void **state)
{
    jq_codes codes;
    (void)state;
    assert_true(jq_codes_of(&jpegq_huffman_standard()->ac, &codes));
    /* T.81 table K.5: run / category */
    assert_code(&codes, 0x00, "1010"); /* EOB */
    assert_code(&codes, 0x01, "00");
    assert_code(&codes, 0x02, "01");
    assert_code(&codes, 0x03, "100");
    assert_code(&codes, 0x04, "1011");
    assert_code(&codes, 0x05, "11010");
    assert_code(&codes, 0x06, "1111000");
    assert_code(&codes, 0x07, "11111000");
    assert_code(&codes, 0x08, "1111110110");
    assert_code(&codes, 0x09, "1111111110000010");
    assert_code(&codes, 0x0a, "1111111110000011");
    assert_code(&codes, 0x11, "1100");
    assert_code(&codes, 0x12, "11011");
    assert_code(&codes, 0x13, "1111001");
    assert_code(&codes, 0x14, "111110110");
    assert_code(&codes, 0x15, "11111110110");
    assert_code(&codes, 0x21, "11100");
    assert_code(&codes, 0x22, "11111001");
    assert_code(&codes, 0x31, "111010");
    assert_code(&codes, 0x51, "1111010");
    assert_code(&codes, 0x71, "11111010");
    assert_code(&codes, 0x81, "111111000");
    assert_code(&codes, 0xb1, "1111111001");
    assert_code(&codes, 0xd1, "11111111000");
    assert_code(&codes, 0xe1, "1111111111101011");
    assert_code(&codes, 0xf0, "11111111001"); /* ZRL */
    assert_code(&codes, 0xf1, "1111111111110101");
    assert_code(&codes, 0xfa, "1111111111111110");
    for (unsigned symbol = 0; symbol < 256; symbol++) {
        unsigned category = symbol & 15;
        bool used = (category >= 1 && category <= 10) || symbol == 0x00 || symbol == 0xf0;
        assert_int_equal(codes.length[symbol] != 0, used);
    }
    assert_int_equal(jq_huffman_symbols(&jpegq_huffman_standard()->ac), 162);
}

/* A table with so many codes of each length; the symbols are 0, 1, 2... */
static jpegq_huffman table_of(const uint8_t bits[17])
{
    jpegq_huffman table;
    memcpy(table.bits, bits, sizeof table.bits);
    for (int i = 0; i < 256; i++)
        table.values[i] = (uint8_t)i;
    return table;
}

static void test_tables_that_are_none(void **state)
{
    const struct {
        uint8_t bits[17];
        bool good;
    } cases[] = {
        {{0}, true},           /* no code at all */
        {{77, 1}, true},       /* bits[0] is not used */
        {{0, 2}, false},       /* 0, and 1: ones alone */
        {{0, 3}, false},       /* there are only two */
        {{0, 1, 1}, true},     /* 0, 10 */
        {{0, 1, 2}, false},    /* 0, 10, 11: ones alone */
        {{0, 1, 3}, false},    /* one more */
        {{0, 0, 3}, true},     /* 00, 01, 10 */
        {{0, 0, 4}, false},    /* 11 */
        {{0, 0, 3, 1}, true},  /* 110 */
        {{0, 0, 3, 2}, false}, /* 111 */
        {{0, 0, 5}, false},    /* 100 has no room in two bits */
        {{0, 1, 0, 3}, true},  /* 0, 100, 101, 110 */
        {{0, 1, 0, 4}, false}, /* 111 */
        {{0, 1, 0, 3, 0, 3}, true} /* 11100, 11101, 11110 */,
        {{0, 1, 0, 3, 0, 4}, false},
        {{0, 0, 0, 0, 0, 0, 0, 0, 255, 1}, true},  /* 256 symbols */
        {{0, 0, 0, 0, 0, 0, 0, 0, 255, 2}, false}, /* 257, and ones alone */
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 255}, true},
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 255}, false}, /* 257 */
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255}, false},
        {{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        jpegq_huffman table = table_of(cases[i].bits);
        jq_codes codes;
        if (jq_codes_of(&table, &codes) != cases[i].good)
            fail_msg("case %zu", i);
    }
}

static void test_symbols_twice(void **state)
{
    const uint8_t bits[17] = {0, 0, 2, 3, 0, 0, 0, 0, 10};
    jq_codes codes;
    (void)state;
    for (unsigned i = 0; i < 15; i++) {
        for (unsigned k = 0; k < 15; k++) {
            jpegq_huffman table = table_of(bits);
            table.values[i] = table.values[k];
            assert_int_equal(jq_codes_of(&table, &codes), i == k);
        }
    }
    /* values behind the last code do not matter */
    jpegq_huffman table = table_of(bits);
    memset(table.values + 15, 3, sizeof table.values - 15);
    assert_true(jq_codes_of(&table, &codes));
    assert_int_equal(jq_huffman_symbols(&table), 15);
}

/* ---- A decoder, T.81 F.2.2.3 ----------------------------------------------------------------- */

/* Bits, one a byte. */
typedef struct bit_string {
    uint8_t bit[32 * 1024];
    size_t count;
} bit_string;

static void append(bit_string *s, const jq_codes *codes, unsigned symbol)
{
    assert_in_range(codes->length[symbol], 1, 16);
    for (unsigned i = codes->length[symbol]; i-- > 0;)
        s->bit[s->count++] = codes->code[symbol] >> i & 1;
}

/* MINCODE, MAXCODE and VALPTR of figure F.15, from BITS alone. */
typedef struct decoder {
    const jpegq_huffman *table;
    int32_t mincode[17], maxcode[17], valptr[17];
} decoder;

static decoder decoder_of(const jpegq_huffman *table)
{
    decoder d = {.table = table};
    int32_t code = 0, k = 0;
    for (int i = 1; i <= 16; i++, code <<= 1) {
        d.maxcode[i] = -1;
        if (!table->bits[i])
            continue;
        d.valptr[i] = k;
        d.mincode[i] = code;
        k += table->bits[i];
        code += table->bits[i];
        d.maxcode[i] = code - 1;
    }
    return d;
}

/* DECODE of figure F.16; -1 if more than 16 bits are none of the codes. */
static int decode(const decoder *d, const bit_string *s, size_t *at)
{
    int32_t code = 0;
    for (int i = 1; i <= 16; i++) {
        assert_true(*at < s->count);
        code = code << 1 | s->bit[(*at)++];
        if (code <= d->maxcode[i])
            return d->table->values[d->valptr[i] + code - d->mincode[i]];
    }
    return -1;
}

/* Random symbols of a table through its codes and back. */
static void check_decoding(const jpegq_huffman *table, uint64_t *random)
{
    unsigned symbols = jq_huffman_symbols(table);
    uint8_t sent[1024];
    bit_string s = {.count = 0};
    decoder d = decoder_of(table);
    size_t at = 0;
    jq_codes codes;
    assert_true(jq_codes_of(table, &codes));
    for (unsigned i = 0; symbols && i < sizeof sent; i++) {
        sent[i] = table->values[i < symbols ? i : next_random(random) % symbols];
        append(&s, &codes, sent[i]);
    }
    for (unsigned i = 0; symbols && i < sizeof sent; i++)
        assert_int_equal(decode(&d, &s, &at), sent[i]);
    assert_int_equal(at, s.count);
}

/* No code begins another, and none is ones alone. */
static void check_prefixes(const jq_codes *codes)
{
    for (unsigned a = 0; a < 256; a++) {
        if (!codes->length[a])
            continue;
        assert_int_equal(codes->code[a] >> codes->length[a], 0);
        assert_true(codes->code[a] != (1 << codes->length[a]) - 1);
        for (unsigned b = 0; b < 256; b++)
            if (b != a && codes->length[b] >= codes->length[a])
                assert_true(codes->code[b] >> (codes->length[b] - codes->length[a]) !=
                            codes->code[a]);
    }
}

static void test_standard_tables_decode(void **state)
{
    const jpegq_huffman_pair *standard = jpegq_huffman_standard();
    uint64_t random = 2;
    jq_codes codes;
    (void)state;
    check_decoding(&standard->dc, &random);
    check_decoding(&standard->ac, &random);
    assert_true(jq_codes_of(&standard->dc, &codes));
    check_prefixes(&codes);
    assert_true(jq_codes_of(&standard->ac, &codes));
    check_prefixes(&codes);
}

/* ---- The best tables ------------------------------------------------------------------------- */

/* Huffman's least cost for these counts and a reserved symbol of count 1, and his tree's height. */
static uint64_t least_cost(const uint64_t counts[256], unsigned *height)
{
    uint64_t weight[257] = {1}, cost = 0;
    unsigned tall[257] = {0}, roots = 1;
    for (int i = 0; i < 256; i++)
        if (counts[i])
            weight[roots++] = counts[i];
    while (roots > 1) {
        unsigned last[2] = {0, 0}; /* the two least roots */
        for (int n = 0; n < 2; n++) {
            last[n] = n == 1 && last[0] == 0 ? 1 : 0;
            for (unsigned i = 0; i < roots; i++)
                if ((n == 0 || i != last[0]) && weight[i] < weight[last[n]])
                    last[n] = i;
        }
        unsigned a = last[0], b = last[1];
        weight[a] += weight[b];
        tall[a] = 1 + (tall[a] > tall[b] ? tall[a] : tall[b]);
        cost += weight[a];
        roots--;
        weight[b] = weight[roots];
        tall[b] = tall[roots];
    }
    *height = tall[0];
    return cost;
}

static unsigned longest_of(const jpegq_huffman *table)
{
    unsigned length = 16;
    while (length > 0 && !table->bits[length])
        length--;
    return length;
}

/*
 * Every symbol that is met has one code, no other has, and the rarer never has the shorter: but if
 * lengths were limited, symbols that had the same one before may be parted without a look at their
 * counts (K.2).
 */
static void check_symbols(const uint64_t counts[256], const jq_codes *codes, bool limited)
{
    for (unsigned a = 0; a < 256; a++) {
        assert_int_equal(codes->length[a] != 0, counts[a] != 0);
        for (unsigned b = 0; counts[a] && !limited && b < 256; b++)
            if (counts[b] > counts[a])
                assert_true(codes->length[b] <= codes->length[a]);
    }
}

/* All that is to be said of the best table for some counts; its longest code. */
static unsigned check_optimal(const uint64_t counts[256], jpegq_huffman *table)
{
    static uint64_t random = 1;
    uint64_t cost = 0, kraft = 0;
    unsigned height;
    uint64_t least = least_cost(counts, &height);
    jq_codes codes;
    memset(table, 0xa5, sizeof *table);
    assert_int_equal(jpegq_huffman_optimal(counts, table), JPEGQ_OK);
    assert_true(jq_codes_of(table, &codes));
    check_symbols(counts, &codes, height > 16);
    check_prefixes(&codes);
    check_decoding(table, &random);
    unsigned longest = longest_of(table);
    for (unsigned n = 1; n <= 16; n++)
        kraft += (uint64_t)table->bits[n] << (16 - n);
    /* The tree is full but for the reserved code of ones alone: 1 - 2^-longest. */
    assert_int_equal(kraft, longest ? (1 << 16) - (1 << (16 - longest)) : 0);
    for (int i = 0; i < 256; i++)
        cost += counts[i] * codes.length[i];
    /* The reserved symbol has one of the longest codes: if in Huffman's tree it has not, then the
       symbol there has count 1 as well, for else exchanging the two would make the tree cheaper. */
    if (height <= 16)
        assert_true(cost + longest == least);
    return longest;
}

static void test_no_symbol(void **state)
{
    const uint64_t counts[256] = {0};
    jpegq_huffman table;
    (void)state;
    assert_int_equal(check_optimal(counts, &table), 0);
    assert_int_equal(jq_huffman_symbols(&table), 0);
    assert_int_equal(jpegq_huffman_optimal(NULL, &table), JPEGQ_BAD_ARGUMENT);
    assert_int_equal(jpegq_huffman_optimal(counts, NULL), JPEGQ_BAD_ARGUMENT);
}

static void test_single_symbol(void **state)
{
    (void)state;
    for (unsigned symbol = 0; symbol < 256; symbol++) {
        uint64_t counts[256] = {0};
        jpegq_huffman table;
        counts[symbol] = symbol % 3 ? 1 : UINT64_MAX - 1;
        assert_int_equal(check_optimal(counts, &table), 1); /* its code is 0; 1 is reserved */
        assert_int_equal(table.bits[1], 1);
        assert_int_equal(table.values[0], symbol);
    }
}

/* 256 equal counts and the reserved one are 257 leaves: 255 of 8 bits and two of 9. */
static void test_equal_counts(void **state)
{
    (void)state;
    for (unsigned symbols = 1; symbols <= 256; symbols++) {
        uint64_t counts[256] = {0};
        unsigned lower = 0; /* 2^lower <= leaves < 2^(lower + 1): so many bits, or one more */
        jpegq_huffman table;
        for (unsigned i = 0; i < symbols; i++)
            counts[255 - i] = 1;
        while (2u << lower <= symbols + 1)
            lower++;
        unsigned pairs = symbols + 1 - (1u << lower);
        check_optimal(counts, &table);
        for (unsigned n = 1; n <= 16; n++) {
            unsigned leaves = n == lower ? (1u << lower) - pairs : n == lower + 1 ? 2 * pairs : 0;
            bool reserved = n == lower + (pairs > 0);
            assert_int_equal(table.bits[n], leaves - reserved);
        }
    }
}

static void fill_powers(uint64_t counts[256], unsigned symbols)
{
    memset(counts, 0, 256 * sizeof *counts);
    for (unsigned i = 0; i < symbols; i++)
        counts[7 * i % 256] = UINT64_C(1) << i;
}

/*
 * Counts 1, 2, 4... and the reserved 1: in every step the two least are equal, the rest larger. The
 * tree of n symbols is a chain: one code of each length below n, two of n.
 */
static void test_powers_of_two(void **state)
{
    uint64_t counts[256];
    unsigned height;
    jpegq_huffman table;
    (void)state;
    for (unsigned symbols = 1; symbols < 64; symbols++) {
        fill_powers(counts, symbols);
        unsigned longest = check_optimal(counts, &table);
        least_cost(counts, &height);
        assert_int_equal(height, symbols);
        if (symbols > 16)
            continue; /* the reserved symbol takes one of the two: */
        assert_int_equal(longest, symbols);
        for (unsigned n = 1; n <= symbols; n++) {
            assert_int_equal(table.bits[n], 1);
            assert_int_equal(table.values[n - 1], 7 * (symbols - n) % 256);
        }
    }
}

/*
 * T.81 figure K.3 by hand. 17 symbols: one code of 1..16 bits, two of 17. The pair of 17 becomes a
 * 16, and the 15, the first above 16, becomes two of 16, for itself and for the pair's other half:
 * one of 1..14, four of 16. One of them is the reserved one.
 */
static void test_limiting_by_hand_17(void **state)
{
    const uint8_t bits[17] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 3};
    uint64_t counts[256];
    jpegq_huffman table;
    (void)state;
    fill_powers(counts, 17);
    check_optimal(counts, &table);
    assert_memory_equal(table.bits, bits, sizeof bits);
    for (unsigned i = 0; i < 17; i++) /* the rarest last; 1 and 2 have the same length */
        assert_int_equal(table.values[i], 7 * (16 - i));
}

/*
 * 18 symbols: one of 1..17, two of 18. With j = 16: 18 loses two, 17 gains one and two more, 16
 * loses its one: four of 17. With j = 15: 17 loses two, 16 gains one and two more, 15 loses its
 * one: two of 17, three of 16. With j = 14, for 15 has none: 17 loses the last two, 16 gains one,
 * 15 two, 14 loses its one. One of 1..13, two of 15, four of 16, of which one is reserved.
 */
static void test_limiting_by_hand_18(void **state)
{
    const uint8_t bits[17] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 2, 3};
    uint64_t counts[256];
    jpegq_huffman table;
    (void)state;
    fill_powers(counts, 18);
    check_optimal(counts, &table);
    assert_memory_equal(table.bits, bits, sizeof bits);
}

/* 1, 2, 3, 5, 8...: the slowest growth that makes a chain. Lengths beyond 16, 32 and 64. */
static void test_fibonacci(void **state)
{
    (void)state;
    for (unsigned symbols = 1; symbols <= 90; symbols++) {
        uint64_t counts[256] = {0}, a = 1, b = 1;
        unsigned height;
        jpegq_huffman table;
        for (unsigned i = 0; i < symbols; i++) {
            uint64_t sum = a + b;
            counts[(100 + 3 * i) % 256] = b;
            a = b;
            b = sum;
        }
        unsigned longest = check_optimal(counts, &table);
        least_cost(counts, &height);
        assert_in_range(height, symbols < 3 ? 1 : symbols - 1, symbols);
        if (symbols > 17)
            assert_in_range(longest, 7, 16);
    }
}

/* Fibonacci's counts with many others that are rare, frequent or between: wide and high trees. */
static void test_fibonacci_among_others(void **state)
{
    uint64_t random = 3;
    (void)state;
    for (unsigned trial = 0; trial < 200; trial++) {
        uint64_t counts[256] = {0}, a = 1, b = 1;
        unsigned high = 20 + (unsigned)(next_random(&random) % 60), height;
        jpegq_huffman table;
        for (unsigned i = 0; i < 256; i++) {
            uint64_t sum = a + b;
            if (i < high)
                counts[i] = a;
            else if (trial % 4)
                counts[i] = next_random(&random) % (trial % 4 == 1 ? 3 : trial % 4 == 2 ? 1000 : a);
            if (i < high) {
                a = b;
                b = sum;
            }
        }
        check_optimal(counts, &table);
        least_cost(counts, &height);
        assert_true(trial % 4 || height > 16);
    }
}

/* The sum of all is 2^64 with the reserved one, and must not come to nothing too early. */
static void test_largest_counts(void **state)
{
    uint64_t counts[256] = {0};
    jpegq_huffman table;
    (void)state;
    counts[5] = UINT64_C(1) << 63;
    counts[200] = (UINT64_C(1) << 63) - 1;
    assert_int_equal(jpegq_huffman_optimal(counts, &table), JPEGQ_OK);
    assert_int_equal(table.bits[1], 1);
    assert_int_equal(table.bits[2], 1);
    assert_int_equal(table.values[0], 5);
    assert_int_equal(table.values[1], 200);
}

static void fill_counts(uint64_t counts[256], unsigned trial, uint64_t *random)
{
    uint64_t symbols = 1 + next_random(random) % (trial % 2 ? 256 : 20);
    memset(counts, 0, 256 * sizeof *counts);
    for (unsigned i = 0; i < symbols; i++) {
        uint64_t number = next_random(random), *count = &counts[next_random(random) % 256];
        switch (trial / 2 % 4) {
        case 0:
            *count = 1 + number % 3; /* many equal */
            break;
        case 1:
            *count = 1 + number % 1000;
            break;
        case 2:
            *count = 1 + (number >> (number % 48)) % 100000; /* all magnitudes */
            break;
        default:
            *count = i < 12 ? 1 + (number % 5 << i) : 1; /* high */
        }
    }
}

static void test_random_counts(void **state)
{
    uint64_t random = 4;
    (void)state;
    for (unsigned trial = 0; trial < 400; trial++) {
        uint64_t counts[256];
        jpegq_huffman table;
        fill_counts(counts, trial, &random);
        check_optimal(counts, &table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standard_dc_codes),      cmocka_unit_test(test_standard_ac_codes),
        cmocka_unit_test(test_tables_that_are_none),   cmocka_unit_test(test_symbols_twice),
        cmocka_unit_test(test_standard_tables_decode), cmocka_unit_test(test_no_symbol),
        cmocka_unit_test(test_single_symbol),          cmocka_unit_test(test_equal_counts),
        cmocka_unit_test(test_powers_of_two),          cmocka_unit_test(test_limiting_by_hand_17),
        cmocka_unit_test(test_limiting_by_hand_18),    cmocka_unit_test(test_fibonacci),
        cmocka_unit_test(test_fibonacci_among_others), cmocka_unit_test(test_largest_counts),
        cmocka_unit_test(test_random_counts),
    };
    return cmocka_run_group_tests_name("huffman", tests, NULL, NULL);
}
