/* SPDX-License-Identifier: MIT */
/*
 * inject.c: makes the N-th call of a kind fail, and sees what a program leaves unfreed and open.
 *
 * Loaded before the C library (LD_PRELOAD) it takes the place of functions of the C library in a
 * program that knows nothing of it. Compiled with JQ_WRAP and linked with the linker's --wrap it
 * does the same to the program's own calls, under a sanitizer that has an allocator of its own.
 *
 *   JQ_INJECT         KIND:N:HOW    the N-th call of a kind (from 1) fails; N+ is all from there
 * on. KIND is one of those below; HOW is the name of an errno, or for reading and writing "short":
 * half of what was asked for, and no error JQ_INJECT_REPORT  a file that gets a line "KIND CALLS"
 * for each kind, "injected N", and for the allocator "live N" and "bypass N": blocks that were not
 * freed, and allocations by the program or its libraries that did not go through posix_memalign, as
 *                     jpegq_alloc does; "descriptors N": those that were opened and not closed
 *
 * Calls that the C library makes within itself count as far as they can be seen: its allocations
 * do, its system calls do not. Nothing is done to standard error.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(JQ_WRAP)
#define NAME(function) __wrap_##function
#define REAL(function) __real_##function
#define DECLARE(type, function, parameters)                                                        \
    type __real_##function parameters;                                                             \
    type __wrap_##function parameters;
#else
#define NAME(function) function
#define REAL(function) real_##function
#define DECLARE(type, function, parameters) static type(*real_##function) parameters;
#endif

enum kind {
    ALLOC,
    OPEN,
    READ,
    WRITE,
    CLOSE,
    RENAME,
    UNLINK,
    MODE, /* fchmod, fchown */
    SYNC,
    STAT, /* and readlink, access */
    DUP,
    THREAD,
    MAP,
    FORK,
    PIPE, /* and other descriptors that are not files */
    SEND,
    CONFINE,
    KINDS
};

static const char *const kind_names[KINDS] = {"alloc",  "open", "read", "write", "close",  "rename",
                                              "unlink", "mode", "sync", "stat",  "dup",    "thread",
                                              "map",    "fork", "pipe", "send",  "confine"};

static const struct {
    const char *name;
    int error;
} errors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EINTR", EINTR},   {"EMFILE", EMFILE},
              {"EACCES", EACCES}, {"EPERM", EPERM},   {"ENOMEM", ENOMEM}, {"EAGAIN", EAGAIN},
              {"EXDEV", EXDEV},   {"EINVAL", EINVAL}, {"short", 0}};

static atomic_uint calls[KINDS];
static atomic_uint injected;
static atomic_bool running; /* between the start of main and the end of the program */
static enum kind chosen = KINDS;
static unsigned chosen_call;
static int chosen_error;
static bool chosen_all, chosen_short;

/* Does this call fail? */
static bool fails(enum kind kind)
{
    if (!atomic_load(&running))
        return false;
    unsigned call = atomic_fetch_add(&calls[kind], 1) + 1;
    bool hit = kind == chosen && (call == chosen_call || (chosen_all && call > chosen_call));
    if (hit) {
        atomic_fetch_add(&injected, 1);
        errno = chosen_error;
    }
    return hit;
}

/* ---- Blocks that live ------------------------------------------------------------------------ */

#if !defined(JQ_WRAP)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

enum { PLACES = 1 << 16 };
static void *places[PLACES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint live, bypass;

static struct range {
    uintptr_t low, high;
} system_code[8]; /* where the C library and the dynamic linker are */
static size_t system_codes;

static int note_code(struct dl_phdr_info *info, size_t size, void *data)
{
    const char *name = strrchr(info->dlpi_name, '/');
    (void)size, (void)data;
    if (!name || !(strncmp(name, "/libc.", 6) == 0 || strncmp(name, "/ld-", 4) == 0 ||
                   strncmp(name, "/libpthread", 11) == 0))
        return 0;
    for (int i = 0; i < info->dlpi_phnum && system_codes < 8; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type == PT_LOAD && (p->p_flags & PF_X))
            system_code[system_codes++] = (struct range){info->dlpi_addr + p->p_vaddr,
                                                         info->dlpi_addr + p->p_vaddr + p->p_memsz};
    }
    return 0;
}

static bool is_system(const void *caller)
{
    for (size_t i = 0; i < system_codes; i++)
        if ((uintptr_t)caller >= system_code[i].low && (uintptr_t)caller < system_code[i].high)
            return true;
    return false;
}

static size_t place_of(const void *memory)
{
    return (size_t)((uintptr_t)memory >> 4) * 2654435761u % PLACES;
}

