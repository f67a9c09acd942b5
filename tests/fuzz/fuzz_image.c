/* SPDX-License-Identifier: MIT */
/*
 * fuzz_image.c: an image file of any kind, through the codec, to every kind of image file and back.
 */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#endif
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../src/io/cage.h"
#include "../../src/io/image.h"
#include "../../src/io/stb.h"
#include "fuzz.h"

enum { MAX_PIXELS = 1 << 16 };

static void check_image(const jq_image *image)
{
    const jpegq_plane *plane = &image->plane;
    JQ_MUST(plane->samples && plane->width > 0 && plane->height > 0);
    JQ_MUST(plane->stride >= plane->width);
    JQ_MUST((uint64_t)plane->width * plane->height <= MAX_PIXELS);
    JQ_MUST(image->format && image->channels >= 1 && image->channels <= 4);
    JQ_MUST(image->largest >= 1 && image->largest <= 65535);
}

/* The picture through the codec, in its own place. */
static void round_trip(const jpegq_plane *plane, uint32_t choice)
{
    jpegq_codec codec = {(jpegq_dct)(choice % 4), jpegq_preset_named("luma")->table,
                         jpegq_rounding_of(JPEGQ_ROUND_NEAREST, 0)};
    size_t blocks = jpegq_blocks(plane->width) * jpegq_blocks(plane->height);
    int16_t *quantized = jpegq_alloc(blocks, 64 * sizeof *quantized);
    JQ_MUST(quantized);
    JQ_MUST(jpegq_table_at_quality(&codec.table, (int)(choice / 4 % 101), JPEGQ_BASELINE_STEP,
                                   &codec.table) == JPEGQ_OK);
    jpegq_status status = jpegq_round_trip(&codec, plane, plane, quantized);
    JQ_MUST(status == JPEGQ_OK ||
            (status == JPEGQ_OUT_OF_RANGE && codec.dct == JPEGQ_DCT_FAST && choice / 4 % 101 > 98));
    jpegq_free(quantized);
}

/* What is written reads back as the same picture. */
static void write_and_read(const jpegq_plane *plane, jq_image_format format)
{
    jq_output output;
    jq_message message;
    jq_image again;
    jq_fuzz_listen();
    JQ_MUST(jq_output_open(&output, "-", true, &message) == 0);
    JQ_MUST(jq_image_write(plane, format, &output, &message) == 0);
    JQ_MUST(jq_output_commit(&output, &message) == 0);
    jq_bytes bytes = jq_fuzz_heard();
    memset(&again, 0, sizeof again);
    JQ_MUST(jq_image_decode(JQ_FUZZ_NAME, &bytes, MAX_PIXELS, &again, NULL, &message) == 0);
    JQ_MUST(again.plane.width == plane->width && again.plane.height == plane->height);
    for (size_t y = 0; y < plane->height; y++)
        JQ_MUST(memcmp(again.plane.samples + y * again.plane.stride,
                       plane->samples + y * plane->stride, plane->width) == 0);
    jq_image_free(&again);
    jq_bytes_free(&bytes);
}

/* In the memory that a child has for it, stb decodes it to the same picture. */
static void decode_as_child(const jq_image *image, const uint8_t *data, size_t size)
{
    const jpegq_plane *plane = &image->plane;
    const jq_picture picture = {size, plane->width, plane->height, image->largest > 255};
    size_t room = jq_stb_needs(&picture), samples = (size_t)plane->width * plane->height;
    uint8_t *gray = jpegq_alloc(samples, 1);
    void *memory = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned channels;
    JQ_MUST(memory != MAP_FAILED && gray);
    jq_stb_memory(memory, room);
    JQ_MUST(!jq_stb_decode(data, &picture, gray, &channels));
    jq_stb_memory(NULL, 0);
    JQ_MUST(channels == image->channels);
    JQ_MUST(memcmp(gray, plane->samples, samples) == 0);
    jpegq_free(gray);
    munmap(memory, room);
}

static bool is_of_stb(const jq_image *image)
{
    return image->format[0] != '.' && strcmp(image->format, "PGM") && strcmp(image->format, "PPM");
}

/* From a pipe, of which only the beginning is looked at first, it is the same. */
static void read_from_pipe(const jq_image *image, const uint8_t *data, size_t size)
{
    int ends[2];
    jq_image again;
    jq_message message;
    if (size > 4096) /* a pipe may hold no more */
        return;
    jq_cage_set(JQ_SANDBOX_OFF, 60);
    JQ_MUST(pipe(ends) == 0 && write(ends[1], data, size) == (ssize_t)size);
    JQ_MUST(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
    bool taken = jq_image_read("-", MAX_PIXELS, &again, &message) == 0;
    JQ_MUST(taken == (image->plane.samples != NULL));
    if (taken) {
        JQ_MUST(again.plane.width == image->plane.width);
        JQ_MUST(again.plane.height == image->plane.height);
        JQ_MUST(again.channels == image->channels && again.largest == image->largest);
        for (size_t y = 0; y < again.plane.height; y++)
            JQ_MUST(memcmp(again.plane.samples + y * again.plane.stride,
                           image->plane.samples + y * image->plane.stride, again.plane.width) == 0);
    }
    jq_image_free(&again);
}

bool jq_fuzz(const uint8_t *data, size_t size)
{
    static const jq_image_format formats[] = {JQ_FORMAT_PNG, JQ_FORMAT_BMP, JQ_FORMAT_PGM,
                                              JQ_FORMAT_NPY};
    uint32_t choice = jq_fuzz_choice(data, size);
    jq_bytes bytes = jq_fuzz_copy(data, size);
    jq_image image;
    jq_message message;
    memset(&image, 0, sizeof image);
    bool taken = jq_image_decode(JQ_FUZZ_NAME, &bytes, MAX_PIXELS, &image, NULL, &message) == 0;
    if (!taken)
        jq_image_free(&image);
    if (choice % 4 == 1)
        read_from_pipe(&image, data, size);
    if (taken) {
        check_image(&image);
        if (is_of_stb(&image) && choice % 4 == 0)
            decode_as_child(&image, data, size);
        round_trip(&image.plane, choice / 4);
        write_and_read(&image.plane, formats[choice / 1616 % 4]);
    }
    jq_image_free(&image);
    jq_bytes_free(&bytes);
    return taken || jq_fuzz_refused(&message);
}
