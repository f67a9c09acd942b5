/* SPDX-License-Identifier: MIT */
/* map.c: see map.h. */
#include "map.h"

#include <math.h>
#include <string.h>

static const double LARGEST_SAMPLE = 1e100; /* far from 255, and from the square root of 1e308 */

bool jq_npy_is_map(const jq_npy *array)
{
    return array->kind == 'f';
}

static double element(const jq_npy *array, size_t i)
{
    const uint8_t *data = array->data + i * array->size;
    uint64_t bits = 0;
    for (unsigned b = 0; b < array->size; b++)
        bits |= (uint64_t)data[array->big_endian ? array->size - 1 - b : b] << 8 * b;
    if (array->size == 4) {
        uint32_t half = (uint32_t)bits;
        float single;
        memcpy(&single, &half, sizeof single);
        return (double)single;
    }
    double real;
    memcpy(&real, &bits, sizeof real);
    return real;
}

static int take_values(const char *name, const jq_npy *array, jq_map *map, jq_message *message)
{
    size_t height = map->height, width = map->width;
    for (size_t i = 0; i < (size_t)array->elements; i++) {
        size_t n = i / (height * width), y = i / width % height, x = i % width;
        double value = element(array, array->fortran ? n + map->count * (y + height * x) : i);
        if (!isfinite(value))
            return jq_fail(message, name,
                           "value %g at row %zu, column %zu of plane %zu is not"
                           " a finite number",
                           value, y, x, n);
        map->samples[i] = value;
    }
    return 0;
}

int jq_map_take(const char *name, const jq_npy *array, uint64_t max_values, jq_map *map,
                jq_message *message)
{
    unsigned d = array->dimensions;
    memset(map, 0, sizeof *map);
    map->scale = 1;
    if (array->kind != 'f' || (array->size != 4 && array->size != 8) || (d != 2 && d != 3))
        return jq_fail(message, name,
                       ".npy array of %s: a feature map is f4 or f8 of shape (H, W) or (N, H, W)",
                       array->text);
    if (array->elements == 0)
        return jq_fail(message, name, ".npy array of %s: there are no values", array->text);
    uint64_t count = d == 3 ? array->shape[0] : 1;
    uint64_t height = array->shape[d - 2], width = array->shape[d - 1];
    if (array->elements > max_values || width > UINT32_MAX || count * height > UINT32_MAX)
        return jq_fail(message, name, "%ju values are over the limit of %ju (--max-pixels)",
                       (uintmax_t)array->elements, (uintmax_t)max_values);
    map->batch = d == 3;
    map->count = (size_t)count;
    map->width = (uint32_t)width;
    map->height = (uint32_t)height;
    map->size = array->size;
    map->samples = jpegq_alloc((size_t)array->elements, sizeof *map->samples);
    if (!map->samples)
        return jq_fail(message, name, "out of memory");
    return take_values(name, array, map, message);
}

int jq_map_read(const char *name, uint64_t max_values, jq_map *map, jq_message *message)
{
    jq_bytes bytes;
    jq_npy array;
    memset(map, 0, sizeof *map);
    if (jq_npy_read(name, max_values, &bytes, message) != 0)
        return -1;
    name = jq_input_name(name);
    int result = jq_npy_parse(name, &bytes, &array, message);
    if (result == 0)
        result = jq_map_take(name, &array, max_values, map, message);
    jq_bytes_free(&bytes);
    if (result != 0)
        jq_map_free(map);
    return result;
}

void jq_map_free(jq_map *map)
{
    jpegq_free(map->samples);
    map->samples = NULL;
}

/* Squares and sums of samples must be finite. */
static int check_samples(const jq_map *map, const char *name, jq_message *message)
{
    size_t width = map->width, height = map->height;
    for (size_t i = 0; i < map->count * height * width; i++)
        if (!(fabs(map->samples[i]) <= LARGEST_SAMPLE))
            return jq_fail(message, name,
                           "the value at row %zu, column %zu of plane %zu is a sample of %g:"
                           " magnitudes up to %g are taken",
                           i / width % height, i % width, i / (height * width), map->samples[i],
                           LARGEST_SAMPLE);
    return 0;
}

int jq_map_to_range(jq_map *map, const jq_range *range, const char *name, jq_message *message)
{
    size_t values = map->count * map->height * map->width;
    double low = range->low, high = range->high;
    if (range->kind == JQ_RANGE_NONE)
        return check_samples(map, name, message);
    if (range->kind == JQ_RANGE_MINMAX) {
        low = high = map->samples[0];
        for (size_t i = 1; i < values; i++) {
            low = fmin(low, map->samples[i]);
            high = fmax(high, map->samples[i]);
        }
    }
    if (!isfinite(high - low))
        return jq_fail(message, name, "values from %g to %g are too far apart", low, high);
    map->ranged = true;
    map->low = low;
    /* no value but one, or none that arithmetic can tell apart: all samples are 0 */
    map->scale = isnormal((high - low) / 255) ? (high - low) / 255 : 0;
    for (size_t i = 0; i < values; i++)
        map->samples[i] = map->scale > 0 ? (map->samples[i] - low) / map->scale : 0;
    return check_samples(map, name, message);
}

void jq_map_write(const double *values, double scale, double low, unsigned size,
                  unsigned dimensions, const uint64_t *shape, jq_output *output)
{
    uint64_t count = 1;
    for (unsigned i = 0; i < dimensions; i++)
        count *= shape[i];
    jq_npy_write_header(output, size == 4 ? "<f4" : "<f8", dimensions, shape);
    for (size_t i = 0; i < (size_t)count; i++) {
        double real = values[i] * scale + low;
        float single = (float)real;
        uint32_t half;
        uint64_t bits;
        uint8_t bytes[8];
        memcpy(&half, &single, sizeof half);
        memcpy(&bits, &real, sizeof bits);
        bits = size == 4 ? half : bits;
        for (unsigned b = 0; b < size; b++)
            bytes[b] = (uint8_t)(bits >> 8 * b);
        jq_output_write(output, bytes, size);
    }
}
