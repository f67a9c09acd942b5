/* SPDX-License-Identifier: MIT */
/* input.c: see input.h. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"

enum { PAGE = 4096, LOOK = 65536 };

size_t jq_input_limit(uint64_t values)
{
    return values < SIZE_MAX / 16 ? (size_t)values * 8 + 1048576 : SIZE_MAX / 2;
}

/* ---- Opening and closing --------------------------------------------------------------------- */

static int check_kind(jq_input *input, jq_message *message)
{
    struct stat status;
    if (fstat(input->fd, &status) != 0)
        return jq_fail_errno(message, input->name, "cannot read", errno);
    if (S_ISDIR(status.st_mode))
        return jq_fail(message, input->name, "is a directory");
    if (!S_ISREG(status.st_mode) || status.st_size == 0) /* files of /proc have no size */
        return 0;
    off_t at = lseek(input->fd, 0, SEEK_CUR); /* standard input may have been read from before */
    at = at < 0 ? 0 : at < status.st_size ? at : status.st_size;
    input->size = (uint64_t)(status.st_size - at);
    if (input->size > input->most)
        return jq_fail(message, input->name, "file too large (more than %zu bytes)", input->most);
    return 0;
}

int jq_input_open(jq_input *input, const char *name, size_t most, jq_message *message)
{
    bool standard = strcmp(name, "-") == 0;
    *input = (jq_input)JQ_INPUT_CLOSED;
    input->name = jq_input_name(name);
    input->most = most;
    input->size = UINT64_MAX;
    do
        input->fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (input->fd < 0 && errno == EINTR); /* opening a FIFO may wait */
    if (input->fd < 0 && errno == ENOENT && jq_descriptor_of(name) >= 0) /* there is no /proc */
        input->fd = fcntl(jq_descriptor_of(name), F_DUPFD_CLOEXEC, 0);
    if (input->fd < 0)
        return jq_fail_errno(message, input->name, "cannot open", errno);
    int result = check_kind(input, message);
    if (result != 0)
        jq_input_close(input);
    return result;
}

void jq_input_close(jq_input *input)
{
    if (input->fd > STDIN_FILENO)
        close(input->fd);
    jpegq_free(input->memory);
    *input = (jq_input)JQ_INPUT_CLOSED;
}

