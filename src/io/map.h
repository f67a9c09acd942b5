/* SPDX-License-Identifier: MIT */
/* map.h: feature maps: .npy arrays of floats, one plane or a batch, and their range as samples. */
#ifndef JQ_MAP_H
#define JQ_MAP_H

#include "npy.h"

/* Values are kept as samples x, 0..255 where they are in the range: value = x * scale + low. */
typedef struct jq_map {
    bool batch; /* of three dimensions */
    size_t count;
    uint32_t width, height;
    unsigned size;   /* bytes of an element in the file: 4 or 8; 0 if it is no array of floats */
    double *samples; /* [count][height][width], freed by jq_map_free; NULL if there is no map */
    double low, scale;
    bool ranged; /* there is a range, to which samples are to be clamped */
} jq_map;

/* What the values of a map are mapped from. */
typedef struct jq_range {
    enum { JQ_RANGE_NONE, JQ_RANGE_FIXED, JQ_RANGE_MINMAX } kind;
    double low, high; /* of JQ_RANGE_FIXED */
} jq_range;

/* Is it an array of floats? Then it is no image. */
bool jq_npy_is_map(const jq_npy *array);

/*
 * float32 or float64 of shape (H, W) or (N, H, W), all values finite; not mapped. 0, or -1 with a
 * message.
 */
int jq_map_take(const char *name, const jq_npy *array, uint64_t max_values, jq_map *map,
                jq_message *message);

/* The same from a file. */
int jq_map_read(const char *name, uint64_t max_values, jq_map *map, jq_message *message);

void jq_map_free(jq_map *map);

/* Map values to samples, none of them beyond any use. 0, or -1 with a message. */
int jq_map_to_range(jq_map *map, const jq_range *range, const char *name, jq_message *message);

/* Write an array of float32 or float64 (size 4 or 8): each value times `scale` plus `low`. */
void jq_map_write(const double *values, double scale, double low, unsigned size,
                  unsigned dimensions, const uint64_t *shape, jq_output *output);

#endif
