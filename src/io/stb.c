/* SPDX-License-Identifier: MIT */
/*
 * stb.c: PNG, JPEG and BMP through stb_image, PNG and BMP through stb_image_write. Both are
 * compiled here and nowhere else, with only the decoders that are wanted.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "deflate.h"
#include "image.h"
#include "png.h"
#include "stb.h"

/* ---- Memory for stb, through jpegq_alloc --------------------------------------------------------
 */

/*
 * Memory that is used from its beginning; only what was had last can be given back or be made
 * larger in place.
 */
static _Thread_local struct arena {
    uint8_t *memory;
    size_t size, used, last; /* last: where the newest block begins */
    size_t most;             /* that was ever used; what lies behind is zeros */
} arena;

enum { ALIGNMENT = 64 };

void jq_stb_memory(uint8_t *memory, size_t size)
{
    arena = (struct arena){memory, size, 0, 0, 0};
}

static void *stb_get(size_t size)
{
    if (!arena.memory)
        return jpegq_alloc(size ? size : 1, 1);
    if (size > arena.size - arena.used)
        return NULL;
    size_t padded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    arena.last = arena.used;
    arena.used += padded < arena.size - arena.used ? padded : arena.size - arena.used;
    arena.most = arena.used > arena.most ? arena.used : arena.most;
    return arena.memory + arena.last;
}

/* Set block[from..to) to zeros, as far as it is not; most: arena.most before the block was had. */
static void clear(uint8_t *block, size_t from, size_t to, size_t most)
{
    size_t begin = arena.memory ? (size_t)(block - arena.memory) : 0;
    if (arena.memory && begin + to > most)
        to = most > begin ? most - begin : 0;
    if (to > from)
        memset(block + from, 0, to - from);
}

/*
 * stb decodes some broken files without writing to all of its memory, and gives out what was there:
 * coefficients that no scan has, samples behind a scan that ends early, bytes that are matched with
 * themselves.
 */
static void *stb_get_zeros(size_t size)
{
    size_t most = arena.most;
    uint8_t *block = stb_get(size);
    if (block)
        clear(block, 0, size, most);
    return block;
}

static void stb_give_back(void *block)
{
    if (!arena.memory)
        jpegq_free(block);
    else if (block == arena.memory + arena.last)
        arena.used = arena.last;
}

static void *stb_resize(void *block, size_t old_size, size_t size)
{
    size_t used = arena.used;
    if (arena.memory && block == arena.memory + arena.last)
        arena.used = arena.last; /* so that it grows where it is */
    void *larger = stb_get(size);
    if (!larger)
        arena.used = used;
    if (larger && block && larger != block)
        memcpy(larger, block, old_size < size ? old_size : size);
    if (larger && larger != block)
        stb_give_back(block);
    return larger;
}

static void *stb_resize_zeros(void *block, size_t old_size, size_t size)
{
    size_t most = arena.most;
    uint8_t *larger = stb_resize(block, old_size, size);
    if (larger && size > old_size)
        clear(larger, old_size, size, most);
    return larger;
}

#define STBI_MALLOC(size) stb_get_zeros(size)
#define STBI_REALLOC_SIZED(block, old_size, size) stb_resize_zeros(block, old_size, size)
#define STBI_FREE(block) stb_give_back(block)

#if JQ_LIBDEFLATE

/* What deflate gave to stb_image_write, which forgets it where it has no memory for the file. */
static _Thread_local unsigned char *deflated;

static void stbw_give_back(void *block)
{
    if (block == deflated)
        deflated = NULL;
    stb_give_back(block);
}

#define STBIW_MALLOC(size) stb_get(size)
#define STBIW_REALLOC_SIZED(block, old_size, size) stb_resize(block, old_size, size)
#define STBIW_FREE(block) stbw_give_back(block)

#else

/* stb's own deflate asserts that it has memory. Where it has not, it is left, and all blocks that
   it had are given back. */
typedef struct listed {
    struct listed *next, *previous;
} listed;

static _Thread_local struct {
    jmp_buf out;
    listed blocks; /* a ring */
} writing;

static void *stbw_get(size_t size)
{
    listed *block = jpegq_alloc(1, sizeof *block + size);
    if (!block)
        return NULL;
    *block = (listed){writing.blocks.next, &writing.blocks};
    block->next->previous = block->previous->next = block;
    return block + 1;
}

static void stbw_give_back(void *memory)
{
    if (!memory)
        return;
    listed *block = (listed *)memory - 1;
    block->next->previous = block->previous;
    block->previous->next = block->next;
    jpegq_free(block);
}

static void *stbw_resize(void *memory, size_t old_size, size_t size)
{
    void *larger = stbw_get(size);
    if (larger && memory)
        memcpy(larger, memory, old_size < size ? old_size : size);
    if (larger)
        stbw_give_back(memory);
    return larger;
}

#define STBIW_MALLOC(size) stbw_get(size)
#define STBIW_REALLOC_SIZED(block, old_size, size) stbw_resize(block, old_size, size)
#define STBIW_FREE(block) stbw_give_back(block)
#define STBIW_ASSERT(holds) ((holds) ? (void)0 : longjmp(writing.out, 1))

#endif

/* ---- Deflate --------------------------------------------------------------------------------- */

#if JQ_LIBDEFLATE
#include <libdeflate.h>
#include <pthread.h>

static void use_our_memory(void)
{
    libdeflate_set_memory_allocator(stb_get, jpegq_free);
}

/* What the calling thread encodes. */
static _Thread_local const jpegq_plane *encoded;