bool jq_input_is(const jq_input *input, const char *output)
{
    struct stat a, b;
    int there = strcmp(output, "-") == 0 ? fstat(STDOUT_FILENO, &b) : stat(output, &b);
    return there == 0 && fstat(input->fd, &a) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* One read; *got is 0 at the end only. */
static int read_some(jq_input *input, uint8_t *data, size_t size, size_t *got, jq_message *message)
{
    ssize_t n;
    *got = 0;
    do
        n = read(input->fd, data, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return jq_fail_errno(message, input->name, "cannot read", errno);
    *got = (size_t)n;
    return 0;
}

int jq_input_look(jq_input *input, jq_message *message)
{
    if (!input->memory)
        input->memory = input->ahead.data = jpegq_alloc(LOOK, 1);
    if (!input->memory)
        return jq_fail(message, input->name, "out of memory");
    uint8_t *end = input->ahead.data + input->ahead.size;
    size_t room = (size_t)(input->memory + LOOK - end), got;
    if (room == 0)
        return 0;
    if (read_some(input, end, room < PAGE ? room : PAGE, &got, message) != 0)
        return -1;
    input->ahead.size += got;
    return got > 0;
}

void jq_input_skip(jq_input *input, size_t size)
{
    input->ahead.data += size;
    input->ahead.size -= size;
}

/* Hand out what was looked at, as far as it goes; returns how much. */
static size_t take_ahead(jq_input *input, uint8_t *data, size_t size)
{
    size_t here = size < input->ahead.size ? size : input->ahead.size;
    if (here) { /* else there may be no memory */
        memcpy(data, input->ahead.data, here);
        jq_input_skip(input, here);
    }
    return here;
}

int jq_input_read(jq_input *input, uint8_t *data, size_t size, size_t *got, jq_message *message)
{
    *got = take_ahead(input, data, size);
    while (*got < size) {
        size_t n;
        if (read_some(input, data + *got, size - *got, &n, message) != 0)
            return -1;
        if (n == 0)
            return 0;
        *got += n;
    }
    return 0;
}

/* ---- To the end ------------------------------------------------------------------------------ */

/* As much as is allowed was read. */
static int check_end(jq_input *input, jq_message *message)
{
    uint8_t next;
    size_t got;
    if (jq_input_read(input, &next, 1, &got, message) != 0)
        return -1;
    return got ? jq_fail(message, input->name, "input too large (more than %zu bytes)", input->most)
               : 0;
}

static bool get_bytes(jq_bytes *bytes, size_t capacity, bool share)
{
    if (share && jq_shared_make(capacity, &bytes->shared))
        bytes->data = bytes->shared.data;
    else
        bytes->data = jpegq_alloc(capacity, 1);
    return bytes->data;
}

/* A larger block with the same contents. */
static bool grow_bytes(jq_bytes *bytes, size_t capacity)
{
    if (bytes->shared.data) {
        bool grown = jq_shared_grow(&bytes->shared, capacity);
        bytes->data = bytes->shared.data;
        return grown;
    }
    uint8_t *larger = jpegq_alloc(capacity, 1);
    if (!larger)
        return false;
    memcpy(larger, bytes->data, bytes->size);
    jpegq_free(bytes->data);
    bytes->data = larger;
    return true;
}

static int read_rest(jq_input *input, jq_bytes *bytes, jq_message *message)
{
    /* one more than a file has, so that the end is seen */
    size_t capacity = input->size == UINT64_MAX ? LOOK : (size_t)input->size + 1;
    if (capacity <= input->ahead.size)
        capacity = input->ahead.size + 1;
    if (input->enough && capacity > input->enough)
        capacity = input->enough;
    if (!get_bytes(bytes, capacity, input->share))
        return jq_fail(message, input->name, "out of memory");
    for (;;) {
        size_t got;
        if (jq_input_read(input, bytes->data + bytes->size, capacity - bytes->size, &got,
                          message) != 0)
            return -1;
        bytes->size += got;
        if (bytes->size < capacity || bytes->size == input->enough)
            return bytes->size ? 0 : jq_fail(message, input->name, "is empty");
        if (capacity >= input->most)
            return check_end(input, message);
        capacity = capacity > input->most / 2 ? input->most : 2 * capacity;
        if (input->enough && capacity > input->enough)
            capacity = input->enough;
        if (!grow_bytes(bytes, capacity))
            return jq_fail(message, input->name, "out of memory");
    }
}

int jq_input_rest(jq_input *input, jq_bytes *bytes, jq_message *message)
{
    memset(bytes, 0, sizeof *bytes);
    int result = read_rest(input, bytes, message);
    if (result != 0)
        jq_bytes_free(bytes);
    return result;
}

int jq_input_drain(jq_input *input, jq_message *message)
{
    uint8_t nowhere[LOOK];
    size_t got = 1;
    if (input->size != UINT64_MAX) /* nobody waits for a file to be read */
        return 0;
    for (size_t drained = 0; got > 0 && drained < JQ_ASIDE; drained += got) {
        if (read_some(input, nowhere, sizeof nowhere, &got, message) != 0)
            return -1;
    }
    return 0;
}

int jq_read_file(const char *name, size_t most, jq_bytes *bytes, jq_message *message)
{
    jq_input input;
    memset(bytes, 0, sizeof *bytes);
    if (jq_input_open(&input, name, most, message) != 0)
        return -1;
    int result = jq_input_rest(&input, bytes, message);
    jq_input_close(&input);
    return result;
}

void jq_bytes_free(jq_bytes *bytes)
{
    if (bytes->shared.data)
        jq_shared_free(&bytes->shared);
    else
        jpegq_free(bytes->data);
    memset(bytes, 0, sizeof *bytes);
}
