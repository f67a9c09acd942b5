/* SPDX-License-Identifier: MIT */
/* output.c: see output.h. */
#if defined(__linux__)
#define _GNU_SOURCE /* fallocate */
#endif
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

enum { BUFFER = 65536, SLOTS = 2048 };

/*
 * The temporary files that exist now, for the signal handler, which may run in any thread at any
 * moment: a path is whole before `exists` is set, and its memory stays.
 */
static struct temporary {
    atomic_bool exists;
    bool taken; /* guarded by the lock */
    char path[4096];
} temporaries[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool dying;   /* the handler has begun: no new files */
static atomic_int creating; /* threads that are between looking at `dying` and having their file */

static void remove_and_die(int number)
{
    atomic_store(&dying, true);
    while (atomic_load(&creating) > 0) /* soon over: they have their signals blocked */
        continue;
    for (int i = 0; i < SLOTS; i++)
        if (atomic_load(&temporaries[i].exists))
            unlink(temporaries[i].path);
    signal(number, SIG_DFL);
    raise(number); /* delivered when this handler returns */
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ, SIGXCPU};

/* A descriptor below 3 that is closed is opened the wrong way round, so that using it fails. */
static void keep_standard_streams_closed(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* the lowest free: fd */
}

static void handle_signals(void)
{
    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    action.sa_handler = remove_and_die;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        /* what a parent has had ignored (nohup) stays so */
        if (sigaction(deadly[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(deadly[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

void jq_output_init(void)
{
    keep_standard_streams_closed();
    handle_signals();
}

static void block_signals(sigset_t *old)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        sigaddset(&set, deadly[i]);
    pthread_sigmask(SIG_BLOCK, &set, old);
}

/* The handler, in another thread, ends the program. */
static void wait_for_death(void)
{
    for (;;)
        pause();
}

/* Open a new file so that the handler either finds it or keeps it from being made. An errno. */
static int open_new(struct temporary *slot, int *fd)
{
    sigset_t old;
    block_signals(&old);
    atomic_fetch_add(&creating, 1);
    if (atomic_load(&dying)) {
        atomic_fetch_sub(&creating, 1);
        wait_for_death();
    }
    *fd = open(slot->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int error = *fd < 0 ? errno : 0;
    atomic_store(&slot->exists, error == 0);
    atomic_fetch_sub(&creating, 1);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return error;
}

static struct temporary *take_slot(void)
{
    struct temporary *slot = NULL;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < SLOTS && !slot; i++)
        if (!temporaries[i].taken)
            slot = &temporaries[i];
    if (slot)
        slot->taken = true;
    pthread_mutex_unlock(&lock);
    return slot;
}

static void leave_slot(struct temporary *slot)
{
    atomic_store(&slot->exists, false);
    pthread_mutex_lock(&lock);
    slot->taken = false;
    pthread_mutex_unlock(&lock);
}

/* ---- Opening --------------------------------------------------------------------------------- */

static char *copy_text(const char *text, size_t length)
{
    char *copy = jpegq_alloc(length + 1, 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

/* Length of the folder part of a path, with its slash. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Create a new file beside output->path, which the signal handler knows from the start. An errno.
 */
static int create_temporary(jq_output *output)
{
    size_t folder = folder_length(output->path);
    struct temporary *slot = take_slot();
    if (!slot)
        return EMFILE;
    int error = folder + 60 > sizeof slot->path ? ENAMETOOLONG : EEXIST;
    if (error == EEXIST)
        memcpy(slot->path, output->path, folder);
    for (unsigned attempt = 0; attempt < 100 && error == EEXIST; attempt++) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        snprintf(slot->path + folder, 60, ".jpegq-%lx-%lx-%x.tmp", (unsigned long)getpid(),
                 (unsigned long)now.tv_nsec, attempt);
        error = open_new(slot, &output->fd);
    }
    if (error)
        leave_slot(slot);
    else
        output->temporary = slot;
    return error;
}

static int open_beside(jq_output *output, const struct stat *existing, jq_message *message)
{
    int error = create_temporary(output);
    if (error)
        return jq_fail_errno(message, output->name, "cannot create a file in its folder", error);
    if (existing && fchmod(output->fd, existing->st_mode & 07777) != 0)
        return jq_fail_errno(message, output->name, "cannot keep its permissions", errno);
    return 0;
}

static bool is_link(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

/* The path that a symbolic link holds, seen from where the link is; NULL with errno. Frees `path`.
 */
static char *follow_link(char *path)
{
    enum { ROOM = 4096 };
    size_t folder = folder_length(path);
    char *target = jpegq_alloc(folder + ROOM, 1);
    ssize_t length = target ? readlink(path, target + folder, ROOM - 1) : -1;
    if (length > 0) {
        target[folder + (size_t)length] = '\0';
        if (target[folder] == '/')
            memmove(target, target + folder, (size_t)length + 1);
        else
            memcpy(target, path, folder);
    } else {
        jpegq_free(target);
        target = NULL;
    }
    jpegq_free(path);
    return target;
}

/* Where a name leads, also if nothing is there yet; NULL with errno. As many links as Linux
 * follows. */
static char *resolve(const char *name)
{
    char *path = copy_text(name, strlen(name));
    for (int links = 0; path && links < 40 && is_link(path); links++)
        path = follow_link(path);
    if (path && is_link(path)) {
        jpegq_free(path);
        path = NULL;
        errno = ELOOP;
    }
    return path;
}

/* What is not a regular file is written to directly. */
static int open_special(jq_output *output, const struct stat *status, jq_message *message)
{
    if (S_ISDIR(status->st_mode))
        return jq_fail(message, output->name, "is a directory");
    output->fd = open(output->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return output->fd < 0 ? jq_fail_errno(message, output->name, "cannot open", errno) : 0;
}

static int open_any(jq_output *output, jq_message *message)
{
    struct stat status;
    if (strcmp(output->name, "-") == 0) {
        output->fd = dup(STDOUT_FILENO);
        return output->fd < 0 ? jq_fail_errno(message, "standard output", "cannot write", errno)
                              : 0;
    }
    bool exists = stat(output->name, &status) == 0;
    if (exists && !S_ISREG(status.st_mode))
        return open_special(output, &status, message);
    if (exists && !output->clobber)
        return jq_fail(message, output->name, "exists already, and --no-clobber was given");
    if (exists ? access(output->name, W_OK) != 0 : errno != ENOENT)
        return jq_fail_errno(message, output->name, exists ? "cannot replace" : "cannot create",
                             errno);
    output->path = resolve(output->name);
    if (!output->path)
        return jq_fail_errno(message, output->name, "cannot create", errno);
    if (output->path[folder_length(output->path)] == '\0')
        return jq_fail(message, output->name, "cannot create: not the name of a file");
    return open_beside(output, exists ? &status : NULL, message);
}

int jq_output_open(jq_output *output, const char *name, bool clobber, jq_message *message)
{
    *output = (jq_output)JQ_OUTPUT_CLOSED;
    output->name = name;
    output->clobber = clobber;
    output->buffer = jpegq_alloc(BUFFER, 1);
    int result = output->buffer ? open_any(output, message)
                                : jq_fail(message, jq_output_name(name), "out of memory");
    if (result != 0)
        jq_output_discard(output);
    return result;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void write_through(jq_output *output, const uint8_t *data, size_t size)
{
    while (size && !output->error) {
        ssize_t n = write(output->fd, data, size);
        if (n == 0 || (n < 0 && errno != EINTR))
            output->error = n == 0 ? EIO : errno;
        if (n > 0) {
            data += n;
            size -= (size_t)n;
        }
    }
}

void jq_output_reserve(jq_output *output, uint64_t offset, uint64_t size)
{
#if defined(__linux__)
    /* where it cannot be done, writing does as well; where there is no room, writing will say so */
    struct statfs system;
    bool gains = output->temporary && fstatfs(output->fd, &system) == 0 &&
                 system.f_type != TMPFS_MAGIC; /* whose pages are looked for in either case */
    if (gains && offset + size <= INT64_MAX)
        (void)!fallocate(output->fd, FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)size);
#else
    (void)output, (void)offset, (void)size;
#endif
}

static void flush(jq_output *output)
{
    write_through(output, output->buffer, output->used);
    output->used = 0;
}

void jq_output_write(jq_output *output, const void *data, size_t size)
{
    if (size > BUFFER - output->used)
        flush(output);
    if (size > BUFFER) {
        write_through(output, data, size);
    } else if (size) {
        memcpy(output->buffer + output->used, data, size);
        output->used += size;
    }
}

void jq_output_text(jq_output *output, const char *text)
{
    jq_output_write(output, text, strlen(text));
}

void jq_output_format(jq_output *output, const char *format, ...)
{
    char text[512]; /* for short pieces; longer text goes through jq_output_text */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    jq_output_text(output, text);
}

void jq_output_integer(jq_output *output, int64_t value)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        text[--at] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude);
    if (value < 0)
        text[--at] = '-';
    jq_output_write(output, text + at, sizeof text - at);
}

void jq_output_real(jq_output *output, double value)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    jq_output_text(output, text);
}

/* ---- Ending ---------------------------------------------------------------------------------- */

/* Without clobbering, a link does what a rename would not: fail if the name was taken meanwhile. */
static int move_into_place(const jq_output *output)
{
    if (output->clobber)
        return rename(output->temporary->path, output->path) == 0 ? 0 : errno;
    if (link(output->temporary->path, output->path) != 0)
        return errno;
    return unlink(output->temporary->path) == 0 ? 0 : errno;
}

static int fail_write(const jq_output *output, jq_message *message)
{
    return jq_fail_errno(message, jq_output_name(output->name), "cannot write", output->error);
}

int jq_output_flush(jq_output *output, jq_message *message)
{
    flush(output);
    return output->error ? fail_write(output, message) : 0;
}

int jq_output_finish(jq_output *output, jq_message *message)
{
    if (output->fd >= 0) {
        flush(output);
        if (close(output->fd) != 0 && !output->error)
            output->error = errno;
        output->fd = -1;
    }
    return output->error ? fail_write(output, message) : 0;
}

int jq_output_commit(jq_output *output, jq_message *message)
{
    int result = jq_output_finish(output, message);
    if (result == 0 && output->temporary) {
        output->error = move_into_place(output);
        if (output->error && atomic_load(&dying)) /* it has removed the file: that is no error */
            wait_for_death();
        if (!output->error) {
            leave_slot(output->temporary);
            output->temporary = NULL;
        }
        result = output->error ? fail_write(output, message) : 0;
    }
    jq_output_discard(output);
    return result;
}

void jq_output_discard(jq_output *output)
{
    if (output->fd >= 0)
        close(output->fd);
    if (output->temporary) {
        unlink(output->temporary->path);
        leave_slot(output->temporary);
    }
    jpegq_free(output->path);
    jpegq_free(output->buffer);
    *output = (jq_output)JQ_OUTPUT_CLOSED;
}

/* ---- Identity -------------------------------------------------------------------------------- */

/* The folder that a name is in, "." for none. */
static bool stat_folder(const char *name, struct stat *status)
{
    size_t length = folder_length(name);
    char *folder = length ? copy_text(name, length) : copy_text(".", 1);
    bool found = folder && stat(folder, status) == 0;
    jpegq_free(folder);
    return found;
}

/* The same for two names of files to be made: the same name in the same folder. */
static bool will_be_same(const char *a, const char *b)
{
    struct stat sa, sb;
    char *pa = resolve(a), *pb = resolve(b);
    bool same = pa && pb && strcmp(pa + folder_length(pa), pb + folder_length(pb)) == 0 &&
                stat_folder(pa, &sa) && stat_folder(pb, &sb) && sa.st_dev == sb.st_dev &&
                sa.st_ino == sb.st_ino;
    jpegq_free(pa);
    jpegq_free(pb);
    return same;
}

bool jq_same_file(const char *a, const char *b)
{
    struct stat sa, sb;
    if (strcmp(a, "-") == 0 || strcmp(b, "-") == 0)
        return false;
    bool has_a = stat(a, &sa) == 0, has_b = stat(b, &sb) == 0;
    if (has_a && has_b)
        return S_ISREG(sa.st_mode) && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
    return !has_a && !has_b && will_be_same(a, b);
}

bool jq_is_standard_input(const char *name)
{
    struct stat sa, sb;
    return strcmp(name, "-") != 0 && stat(name, &sa) == 0 && S_ISREG(sa.st_mode) &&
           fstat(STDIN_FILENO, &sb) == 0 && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

char *jq_output_folder(const char *name)
{
    struct stat status;
    char *path = resolve(name);
    if (!path || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
        return path;
    size_t length = folder_length(path);
    char *folder = length ? copy_text(path, length) : copy_text(".", 1);
    jpegq_free(path);
    return folder;
}
