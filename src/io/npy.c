/* SPDX-License-Identifier: MIT */
/* npy.c: see npy.h. The header is a Python dictionary of three known keys. */
#include "npy.h"

#include <stdio.h>
#include <string.h>

#include "image.h"

/* The text of a header and how far it was read. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static void skip_spaces(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t'))
        c->at++;
}

/* Take a literal text after white space, if it is there. */
static bool take(cursor *c, const char *text)
{
    size_t length = strlen(text);
    skip_spaces(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, text, length) != 0)
        return false;
    c->at += length;
    return true;
}

/* A quoted string without escapes, shorter than `size`. */
static bool take_string(cursor *c, char *string, size_t size)
{
    skip_spaces(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    char quote = *c->at++;
    size_t length = 0;
    while (c->at < c->end && *c->at != quote && length + 1 < size)
        string[length++] = *c->at++;
    string[length] = '\0';
    return c->at < c->end && *c->at++ == quote;
}

static bool take_number(cursor *c, uint64_t *number)
{
    skip_spaces(c);
    const char *first = c->at;
    *number = 0;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        if (*number > UINT64_MAX / 10 - 1)
            return false;
        *number = *number * 10 + (uint64_t)(*c->at++ - '0');
    }
    return c->at > first;
}

/* "(3, 4)", "(3,)", "()" */
static bool take_shape(cursor *c, jq_npy *array)
{
    if (!take(c, "("))
        return false;
    array->dimensions = 0;
    while (!take(c, ")")) {
        if (array->dimensions == JQ_NPY_DIMENSIONS ||
            !take_number(c, &array->shape[array->dimensions]))
            return false;
        array->dimensions++;
        if (!take(c, ",")) {
            if (!take(c, ")"))
                return false;
            break;
        }
    }
    return true;
}

/* "<i2", "|u1", "u1": byte order, kind, size. A structured type is not a string and fails. */
static bool take_type(cursor *c, jq_npy *array)
{
    char text[16];
    const char *t = text;
    if (!take_string(c, text, sizeof text))
        return false;
    array->big_endian = *t == '>';
    if (*t == '<' || *t == '>' || *t == '|' || *t == '=')
        t++;
    array->kind = *t;
    cursor digits = {t + 1, t + strlen(t)};
    uint64_t size;
    if (*t == '\0' || !take_number(&digits, &size) || digits.at != digits.end || size > 64)
        return false;
    array->size = (unsigned)size;
    return true;
}

static bool take_dictionary(cursor *c, jq_npy *array)
{
    unsigned seen = 0; /* a bit per key */
    if (!take(c, "{"))
        return false;
    while (!take(c, "}")) {
        char key[16];
        if (!take_string(c, key, sizeof key) || !take(c, ":"))
            return false;
        if (strcmp(key, "descr") == 0 && take_type(c, array)) {
            seen |= 1;
        } else if (strcmp(key, "fortran_order") == 0) {
            array->fortran = take(c, "True");
            if (!array->fortran && !take(c, "False"))
                return false;
            seen |= 2;
        } else if (strcmp(key, "shape") == 0 && take_shape(c, array)) {
            seen |= 4;
        } else {
            return false;
        }
        if (!take(c, ",")) {
            if (!take(c, "}"))
                return false;
            break;
        }
    }
    skip_spaces(c);
    return seen == 7 && c->at == c->end;
}

static void describe(jq_npy *array)
{
    int used =
        snprintf(array->text, sizeof array->text, "type %c%u, shape (", array->kind, array->size);
    for (unsigned i = 0; i < array->dimensions && used < 100; i++)
        used += snprintf(array->text + used, sizeof array->text - (size_t)used, "%s%ju",
                         i ? ", " : "", (uintmax_t)array->shape[i]);
    snprintf(array->text + used, sizeof array->text - (size_t)used, ")");
}

static bool is_npy(const jq_bytes *bytes)
{
    return bytes->size >= 6 && memcmp(bytes->data, "\x93NUMPY", 6) == 0;
}

/* Offset and length of the dictionary; false if the file ends before it does. */
static bool find_header(const jq_bytes *bytes, size_t *offset, size_t *length)
{
    const uint8_t *d = bytes->data;
    if (bytes->size < 12 || d[6] < 1 || d[6] > 3)
        return false;
    *offset = d[6] == 1 ? 10 : 12;
    *length = d[8] | (size_t)d[9] << 8;
    if (d[6] > 1)
        *length |= (size_t)d[10] << 16 | (size_t)d[11] << 24;
    return *length <= bytes->size - *offset;
}

static int parse_header(const char *name, const jq_bytes *bytes, jq_npy *array, jq_message *message)
{
    size_t offset, length;
    memset(array, 0, sizeof *array);
    if (!is_npy(bytes))
        return jq_fail(message, name, "not a .npy file");
    if (!find_header(bytes, &offset, &length))
        return jq_fail(message, name, "bad .npy header: of an unknown version, or truncated");
    cursor c = {(const char *)bytes->data + offset, (const char *)bytes->data + offset + length};
    if (!take_dictionary(&c, array))
        return jq_fail(message, name,
                       "bad .npy header: not a dictionary of descr, fortran_order"
                       " and shape of a plain type");
    describe(array);
    array->data = bytes->data + offset + length;
    array->elements = 1;
    for (unsigned i = 0; i < array->dimensions; i++) {
        if (array->shape[i] && array->elements > UINT64_MAX / 64 / array->shape[i])
            return jq_fail(message, name, ".npy array too large: %s", array->text);
        array->elements *= array->shape[i];
    }
    return 0;
}

