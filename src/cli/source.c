/* SPDX-License-Identifier: MIT */
/* source.c: see source.h. */
#include "source.h"

#include <stdio.h>
#include <string.h>

#include "diagnose.h"
#include "split.h"

static void say_what_is_read(const jq_options *o, const jq_source *source)
{
    static const char *const kinds[] = {"", "gray", "gray and alpha", "RGB", "RGB and alpha"};
    const jq_image *image = &source->original;
    char depth[60] = "";
    if (!o->verbose)
        return;
    if (image->largest != 255)
        snprintf(depth, sizeof depth, ", 0..%u scaled to 0..255", image->largest);
    jq_complain("%s: %s, %u x %u, %s%s%s%s", source->name, image->format, source->width,
                source->height, kinds[image->channels], depth,
                image->channels > 2 ? ", converted to gray" : "",
                image->channels % 2 == 0 ? ", alpha dropped" : "");
}

/* What cannot be shown or told of a feature map. */
static int load_map(const jq_options *o, jq_source *source, jq_message *message)
{
    jq_map *map = &source->map;
    const char *impossible = o->block                      ? "--block"
                             : o->sheet                    ? "--sheet"
                             : o->diff                     ? "--diff"
                             : o->target == JQ_TARGET_SSIM ? "--target-ssim"
                             : map->batch && o->bits       ? "--bits"
                             : map->batch && o->bit_map    ? "--bit-map"
                                                           : NULL;
    if (impossible)
        return jq_fail(message, source->name, "%s is not for %s", impossible,
                       map->batch ? "a batch" : "an array of floats");
    source->width = map->width;
    source->height = map->height;
    source->rows = map->count * jpegq_blocks(map->height);
    source->columns = jpegq_blocks(map->width);
    if (o->verbose)
        jq_complain("%s: .npy of float%u, %zu plane%s of %u x %u", source->name, 8 * map->size,
                    map->count, map->count == 1 ? "" : "s", map->width, map->height);
    return jq_map_to_range(map, &o->range, source->name, message);
}

/* An image's samples as reals, for gradients and outputs of floats. */
static int copy_samples(jq_source *source, jq_message *message)
{
    const jpegq_plane *plane = &source->original.plane;
    size_t width = plane->width, count = plane->height * width;
    source->map = (jq_map){.count = 1, .width = plane->width, .height = plane->height, .scale = 1};
    source->map.samples = jpegq_alloc(count, sizeof *source->map.samples);
    if (!source->map.samples)
        return jq_fail(message, source->name, "out of memory");
    for (size_t i = 0; i < count; i++)
        source->map.samples[i] = plane->samples[i / width * plane->stride + i % width];
    return 0;
}

static void set_size(jq_source *source, uint32_t width, uint32_t height)
{
    source->width = width;
    source->height = height;
    source->rows = jpegq_blocks(height);
    source->columns = jpegq_blocks(width);
}

/*
 * Is it a PGM or PPM file whose header can be looked at? 1 if it is, 0 if not, or -1 with a
 * message. A broken header is none: who reads the whole file says what is wrong with it.
 */
static int look_for_pnm(jq_source *source, jq_message *message)
{
    const jq_bytes *ahead = &source->input.ahead;
    int more;
    do {
        more = jq_input_look(&source->input, message);
        if (more < 0)
            return -1;
        if (ahead->size >= 2 &&
            (ahead->data[0] != 'P' || (ahead->data[1] != '5' && ahead->data[1] != '6')))
            return 0;
        if (ahead->size >= 2 && jq_pnm_header(source->name, ahead, &source->pnm, message) == 0)
            return 1;
    } while (more);
    return 0;
}

/* Get the strips of a PNM file ready to be read. */
static int begin_stream(const jq_options *o, jq_source *source, jq_message *message)
{
    jq_input *input = &source->input;
    jq_pnm *pnm = &source->pnm;
    uint64_t have = input->size == UINT64_MAX ? UINT64_MAX : input->size - pnm->raster;
    if (jq_pnm_check(source->name, pnm, o->max_pixels, have, message) != 0 ||
        jq_pnm_prepare(source->name, pnm, message) != 0)
        return -1;
    jq_input_skip(input, pnm->raster);
    source->streams = true;
    source->original.format = pnm->channels == 1 ? "PGM" : "PPM";
    source->original.channels = pnm->channels;
    source->original.largest = pnm->maxval;
    set_size(source, (uint32_t)pnm->width, (uint32_t)pnm->height);
    say_what_is_read(o, source);
    return 0;
}

