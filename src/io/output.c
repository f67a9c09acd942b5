/* SPDX-License-Identifier: MIT */
/* output.c: see output.h. */
#if defined(__linux__)
#define _GNU_SOURCE /* fallocate, renameat2 */
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

#include "path.h"

enum { BUFFER = 65536, SLOTS = 2048 };

/*
 * The temporary files that exist now, for the signal handler, which may run in any thread at any
 * moment: a path is whole before `exists` is set, and its memory stays.
 */
static struct temporary {
    atomic_bool exists;
    bool taken; /* guarded by the lock */
    char path[JQ_LONGEST_PATH];
} temporaries[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool dying;   /* the handler has begun: no new files */
static atomic_int creating; /* threads that are between looking at `dying` and having their file */
static bool syncs;          /* set before there are threads */

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

/* What ends a program by default, but for what is a fault or leaves no choice. */
static const int deadly[] = {JQ_DEADLY_SIGNALS};

/*
 * A descriptor below 3 that is closed is opened the wrong way round, so that using it fails. The
 * lowest that is free is opened, so that is it. Where there is no /dev, a directory serves.
 */
static void keep_standard_streams_closed(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            (void)!open("/", O_RDONLY);
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

void jq_output_sync(bool sync)
{
    syncs = sync;
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

/* Open and try again when a signal that ends nothing came between: opening a FIFO may wait. */
static int open_patiently(const char *path, int flags, mode_t mode)
{
    int fd;
    do
        fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* Open a new file so that the handler either finds it or keeps it from being made. An errno. */
static int open_new(struct temporary *slot, mode_t mode, int *fd)
{
    sigset_t old;
    block_signals(&old);
    atomic_fetch_add(&creating, 1);
    if (atomic_load(&dying)) {
        atomic_fetch_sub(&creating, 1);
        wait_for_death();
    }
    *fd = open_patiently(slot->path, O_WRONLY | O_CREAT | O_EXCL, mode);
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

/* Create a new file beside output->path, which the signal handler knows from the start. An errno.
 */
static int create_temporary(jq_output *output, mode_t mode)
{
    size_t folder = jq_folder_length(output->path);
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
        error = open_new(slot, mode, &output->fd);
    }
    if (error)
        leave_slot(slot);
    else
        output->temporary = slot;
    return error;
}

/*
 * Give a new file the owner, group and permissions of the one that it is to replace, as far as
 * that is allowed. A group that is not the old one may do no more than everybody may; what makes a
 * program run as somebody else is not kept, as writing to the old file would not keep it. An errno.
 */
static int take_after(int fd, const struct stat *old)
{
    struct stat made;
    mode_t mode = old->st_mode & 0777;
    if (fstat(fd, &made) != 0)
        return errno;
    if (made.st_gid != old->st_gid && fchown(fd, (uid_t)-1, old->st_gid) != 0)
        mode = (mode & 0707) | (mode & (mode & 0007) << 3);
    if (made.st_uid != old->st_uid)
        (void)!fchown(fd, old->st_uid, (gid_t)-1); /* only root may, mostly */
    return fchmod(fd, mode) == 0 ? 0 : errno;
}

/* Nobody else reads a file that replaces another before it has the other's permissions. */
static int open_beside(jq_output *output, const struct stat *existing, jq_message *message)
{
    int error = create_temporary(output, existing ? 0600 : 0666);
    if (error)
        return jq_fail_errno(message, output->name, "cannot create a file in its folder", error);
    error = existing ? take_after(output->fd, existing) : 0;
    return error ? jq_fail_errno(message, output->name, "cannot keep its permissions", error) : 0;
}

/* What is not a regular file is written to directly. */
static int open_special(jq_output *output, const struct stat *status, jq_message *message)
{
    if (S_ISDIR(status->st_mode))
        return jq_fail(message, output->name, "is a directory");
    output->fd = open_patiently(output->name, O_WRONLY, 0);
    return output->fd < 0 ? jq_fail_errno(message, output->name, "cannot open", errno) : 0;
}

static int open_descriptor(jq_output *output, int fd, jq_message *message)
{
    output->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return output->fd >= 0
               ? 0
               : jq_fail_errno(message, jq_output_name(output->name), "cannot write", errno);
}

static int open_regular(jq_output *output, const struct stat *existing, jq_message *message)
{
    char path[JQ_LONGEST_PATH];
    int error = jq_resolve(output->name, path);
    if (error)
        return jq_fail_errno(message, output->name, "cannot create", error);
    if (path[jq_folder_length(path)] == '\0')
        return jq_fail(message, output->name, "cannot create: not the name of a file");
    output->path = copy_text(path, strlen(path));
    if (!output->path)
        return jq_fail(message, output->name, "out of memory");
    return open_beside(output, existing, message);
}

static int open_any(jq_output *output, jq_message *message)
{
    struct stat status;
    int fd = strcmp(output->name, "-") == 0 ? STDOUT_FILENO : jq_descriptor_of(output->name);
    if (fd >= 0)
        return open_descriptor(output, fd, message);
    bool exists = stat(output->name, &status) == 0;
    if (exists && !S_ISREG(status.st_mode))
        return open_special(output, &status, message);
    if (exists && !output->clobber)
        return jq_fail(message, output->name, "exists already, and --no-clobber was given");
    if (exists ? access(output->name, W_OK) != 0 : errno != ENOENT)
        return jq_fail_errno(message, output->name, exists ? "cannot replace" : "cannot create",
                             errno);
    return open_regular(output, exists ? &status : NULL, message);
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

/*
 * Without clobbering, a link does what a rename would not: fail if the name was taken meanwhile.
 * Better where there is it, and where file systems have no links, is a rename that does. An errno.
 */
static int move_into_place(const jq_output *output)
{
    const char *from = output->temporary->path, *to = output->path;
    if (output->clobber)
        return rename(from, to) == 0 ? 0 : errno;
#if defined(RENAME_NOREPLACE)
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != ENOSYS && errno != EINVAL)
        return errno;
#endif
    if (link(from, to) != 0)
        return errno;
    unlink(from); /* what cannot be removed now will not be later */
    return 0;
}

/* The rename itself is to be on the disk. An errno. */
static int sync_folder(const char *path)
{
    char folder[JQ_LONGEST_PATH] = ".";
    size_t length = jq_folder_length(path);
    if (length) {
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    int fd = open_patiently(folder, O_RDONLY | O_DIRECTORY, 0), error;
    if (fd < 0)
        return errno;
    do
        error = fsync(fd) == 0 ? 0 : errno;
    while (error == EINTR);
    close(fd);
    return error;
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
        while (syncs && output->temporary && !output->error && fsync(output->fd) != 0)
            output->error = errno == EINTR ? 0 : errno;
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
            output->error = syncs ? sync_folder(output->path) : 0;
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

char *jq_output_folder(const char *name)
{
    char path[JQ_LONGEST_PATH];
    struct stat status;
    if (jq_resolve(name, path) != 0)
        return NULL;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        path[jq_folder_length(path)] = '\0';
    return *path ? copy_text(path, strlen(path)) : copy_text(".", 1);
}