static void *note(void *memory, const void *caller, bool checked)
{
    if (!memory || !atomic_load(&running) || is_system(caller))
        return memory;
    if (!checked)
        atomic_fetch_add(&bypass, 1);
    pthread_mutex_lock(&lock);
    size_t at = place_of(memory), tries = 0;
    while (places[at] && tries++ < PLACES)
        at = (at + 1) % PLACES;
    places[at] = memory;
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&live, 1);
    return memory;
}

static void forget(const void *memory)
{
    if (!memory || atomic_load(&live) == 0)
        return;
    pthread_mutex_lock(&lock);
    for (size_t at = place_of(memory); places[at]; at = (at + 1) % PLACES) {
        if (places[at] != memory)
            continue;
        places[at] = NULL;
        atomic_fetch_sub(&live, 1);
        /* what had to go on behind it is found from its own place */
        for (size_t next = (at + 1) % PLACES; places[next]; next = (next + 1) % PLACES) {
            void *moved = places[next];
            places[next] = NULL;
            size_t to = place_of(moved);
            while (places[to])
                to = (to + 1) % PLACES;
            places[to] = moved;
        }
        break;
    }
    pthread_mutex_unlock(&lock);
}

void *malloc(size_t size)
{
    if (fails(ALLOC))
        return NULL;
    return note(__libc_malloc(size), __builtin_return_address(0), false);
}

void *calloc(size_t count, size_t size)
{
    if (fails(ALLOC))
        return NULL;
    return note(__libc_calloc(count, size), __builtin_return_address(0), false);
}

void *realloc(void *memory, size_t size)
{
    if (fails(ALLOC))
        return NULL;
    forget(memory);
    return note(__libc_realloc(memory, size), __builtin_return_address(0), false);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (fails(ALLOC))
        return ENOMEM;
    *memory = note(__libc_memalign(alignment, size), __builtin_return_address(0), true);
    return *memory ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    if (fails(ALLOC))
        return NULL;
    return note(__libc_memalign(alignment, size), __builtin_return_address(0), false);
}

void free(void *memory)
{
    forget(memory);
    __libc_free(memory);
}

#else /* a sanitizer sees what is not freed */

DECLARE(int, posix_memalign, (void **memory, size_t alignment, size_t size))

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    return fails(ALLOC) ? ENOMEM : __real_posix_memalign(memory, alignment, size);
}

#endif

/* ---- System calls ---------------------------------------------------------------------------- */

DECLARE(int, open, (const char *path, int flags, ...))
DECLARE(ssize_t, read, (int fd, void *data, size_t size))
DECLARE(ssize_t, pread, (int fd, void *data, size_t size, off_t offset))
DECLARE(ssize_t, write, (int fd, const void *data, size_t size))
DECLARE(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t offset))
DECLARE(int, close, (int fd))
DECLARE(int, rename, (const char *from, const char *to))
DECLARE(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags))
DECLARE(int, link, (const char *from, const char *to))
DECLARE(int, unlink, (const char *path))
DECLARE(int, fchmod, (int fd, mode_t mode))
DECLARE(int, fchown, (int fd, uid_t owner, gid_t group))
DECLARE(int, ftruncate, (int fd, off_t size))
DECLARE(int, fallocate, (int fd, int mode, off_t offset, off_t size))
DECLARE(int, fsync, (int fd))
DECLARE(int, stat, (const char *restrict path, struct stat *restrict status))
DECLARE(int, lstat, (const char *restrict path, struct stat *restrict status))
DECLARE(int, fstat, (int fd, struct stat *status))
DECLARE(ssize_t, readlink, (const char *restrict path, char *restrict target, size_t size))
DECLARE(int, access, (const char *path, int mode))
DECLARE(int, dup, (int fd))
DECLARE(int, fcntl, (int fd, int command, ...))
DECLARE(int, pthread_create,
        (pthread_t * thread, const pthread_attr_t *attributes, void *(*start)(void *), void *data))
DECLARE(void *, mmap, (void *address, size_t size, int protection, int flags, int fd, off_t offset))
DECLARE(pid_t, fork, (void))
DECLARE(pid_t, _Fork, (void))
DECLARE(int, pipe2, (int ends[2], int flags))
DECLARE(int, socketpair, (int domain, int type, int protocol, int ends[2]))
DECLARE(int, memfd_create, (const char *name, unsigned flags))
DECLARE(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags))
DECLARE(int, prctl, (int option, ...))

int NAME(open)(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return fails(OPEN) ? -1 : REAL(open)(path, flags, mode);
}

static size_t half(size_t size)
{
    return size > 1 ? size / 2 : size;
}

ssize_t NAME(read)(int fd, void *data, size_t size)
{
    if (fails(READ)) {
        if (!chosen_short)
            return -1;
        size = half(size);
    }
    return REAL(read)(fd, data, size);
}