static int load_image(const jq_options *o, jq_source *source, bool stream, jq_message *message)
{
    if (jq_image_open(source->file, o->max_pixels, &source->input, message) != 0)
        return -1;
    /* what is written while it is read must not be the same file */
    int found = stream && !(o->output && jq_input_is(&source->input, o->output))
                    ? look_for_pnm(source, message)
                    : 0;
    if (found != 0)
        return found < 0 ? -1 : begin_stream(o, source, message);
    if (jq_image_load(&source->input, o->max_pixels, &source->original, &source->map, message) != 0)
        return -1;
    jq_input_close(&source->input);
    if (source->map.samples)
        return load_map(o, source, message);
    if (o->range.kind != JQ_RANGE_NONE)
        return jq_fail(message, source->name, "--range is for arrays of floats");
    if ((o->grad_output || o->output_type != JQ_TYPE_DEFAULT || o->clamp == JQ_CLAMP_NONE) &&
        !o->reference && copy_samples(source, message) != 0)
        return -1;
    source->has_original = true;
    set_size(source, source->original.plane.width, source->original.plane.height);
    say_what_is_read(o, source);
    return 0;
}

static int load_coefficients(const jq_options *o, jq_source *source, jq_message *message)
{
    jq_coefficients *q = &source->given;
    if (jq_coefficients_read(source->file, o->zigzag, o->dct == JPEGQ_DCT_EXACT, o->max_pixels, q,
                             message) != 0)
        return -1;
    if (o->verbose)
        jq_complain("%s: .npy, %ju x %ju blocks of %s", source->name, (uintmax_t)q->rows,
                    (uintmax_t)q->columns, q->reals ? "f8" : "i2");
    uint64_t width = o->width ? o->width : 8 * q->columns;
    uint64_t height = o->height ? o->height : 8 * q->rows;
    if ((width + 7) / 8 != q->columns || (height + 7) / 8 != q->rows)
        return jq_fail(message, source->name,
                       "--size %jux%ju does not fit %ju x %ju blocks"
                       " (rows x columns)",
                       (uintmax_t)width, (uintmax_t)height, (uintmax_t)q->rows,
                       (uintmax_t)q->columns);
    if (width > UINT32_MAX || height > UINT32_MAX)
        return jq_fail(message, source->name, "%ju x %ju pixels are too many", (uintmax_t)width,
                       (uintmax_t)height);
    source->width = (uint32_t)width;
    source->height = (uint32_t)height;
    source->rows = q->rows;
    source->columns = q->columns;
    return 0;
}

static int make_dct(const jq_options *o, jq_source *source, size_t threads, jq_message *message)
{
    size_t blocks = (size_t)(source->rows * source->columns);
    source->dct = jpegq_alloc(blocks, 64 * jpegq_dct_size(o->dct));
    if (!source->dct)
        return jq_fail(message, source->name, "out of memory");
    jpegq_status status = jq_split_forward(threads, o->dct, &source->original.plane, source->dct);
    return status == JPEGQ_OK ? 0 : jq_fail(message, source->name, "%s", jpegq_status_text(status));
}

int jq_source_load(const jq_options *options, const char *file, jq_wanted wanted, size_t threads,
                   jq_source *source, jq_message *message)
{
    memset(source, 0, sizeof *source);
    source->input = (jq_input)JQ_INPUT_CLOSED;
    source->file = file;
    source->name = jq_input_name(file);
    if (options->from_coefficients)
        return load_coefficients(options, source, message);
    if (load_image(options, source, wanted == JQ_WANT_STREAM, message) != 0)
        return -1;
    bool forward = wanted == JQ_WANT_DCT && source->has_original;
    return forward ? make_dct(options, source, threads, message) : 0;
}

void jq_source_free(jq_source *source)
{
    jq_input_close(&source->input);
    jq_pnm_free(&source->pnm);
    jq_image_free(&source->original);
    jq_map_free(&source->map);
    jpegq_free(source->dct);
    jq_coefficients_free(&source->given);
    source->dct = NULL;
}
