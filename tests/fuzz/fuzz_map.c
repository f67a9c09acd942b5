/* SPDX-License-Identifier: MIT */
/* fuzz_map.c: feature maps, .npy arrays of floats: their range, the codec and its gradient. */
#include <math.h>
#include <string.h>

#include "../../src/io/map.h"
#include "fuzz.h"

enum { MOST_VALUES = 1 << 14 };

static bool read_map(const jq_bytes *bytes, jq_map *map)
{
    jq_npy array;
    jq_message message;
    memset(map, 0, sizeof *map);
    int result = jq_npy_parse(JQ_FUZZ_NAME, bytes, &array, &message);
    if (result == 0)
        result = jq_map_take(JQ_FUZZ_NAME, &array, MOST_VALUES, map, &message);
    return result == 0 || jq_fuzz_refused(&message);
}

static size_t check_map(const jq_map *map)
{
    JQ_MUST(map->samples && map->count > 0 && map->width > 0 && map->height > 0);
    JQ_MUST(map->size == 4 || map->size == 8);
    size_t values = map->count * map->width * map->height;
    JQ_MUST(values <= MOST_VALUES);
    for (size_t i = 0; i < values; i++)
        JQ_MUST(isfinite(map->samples[i]));
    return values;
}

/* What is written of it, in its own precision, reads back the same. */
static void write_and_read(const jq_map *map, size_t values)
{
    const uint64_t shape[3] = {map->count, map->height, map->width};
    jq_output output;
    jq_message message;
    jq_map again;
    jq_fuzz_listen();
    JQ_MUST(jq_output_open(&output, "-", true, &message) == 0);
    jq_map_write(map->samples, 1, 0, map->size, map->batch ? 3 : 2, map->batch ? shape : shape + 1,
                 &output);
    JQ_MUST(jq_output_commit(&output, &message) == 0);
    jq_bytes written = jq_fuzz_heard();
    JQ_MUST(read_map(&written, &again));
    JQ_MUST(again.count == map->count && again.width == map->width && again.height == map->height);
    for (size_t i = 0; i < values; i++)
        JQ_MUST(again.samples[i] >= map->samples[i] && again.samples[i] <= map->samples[i]);
    jq_map_free(&again);
    jq_bytes_free(&written);
}

/* The first plane through the codec and back. */
static void run(const jq_map *map, uint32_t choice)
{
    static const jpegq_round_mode modes[] = {JPEGQ_ROUND_NEAREST, JPEGQ_ROUND_EVEN,
                                             JPEGQ_ROUND_OFFSET, JPEGQ_ROUND_NONE,
                                             JPEGQ_ROUND_SOFT};
    size_t size = (size_t)map->width * map->height;
    jpegq_real_codec codec = {.rounding = jpegq_rounding_of(modes[choice % 5], 0.25),
                              .clamp = choice / 5 % 2,
                              .gradient = (jpegq_gradient_mode)(choice / 10 % 4)};
    double steps[64];
    for (int i = 0; i < 64; i++)
        codec.step[i] = 1 + (choice / 40 + (uint32_t)i) % 255;
    double *results = jpegq_alloc(2 * size, sizeof *results);
    JQ_MUST(results);
    const jpegq_real_plane in = {map->width, map->height, map->width, map->samples},
                           out = {map->width, map->height, map->width, results},
                           back = {map->width, map->height, map->width, results + size};
    JQ_MUST(jpegq_round_trip_real(&codec, &in, &out, NULL) == JPEGQ_OK);
    JQ_MUST(jpegq_gradient(&codec, &in, &out, &back, steps) == JPEGQ_OK);
    for (size_t i = 0; i < size; i++) {
        JQ_MUST(isfinite(results[i]));
        JQ_MUST(!codec.clamp || (results[i] >= 0 && results[i] <= 255));
    }
    jpegq_free(results);
}

static bool to_range(jq_map *map, size_t values, uint32_t choice)
{
    const jq_range ranges[] = {{JQ_RANGE_NONE, 0, 0},
                               {JQ_RANGE_FIXED, -1, 1},
                               {JQ_RANGE_MINMAX, 0, 0}};
    jq_message message;
    if (jq_map_to_range(map, &ranges[choice % 3], JQ_FUZZ_NAME, &message) != 0)
        return jq_fuzz_refused(&message);
    check_map(map);
    for (size_t i = 0; choice % 3 == 2 && i < values; i++) /* rounded twice on its way */
        JQ_MUST(map->samples[i] >= 0 && map->samples[i] <= 255 * (1 + 1e-12));
    return true;
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    uint32_t choice = jq_fuzz_choice(data, size);
    jq_bytes bytes = jq_fuzz_copy(data, size);
    jq_map map;
    bool taken = read_map(&bytes, &map);
    if (taken) {
        size_t values = check_map(&map);
        write_and_read(&map, values);
        taken = to_range(&map, values, choice);
    }
    if (taken)
        run(&map, choice / 3);
    jq_map_free(&map);
    jq_bytes_free(&bytes);
    return taken;
}
