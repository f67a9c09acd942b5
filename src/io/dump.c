/* SPDX-License-Identifier: MIT */
/* dump.c: see dump.h. */
#include "dump.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "npy.h"

jq_dump_format jq_dump_format_named(const char *name)
{
    if (strcasecmp(name, "npy") == 0)
        return JQ_DUMP_NPY;
    if (strcasecmp(name, "csv") == 0)
        return JQ_DUMP_CSV;
    return strcasecmp(name, "txt") == 0 ? JQ_DUMP_TXT : JQ_DUMP_UNKNOWN;
}

jq_dump_format jq_dump_format_of(const char *file_name)
{
    const char *slash = strrchr(file_name, '/');
    const char *dot = strrchr(slash ? slash : file_name, '.');
    return dot ? jq_dump_format_named(dot + 1) : JQ_DUMP_UNKNOWN;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* The index in memory of the i-th coefficient of a file. */
static size_t place_of(size_t i, bool zigzag)
{
    return zigzag ? i / 64 * 64 + jpegq_zigzag[i % 64] : i;
}

static void put_number(const jq_coefficients *c, size_t place, jq_output *output)
{
    if (c->reals)
        jq_output_real(output, c->reals[place]);
    else
        jq_output_integer(output, c->integers[place]);
}

/* The bytes of an element in little-endian order, whatever the machine's. */
static size_t put_bytes(const jq_coefficients *c, size_t place, uint8_t *bytes)
{
    uint64_t bits;
    size_t size = c->reals ? 8 : 2;
    if (c->reals)
        memcpy(&bits, &c->reals[place], sizeof bits);
    else
        bits = (uint16_t)c->integers[place];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(bits >> 8 * i);
    return size;
}

static void write_npy(const jq_coefficients *c, bool zigzag, jq_output *output)
{
    const uint64_t shape[4] = {c->rows, c->columns, zigzag ? 64 : 8, 8};
    jq_npy_write_header(output, c->reals ? "<f8" : "<i2", zigzag ? 3 : 4, shape);
    for (size_t block = 0; block < c->rows * c->columns; block++) {
        uint8_t bytes[64 * 8];
        size_t used = 0;
        for (size_t i = 0; i < 64; i++)
            used += put_bytes(c, place_of(64 * block + i, zigzag), bytes + used);
        jq_output_write(output, bytes, used);
    }
}

static void write_csv(const jq_coefficients *c, bool zigzag, jq_output *output)
{
    jq_output_text(output, "block_row,block_column");
    for (unsigned i = 0; i < 64; i++) {
        if (zigzag)
            jq_output_format(output, ",z%u", i);
        else
            jq_output_format(output, ",v%uu%u", i / 8, i % 8);
    }
    jq_output_text(output, "\n");
    for (size_t block = 0; block < c->rows * c->columns; block++) {
        jq_output_integer(output, (int64_t)(block / c->columns));
        jq_output_text(output, ",");
        jq_output_integer(output, (int64_t)(block % c->columns));
        for (size_t i = 0; i < 64; i++) {
            jq_output_text(output, ",");
            put_number(c, place_of(64 * block + i, zigzag), output);
        }
        jq_output_text(output, "\n");
    }
}

static void write_txt(const jq_coefficients *c, bool zigzag, jq_output *output)
{
    for (size_t block = 0; block < c->rows * c->columns; block++) {
        jq_output_format(output, "\nblock %zu,%zu\n", block / (size_t)c->columns,
                         block % (size_t)c->columns);
        for (size_t i = 0; i < 64; i++) {
            size_t place = place_of(64 * block + i, zigzag);
            if (c->reals)
                jq_output_format(output, " %9.3f", c->reals[place]);
            else
                jq_output_format(output, " %5d", c->integers[place]);
            if (i % 8 == 7)
                jq_output_text(output, "\n");
        }
    }
}

void jq_dump_write(const jq_coefficients *coefficients, jq_dump_format format, bool zigzag,
                   const char *comment, jq_output *output)
{
    if (format == JQ_DUMP_NPY) {
        write_npy(coefficients, zigzag, output);
        return;
    }
    jq_output_text(output, "# ");
    jq_output_text(output, comment);
    jq_output_text(output, "\n");
    if (format == JQ_DUMP_CSV)
        write_csv(coefficients, zigzag, output);
    else
        write_txt(coefficients, zigzag, output);
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void get_element(const jq_npy *array, size_t i, jq_coefficients *c, size_t place)
{
    const uint8_t *data = array->data + i * array->size;
    uint64_t bits = 0;
    for (unsigned b = 0; b < array->size; b++)
        bits |= (uint64_t)data[array->big_endian ? array->size - 1 - b : b] << 8 * b;
    if (c->reals)
        memcpy(&c->reals[place], &bits, sizeof bits);
    else
        c->integers[place] = (int16_t)(uint16_t)bits;
}

static int check_array(const char *name, const jq_npy *array, bool zigzag, bool reals,
                       jq_message *message)
{
    bool integers = array->kind == 'i' && array->size == 2;
    bool doubles = array->kind == 'f' && array->size == 8;
    if (!integers && !doubles)
        return jq_fail(message, name, ".npy array of %s: coefficients are i2", array->text);
    if (doubles && !reals)
        return jq_fail(message, name, ".npy array of %s: f8 coefficients need --dct exact",
                       array->text);
    bool shaped = zigzag ? array->dimensions == 3 && array->shape[2] == 64
                         : array->dimensions == 4 && array->shape[2] == 8 && array->shape[3] == 8;
    if (!shaped || array->fortran)
        return jq_fail(message, name,
                       ".npy array of %s%s: coefficients in %s order have shape"
                       " (R, C, %s)",
                       array->text, array->fortran ? " in Fortran order" : "",
                       zigzag ? "zigzag" : "natural", zigzag ? "64" : "8, 8");
    return 0;
}

static int take_array(const char *name, const jq_npy *array, bool zigzag, uint64_t max_pixels,
                      jq_coefficients *c, jq_message *message)
{
    c->rows = array->shape[0];
    c->columns = array->shape[1];
    if (array->elements == 0)
        return jq_fail(message, name, ".npy array of %s: there are no blocks", array->text);
    if (array->elements > max_pixels)
        return jq_fail(message, name, "%ju coefficients are over the limit of %ju (--max-pixels)",
                       (uintmax_t)array->elements, (uintmax_t)max_pixels);
    if (array->kind == 'f')
        c->reals = jpegq_alloc((size_t)array->elements, sizeof *c->reals);
    else
        c->integers = jpegq_alloc((size_t)array->elements, sizeof *c->integers);
    if (!c->reals && !c->integers)
        return jq_fail(message, name, "out of memory");
    for (size_t i = 0; i < array->elements; i++)
        get_element(array, i, c, place_of(i, zigzag));
    return 0;
}

int jq_coefficients_parse(const char *name, const jq_bytes *bytes, bool zigzag, bool reals,
                          uint64_t max_pixels, jq_coefficients *coefficients, jq_message *message)
{
    jq_npy array;
    memset(coefficients, 0, sizeof *coefficients);
    int result = jq_npy_parse(name, bytes, &array, message);
    if (result == 0)
        result = check_array(name, &array, zigzag, reals, message);
    if (result == 0)
        result = take_array(name, &array, zigzag, max_pixels, coefficients, message);
    return result;
}

int jq_coefficients_read(const char *name, bool zigzag, bool reals, uint64_t max_pixels,
                         jq_coefficients *coefficients, jq_message *message)
{
    jq_bytes bytes;
    memset(coefficients, 0, sizeof *coefficients);
    if (jq_npy_read(name, max_pixels, &bytes, message) != 0)
        return -1;
    int result = jq_coefficients_parse(jq_input_name(name), &bytes, zigzag, reals, max_pixels,
                                       coefficients, message);
    jq_bytes_free(&bytes);
    return result;
}

void jq_coefficients_free(jq_coefficients *coefficients)
{
    jpegq_free(coefficients->integers);
    jpegq_free(coefficients->reals);
    coefficients->integers = NULL;
    coefficients->reals = NULL;
}
