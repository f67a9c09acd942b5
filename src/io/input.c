/* SPDX-License-Identifier: MIT */
/* input.c: see input.h. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A larger block with the same contents; the old one is freed also on failure. */
static uint8_t *grow(uint8_t *data, size_t used, size_t capacity)
{
    uint8_t *larger = jpegq_alloc(capacity, 1);
    if (larger && used)
        memcpy(larger, data, used);
    jpegq_free(data);
    return larger;
}

/* How much to make room for: the size of a regular file, or a first guess. */
static int first_capacity(int fd, const char *name, size_t most, size_t *capacity,
                          jq_message *message)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return jq_fail_errno(message, name, "cannot read", errno);
    if (S_ISDIR(status.st_mode))
        return jq_fail(message, name, "is a directory");
    *capacity = 65536;
    if (S_ISREG(status.st_mode) && status.st_size > 0) {
        if ((uintmax_t)status.st_size > most)
            return jq_fail(message, name, "file too large (more than %zu bytes)", most);
        *capacity = (size_t)status.st_size + 1; /* one more, so that the end is seen */
    }
    return 0;
}

static int read_all(int fd, const char *name, size_t most, jq_bytes *bytes, jq_message *message)
{
    size_t capacity;
    if (first_capacity(fd, name, most, &capacity, message) != 0)
        return -1;
    *bytes = (jq_bytes){jpegq_alloc(capacity, 1), 0};
    while (bytes->data) {
        if (bytes->size == capacity) {
            if (capacity > most)
                return jq_fail(message, name, "input too large (more than %zu bytes)", most);
            capacity *= 2;
            bytes->data = grow(bytes->data, bytes->size, capacity);
            continue;
        }
        ssize_t n = read(fd, bytes->data + bytes->size, capacity - bytes->size);
        if (n == 0)
            return bytes->size ? 0 : jq_fail(message, name, "is empty");
        if (n < 0 && errno != EINTR)
            return jq_fail_errno(message, name, "cannot read", errno);
        bytes->size += n > 0 ? (size_t)n : 0;
    }
    return jq_fail(message, name, "out of memory");
}

int jq_read_file(const char *name, size_t most, jq_bytes *bytes, jq_message *message)
{
    bool standard = strcmp(name, "-") == 0;
    name = jq_input_name(name);
    *bytes = (jq_bytes){NULL, 0};
    int fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return jq_fail_errno(message, name, "cannot open", errno);
    int result = read_all(fd, name, most, bytes, message);
    if (!standard)
        close(fd);
    if (result != 0)
        jq_bytes_free(bytes);
    return result;
}

void jq_bytes_free(jq_bytes *bytes)
{
    jpegq_free(bytes->data);
    *bytes = (jq_bytes){NULL, 0};
}