ssize_t NAME(pread)(int fd, void *data, size_t size, off_t offset)
{
    if (fails(READ)) {
        if (!chosen_short)
            return -1;
        size = half(size);
    }
    return REAL(pread)(fd, data, size, offset);
}

ssize_t NAME(write)(int fd, const void *data, size_t size)
{
    if (fd != STDERR_FILENO && fails(WRITE)) {
        if (!chosen_short)
            return -1;
        size = half(size);
    }
    return REAL(write)(fd, data, size);
}

ssize_t NAME(pwrite)(int fd, const void *data, size_t size, off_t offset)
{
    if (fails(WRITE)) {
        if (!chosen_short)
            return -1;
        size = half(size);
    }
    return REAL(pwrite)(fd, data, size, offset);
}

/* As on Linux the descriptor is closed also by a close that fails. */
int NAME(close)(int fd)
{
    bool failed = fails(CLOSE);
    int error = errno, result = REAL(close)(fd);
    if (!failed)
        return result;
    errno = error;
    return -1;
}

int NAME(rename)(const char *from, const char *to)
{
    return fails(RENAME) ? -1 : REAL(rename)(from, to);
}

int NAME(renameat2)(int a, const char *from, int b, const char *to, unsigned flags)
{
    return fails(RENAME) ? -1 : REAL(renameat2)(a, from, b, to, flags);
}

int NAME(link)(const char *from, const char *to)
{
    return fails(RENAME) ? -1 : REAL(link)(from, to);
}

int NAME(unlink)(const char *path)
{
    return fails(UNLINK) ? -1 : REAL(unlink)(path);
}

int NAME(fchmod)(int fd, mode_t mode)
{
    return fails(MODE) ? -1 : REAL(fchmod)(fd, mode);
}

int NAME(fchown)(int fd, uid_t owner, gid_t group)
{
    return fails(MODE) ? -1 : REAL(fchown)(fd, owner, group);
}

int NAME(ftruncate)(int fd, off_t size)
{
    return fails(WRITE) ? -1 : REAL(ftruncate)(fd, size);
}

int NAME(fallocate)(int fd, int mode, off_t offset, off_t size)
{
    return fails(WRITE) ? -1 : REAL(fallocate)(fd, mode, offset, size);
}

int NAME(fsync)(int fd)
{
    return fails(SYNC) ? -1 : REAL(fsync)(fd);
}

int NAME(stat)(const char *restrict path, struct stat *restrict status)
{
    return fails(STAT) ? -1 : REAL(stat)(path, status);
}

int NAME(lstat)(const char *restrict path, struct stat *restrict status)
{
    return fails(STAT) ? -1 : REAL(lstat)(path, status);
}

int NAME(fstat)(int fd, struct stat *status)
{
    return fails(STAT) ? -1 : REAL(fstat)(fd, status);
}

ssize_t NAME(readlink)(const char *restrict path, char *restrict target, size_t size)
{
    return fails(STAT) ? -1 : REAL(readlink)(path, target, size);
}

int NAME(access)(const char *path, int mode)
{
    return fails(STAT) ? -1 : REAL(access)(path, mode);
}

int NAME(dup)(int fd)
{
    return fails(DUP) ? -1 : REAL(dup)(fd);
}

int NAME(fcntl)(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long); /* of those that take none it is not looked at */
    va_end(arguments);
    if (command == F_DUPFD_CLOEXEC && fails(DUP))
        return -1;
    return REAL(fcntl)(fd, command, argument);
}

int NAME(pthread_create)(pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*start)(void *), void *data)
{
    return fails(THREAD) ? EAGAIN : REAL(pthread_create)(thread, attributes, start, data);
}

void *NAME(mmap)(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    return fails(MAP) ? MAP_FAILED : REAL(mmap)(address, size, protection, flags, fd, offset);
}

pid_t NAME(fork)(void)
{
    return fails(FORK) ? -1 : REAL(fork)();
}

pid_t NAME(_Fork)(void)
{
    return fails(FORK) ? -1 : REAL(_Fork)();
}

int NAME(pipe2)(int ends[2], int flags)
{
    return fails(PIPE) ? -1 : REAL(pipe2)(ends, flags);
}

int NAME(socketpair)(int domain, int type, int protocol, int ends[2])
{
    return fails(PIPE) ? -1 : REAL(socketpair)(domain, type, protocol, ends);
}

int NAME(memfd_create)(const char *name, unsigned flags)
{
    return fails(PIPE) ? -1 : REAL(memfd_create)(name, flags);
}

ssize_t NAME(sendmsg)(int fd, const struct msghdr *message, int flags)
{
    return fails(SEND) ? -1 : REAL(sendmsg)(fd, message, flags);
}