/*
 * stb_image_write's hook for another deflate. `data` is the image with a byte for the filter before
 * each row, `quality` stb's compression level. Returns a zlib stream to be freed with jpegq_free,
 * or NULL.
 */
static unsigned char *deflate_for_stb(unsigned char *data, int size, int *out_size, int quality)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    size_t used = 0;
    (void)size;
    pthread_once(&once, use_our_memory);
    unsigned char *out = jq_png_deflate_plane(encoded, data, quality, &used);
    if (used > INT_MAX - 64) {
        jpegq_free(out);
        out = NULL;
    }
    *out_size = (int)used;
    deflated = out;
    return out;
}
#define STBIW_ZLIB_COMPRESS deflate_for_stb
#endif

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wundef"
#define STB_IMAGE_IMPLEMENTATION
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#include <stb/stb_image.h>
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

const char *jq_png_deflate(void)
{
#if JQ_LIBDEFLATE
    return "libdeflate";
#else
    return "stb_image_write";
#endif
}

void jq_png_set_level(int level)
{
    stbi_write_png_compression_level = level;
#if JQ_LIBDEFLATE
    stbi_write_force_png_filter = 0; /* they are filtered when they are deflated */
#endif
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void gray_of_8(const uint8_t *pixels, size_t count, unsigned channels, uint8_t *gray)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = pixels + i * channels;
        gray[i] = channels < 3 ? p[0] : jq_gray(p[0], p[1], p[2]);
    }
}

static inline uint32_t to_8_bits(uint32_t value)
{
    return (value * 255 + 32767) / 65535;
}

static void gray_of_16(const uint16_t *pixels, size_t count, unsigned channels, uint8_t *gray)
{
    for (size_t i = 0; i < count; i++) {
        const uint16_t *p = pixels + i * channels;
        gray[i] = channels < 3 ? (uint8_t)to_8_bits(p[0])
                               : jq_gray(to_8_bits(p[0]), to_8_bits(p[1]), to_8_bits(p[2]));
    }
}

const char *jq_stb_decode(const uint8_t *file, const jq_picture *picture, uint8_t *gray,
                          unsigned *channels)
{
    int width, height, count = 0, size = (int)picture->bytes;
    void *pixels = picture->wide
                       ? (void *)stbi_load_16_from_memory(file, size, &width, &height, &count, 0)
                       : (void *)stbi_load_from_memory(file, size, &width, &height, &count, 0);
    if (!pixels) { /* of some faults of compressed data it does not say which */
        const char *reason = stbi_failure_reason();
        return reason && *reason ? reason : "corrupt data";
    }
    bool same = width == (int)picture->width && height == (int)picture->height;
    if (!same || count < 1 || count > 4) {
        stbi_image_free(pixels);
        return "its size changes";
    }
    *channels = (unsigned)count;
    if (picture->wide)
        gray_of_16(pixels, (size_t)width * (size_t)height, *channels, gray);
    else
        gray_of_8(pixels, (size_t)width * (size_t)height, *channels, gray);
    stbi_image_free(pixels);
    return NULL;
}

/*
 * stb_image has at one time at most: the compressed data and twice as much while it grows; the
 * samples, in 16 bits and four channels, filtered, unfiltered, and interlaced or converted; or the
 * coefficients and samples of three components of a JPEG.
 */
size_t jq_stb_needs(const jq_picture *picture)
{
    /* sides are completed to whole units of up to 32 samples */
    size_t width = (size_t)picture->width + 32, height = (size_t)picture->height + 32;
    return 4 * picture->bytes + 36 * width * height + ((size_t)4 << 20);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void write_for_stb(void *output, void *data, int size)
{
    jq_output_write(output, data, (size_t)size);
}

static bool encode(const jpegq_plane *plane, jq_image_format format, jq_output *output)
{
    int width = (int)plane->width, height = (int)plane->height;
    return format == JQ_FORMAT_PNG
               ? stbi_write_png_to_func(write_for_stb, output, width, height, 1, plane->samples,
                                        (int)plane->stride)
               : stbi_write_bmp_to_func(write_for_stb, output, width, height, 1, plane->samples);
}

#if JQ_LIBDEFLATE
static bool encode_or_give_up(const jpegq_plane *plane, jq_image_format format, jq_output *output)
{
    encoded = plane;
    bool done = encode(plane, format, output);
    jpegq_free(deflated);
    deflated = NULL;
    return done;
}
#else
static bool encode_or_give_up(const jpegq_plane *plane, jq_image_format format, jq_output *output)
{
    volatile bool done = false;
    writing.blocks = (listed){&writing.blocks, &writing.blocks};
    if (setjmp(writing.out) == 0)
        done = encode(plane, format, output);
    while (writing.blocks.next != &writing.blocks)
        stbw_give_back(writing.blocks.next + 1);
    return done;
}
#endif

int jq_write_stb(const jpegq_plane *plane, jq_image_format format, jq_output *output,
                 jq_message *message)
{
    const char *kind = format == JQ_FORMAT_PNG ? "PNG" : "BMP";
    uint64_t bytes =
        ((uint64_t)plane->width * (format == JQ_FORMAT_PNG ? 1 : 3) + 4) * plane->height;
    if (bytes > INT_MAX - 64) /* stb counts in int */
        return jq_fail(message, jq_output_name(output->name),
                       "image too large for stb's %s: use pgm", kind);
    return encode_or_give_up(plane, format, output)
               ? 0
               : jq_fail(message, jq_output_name(output->name), "out of memory");
}