int jq_npy_parse(const char *name, const jq_bytes *bytes, jq_npy *array, jq_message *message)
{
    if (parse_header(name, bytes, array, message) != 0)
        return -1;
    uint64_t have = (uint64_t)(bytes->data + bytes->size - array->data);
    if (array->elements * array->size > have)
        return jq_fail(message, name, "truncated .npy: %s needs %ju bytes, %ju are there",
                       array->text, (uintmax_t)(array->elements * array->size), (uintmax_t)have);
    return 0;
}

int jq_npy_bound(jq_input *input, uint64_t max_values, jq_message *message)
{
    size_t offset, length;
    jq_npy array;
    input->most = input->most < JQ_ASIDE ? input->most : JQ_ASIDE;
    if (input->ahead.size < 12 ||
        (is_npy(&input->ahead) && !find_header(&input->ahead, &offset, &length)))
        return 0;
    if (parse_header(input->name, &input->ahead, &array, message) != 0)
        return -1;
    if (array.elements > max_values)
        return jq_fail(message, input->name, "%ju values are over the limit of %ju (--max-pixels)",
                       (uintmax_t)array.elements, (uintmax_t)max_values);
    uint64_t extent = (uint64_t)(array.data - input->ahead.data) + array.elements * array.size;
    if (extent >= SIZE_MAX / 2)
        return jq_fail(message, input->name, ".npy array too large: %s", array.text);
    input->enough = input->most = (size_t)extent;
    return 1;
}

int jq_npy_read(const char *name, uint64_t max_values, jq_bytes *bytes, jq_message *message)
{
    jq_input input;
    int known, more = 1;
    memset(bytes, 0, sizeof *bytes);
    if (jq_input_open(&input, name, jq_input_limit(max_values), message) != 0)
        return -1;
    known = input.size != UINT64_MAX; /* a file ends */
    while (known == 0 && more > 0) {
        more = jq_input_look(&input, message);
        if (more > 0)
            known = jq_npy_bound(&input, max_values, message);
    }
    int result = known < 0 || more < 0 ? -1 : jq_input_rest(&input, bytes, message);
    if (result == 0)
        result = jq_input_drain(&input, message);
    if (result != 0)
        jq_bytes_free(bytes);
    jq_input_close(&input);
    return result;
}

void jq_npy_write_header(jq_output *output, const char *type, unsigned dimensions,
                         const uint64_t *shape)
{
    char text[256];
    int used =
        snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (", type);
    for (unsigned i = 0; i < dimensions; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%ju%s", (uintmax_t)shape[i],
                         i + 1 < dimensions ? ", "
                         : dimensions == 1  ? ","
                                            : "");
    used += snprintf(text + used, sizeof text - (size_t)used, "), }");
    /* signature and header together are a multiple of 64 bytes, the last one a newline */
    size_t total = (10 + (size_t)used + 1 + 63) / 64 * 64, length = total - 10;
    const uint8_t size[2] = {(uint8_t)(length & 255), (uint8_t)(length >> 8)};
    jq_output_write(output, "\x93NUMPY\x01\x00", 8);
    jq_output_write(output, size, 2);
    jq_output_text(output, text);
    for (size_t i = (size_t)used + 1; i < length; i++)
        jq_output_write(output, " ", 1);
    jq_output_write(output, "\n", 1);
}

int jq_read_npy_image(const char *name, const jq_bytes *bytes, uint64_t max_pixels, jq_image *image,
                      jq_map *map, jq_message *message)
{
    jq_npy array;
    if (jq_npy_parse(name, bytes, &array, message) != 0)
        return -1;
    if (map && jq_npy_is_map(&array))
        return jq_map_take(name, &array, max_pixels, map, message);
    if (array.kind != 'u' || array.size != 1 || array.dimensions != 2)
        return jq_fail(message, name, ".npy array of %s: an image is u1 of two dimensions%s",
                       array.text, map ? ", a feature map f4 or f8 of two or three" : "");
    if (jq_plane_alloc(name, array.shape[1], array.shape[0], max_pixels, &image->plane, message))
        return -1;
    size_t width = image->plane.width, height = image->plane.height;
    if (!array.fortran) {
        memcpy(image->plane.samples, array.data, width * height);
    } else {
        for (size_t y = 0; y < height; y++)
            for (size_t x = 0; x < width; x++)
                image->plane.samples[y * width + x] = array.data[x * height + y];
    }
    image->format = ".npy";
    image->channels = 1;
    image->largest = 255;
    return 0;
}

void jq_write_npy_image(const jpegq_plane *plane, jq_output *output)
{
    const uint64_t shape[2] = {plane->height, plane->width};
    jq_npy_write_header(output, "|u1", 2, shape);
    for (size_t y = 0; y < plane->height; y++)
        jq_output_write(output, plane->samples + y * plane->stride, plane->width);
}

void jq_write_npy_samples(const uint8_t *samples, unsigned dimensions, const uint64_t *shape,
                          jq_output *output)
{
    uint64_t count = 1;
    for (unsigned i = 0; i < dimensions; i++)
        count *= shape[i];
    jq_npy_write_header(output, "|u1", dimensions, shape);
    jq_output_write(output, samples, (size_t)count);
}

void jq_write_npy_counts(const uint32_t *counts, size_t rows, size_t columns, jq_output *output)
{
    const uint64_t shape[2] = {rows, columns};
    jq_npy_write_header(output, "<u4", 2, shape);
    for (size_t i = 0; i < rows * columns; i++) {
        const uint8_t bytes[4] = {(uint8_t)counts[i], (uint8_t)(counts[i] >> 8),
                                  (uint8_t)(counts[i] >> 16), (uint8_t)(counts[i] >> 24)};
        jq_output_write(output, bytes, sizeof bytes);
    }
}