int NAME(prctl)(int option, ...)
{
    unsigned long a[4];
    va_list arguments;
    va_start(arguments, option);
    for (int i = 0; i < 4; i++)
        a[i] = va_arg(arguments, unsigned long); /* those that there are not are not looked at */
    va_end(arguments);
    return fails(CONFINE) ? -1 : REAL(prctl)(option, a[0], a[1], a[2], a[3]);
}

#if !defined(JQ_WRAP)

/* What _FORTIFY_SOURCE makes of some of them. */
ssize_t __read_chk(int fd, void *data, size_t size, size_t room);
ssize_t __read_chk(int fd, void *data, size_t size, size_t room)
{
    if (size > room)
        abort();
    return read(fd, data, size);
}

ssize_t __readlink_chk(const char *path, char *target, size_t size, size_t room);
ssize_t __readlink_chk(const char *path, char *target, size_t size, size_t room)
{
    if (size > room)
        abort();
    return readlink(path, target, size);
}

/* dlsym returns an object pointer, which ISO C does not turn into a function's. */
static void find(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    memcpy(function, &found, sizeof found);
}

static void find_all(void)
{
#define FIND(function) find(&real_##function, #function)
    FIND(open), FIND(read), FIND(pread), FIND(write), FIND(pwrite), FIND(close);
    FIND(rename), FIND(renameat2), FIND(link), FIND(unlink), FIND(fchmod), FIND(fchown);
    FIND(ftruncate), FIND(fallocate), FIND(fsync), FIND(stat), FIND(lstat), FIND(fstat);
    FIND(readlink), FIND(access), FIND(dup), FIND(fcntl), FIND(pthread_create), FIND(mmap);
    FIND(fork), FIND(_Fork), FIND(pipe2), FIND(socketpair), FIND(memfd_create), FIND(sendmsg);
    FIND(prctl);
#undef FIND
}

#endif

/* ---- Beginning and end ----------------------------------------------------------------------- */

enum { DESCRIPTORS = 1000 };
static bool were_open[DESCRIPTORS];
static int report = -1; /* opened at the beginning, for the program may give up the right to */
static pid_t self;

static void choose(char *text)
{
    char *kind = strtok(text, ":"), *call = strtok(NULL, ":"), *how = strtok(NULL, ":");
    for (int i = 0; kind && i < KINDS; i++)
        if (strcmp(kind, kind_names[i]) == 0)
            chosen = (enum kind)i;
    chosen_call = call ? (unsigned)strtoul(call, NULL, 10) : 0;
    chosen_all = call && call[strspn(call, "0123456789")] == '+';
    for (size_t i = 0; how && i < sizeof errors / sizeof *errors; i++)
        if (strcmp(how, errors[i].name) == 0) {
            chosen_error = errors[i].error;
            chosen_short = errors[i].error == 0;
            how = NULL;
        }
    if (chosen == KINDS || chosen_call == 0 || how) {
        fputs("inject: JQ_INJECT is not KIND:N:HOW\n", stderr);
        abort();
    }
}

__attribute__((constructor)) static void begin(void)
{
    static char text[64];
    const char *wish = getenv("JQ_INJECT");
#if !defined(JQ_WRAP)
    find_all();
    dl_iterate_phdr(note_code, NULL);
#endif
    if (wish && strlen(wish) < sizeof text)
        choose(strcpy(text, wish));
    const char *name = getenv("JQ_INJECT_REPORT");
    if (name) {
        int fd = REAL(open)(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        report = REAL(fcntl)(fd, F_DUPFD_CLOEXEC, DESCRIPTORS);
        REAL(close)(fd);
        if (report < 0)
            abort();
    }
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        were_open[fd] = REAL(fcntl)(fd, F_GETFD) != -1;
    self = getpid();
    atomic_store(&running, true);
}

__attribute__((destructor)) static void end(void)
{
    unsigned opened = 0;
    struct stat status;
    atomic_store(&running, false);
    if (report < 0 || getpid() != self)
        return;
    for (int fd = 3; fd < DESCRIPTORS; fd++) /* a socket to a helper is needed to the end */
        opened += !were_open[fd] && REAL(fstat)(fd, &status) == 0 && !S_ISSOCK(status.st_mode);
    FILE *file = fdopen(report, "w");
    if (!file)
        abort();
    for (int i = 0; i < KINDS; i++)
        fprintf(file, "%s %u\n", kind_names[i], atomic_load(&calls[i]));
    fprintf(file, "injected %u\ndescriptors %u\n", atomic_load(&injected), opened);
#if !defined(JQ_WRAP)
    fprintf(file, "live %u\nbypass %u\n", atomic_load(&live), atomic_load(&bypass));
#endif
    fclose(file);
}
