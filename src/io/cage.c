/* SPDX-License-Identifier: MIT */
/* cage.c: see cage.h. */
#if defined(__linux__)
#define _GNU_SOURCE /* close_range, _Fork */
#endif
#include "cage.h"

#include <pthread.h>
#include <string.h>

static struct {
    jq_sandbox sandbox;
    unsigned seconds;
    pthread_mutex_t lock;
    bool tried;
    int keeper; /* the socket on which it takes requests, or -1 */
} cage = {JQ_SANDBOX_AUTO, 60, PTHREAD_MUTEX_INITIALIZER, false, -1};

void jq_cage_set(jq_sandbox sandbox, unsigned seconds)
{
    cage.sandbox = sandbox;
    cage.seconds = seconds;
}

#if defined(__linux__)

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

/* What a child is asked for. With no bytes it only says how it is confined. This and its answer are
   sent as they are: what lies between their members is zeros. */
typedef struct request {
    jq_picture picture;
    unsigned seconds;
    bool require;
} request;

/* What comes with a request, in this order; the pipe is the end to write to. */
enum { FILE_MEMORY, SAMPLE_MEMORY, PIPE, DESCRIPTORS };

/* What a child says, if it lives to. Nothing of it is to be trusted. */
typedef struct answer {
    enum { DECODED = 'd', BROKEN = 'b', NOT_CONFINED = 'n' } kind;
    bool confined;
    unsigned channels;
    char reason[60];
} answer;

/* ---- The child ------------------------------------------------------------------------------- */

/* glibc's _exit makes a call that strict mode has not. */
static _Noreturn void end(void)
{
    for (;;)
        syscall(SYS_exit, 0);
}

static void close_all_but(int keep)
{
    if (keep > 0)
        close_range(0, (unsigned)keep - 1, 0);
    close_range((unsigned)keep + 1, ~0U, 0);
}

static void *map(size_t size, int protection, int flags, int fd)
{
    void *memory = size ? mmap(NULL, size, protection, flags, fd, 0) : NULL;
    return memory == MAP_FAILED ? NULL : memory;
}

static void say(int fd, const answer *a)
{
    while (write(fd, a, sizeof *a) < 0 && errno == EINTR)
        continue;
}

static _Noreturn void be_child(const request *r, const int fds[DESCRIPTORS])
{
    const jq_picture *p = &r->picture;
    size_t room = p->bytes ? jq_stb_needs(p) : 0;
    size_t samples = (size_t)p->width * p->height;
    const uint8_t *file = map(p->bytes, PROT_READ, MAP_SHARED, fds[FILE_MEMORY]);
    uint8_t *gray = map(samples, PROT_READ | PROT_WRITE, MAP_SHARED, fds[SAMPLE_MEMORY]);
    uint8_t *memory =
        map(room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
    answer a;

    memset(&a, 0, sizeof a);
    setrlimit(RLIMIT_CPU, &(struct rlimit){r->seconds, r->seconds});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    setrlimit(RLIMIT_STACK, &(struct rlimit){8 << 20, 8 << 20});
    close_all_but(fds[PIPE]);
    jq_stb_memory(memory, room);
    a.confined = prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0;
    if (!a.confined && r->require) {
        a.kind = NOT_CONFINED;
    } else if (p->bytes) {
        const char *reason = file && gray && memory ? jq_stb_decode(file, p, gray, &a.channels)
                                                    : "not enough memory to decode it";
        a.kind = reason ? BROKEN : DECODED;
        for (size_t i = 0; reason && reason[i] && i < sizeof a.reason - 1; i++)
            a.reason[i] = reason[i];
    }
    say(fds[PIPE], &a);
    end();
}

/* ---- The keeper ------------------------------------------------------------------------------ */

/* The only fork that a process which had threads may call. */
static pid_t fork_alone(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
    return _Fork();
#else
    return fork();
#endif
}

/* False when there will be no more. */
static bool receive(int from, request *r, int fds[DESCRIPTORS])
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
    } control;
    struct iovec data = {r, sizeof *r};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t n;
    do
        n = recvmsg(from, &message, 0);
    while (n < 0 && errno == EINTR);
    const struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    if (n != (ssize_t)sizeof *r || !c || c->cmsg_len != CMSG_LEN(DESCRIPTORS * sizeof(int)))
        return false;
    memcpy(fds, CMSG_DATA(c), DESCRIPTORS * sizeof(int));
    return true;
}

static const int ends[] = {JQ_DEADLY_SIGNALS, SIGPIPE};

static void set_signals(void (*handler)(int))
{
    sigset_t none;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        signal(ends[i], handler);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Until the other end of the socket is closed: a terminal's signals are for that process. */
static _Noreturn void be_keeper(int socket)
{
    request r;
    int fds[DESCRIPTORS];
    close_all_but(socket);
    set_signals(SIG_IGN);
    signal(SIGCHLD, SIG_IGN); /* children leave nothing behind */
    while (receive(socket, &r, fds)) {
        if (fork_alone() == 0) {
            set_signals(SIG_DFL);
            be_child(&r, fds);
        }
        for (int i = 0; i < DESCRIPTORS; i++)
            close(fds[i]);
    }
    end();
}

/* ---- This process ---------------------------------------------------------------------------- */

bool jq_cage_open(void)
{
    int ends_of[2];
    if (cage.sandbox == JQ_SANDBOX_OFF)
        return false;
    pthread_mutex_lock(&cage.lock);
    if (!cage.tried && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_of) == 0) {
        pid_t pid = fork_alone();
        if (pid == 0)
            be_keeper(ends_of[1]);
        close(ends_of[1]);
        if (pid > 0)
            cage.keeper = ends_of[0];
        else
            close(ends_of[0]);
    }
    cage.tried = true;
    pthread_mutex_unlock(&cage.lock);
    return cage.keeper >= 0;
}

static bool ask(const request *r, const int fds[DESCRIPTORS])
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec data = {(void *)(uintptr_t)r, sizeof *r};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(DESCRIPTORS * sizeof(int));
    memcpy(CMSG_DATA(c), fds, DESCRIPTORS * sizeof(int));
    ssize_t n;
    do
        n = sendmsg(cage.keeper, &message, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *r;
}

typedef enum outcome { NOT_STARTED, NOT_HEARD, DIED, ANSWERED } outcome;

/* All that a child says, until it is gone. */
static outcome hear(int fd, answer *a)
{
    uint8_t bytes[sizeof *a + 1];
    size_t have = 0;
    ssize_t n;
    do {
        n = read(fd, bytes + have, sizeof bytes - have);
        have += n > 0 ? (size_t)n : 0;
    } while ((n > 0 && have < sizeof bytes) || (n < 0 && errno == EINTR));
    if (n < 0)
        return NOT_HEARD;
    if (have != sizeof *a)
        return DIED;
    memcpy(a, bytes, sizeof *a);
    a->reason[sizeof a->reason - 1] = '\0';
    return ANSWERED;
}

static outcome let_child(const request *r, int file, int samples, answer *a)
{
    int ends_of[2];
    if (pipe2(ends_of, O_CLOEXEC) != 0)
        return NOT_STARTED;
    const int fds[DESCRIPTORS] = {file, samples, ends_of[1]};
    bool asked = ask(r, fds);
    close(ends_of[1]);
    outcome o = asked ? hear(ends_of[0], a) : NOT_STARTED;
    close(ends_of[0]);
    return o;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int jq_cage_decode(const char *name, const char *kind, const jq_shared *file,
                   const jq_picture *picture, const jq_shared *samples, unsigned *channels,
                   jq_message *message)
{
    request r;
    answer a;
    memset(&r, 0, sizeof r);
    r.picture.bytes = picture->bytes;
    r.picture.width = picture->width;
    r.picture.height = picture->height;
    r.picture.wide = picture->wide;
    r.seconds = cage.seconds;
    r.require = cage.sandbox == JQ_SANDBOX_REQUIRE;
    double start = now();
    outcome o = let_child(&r, file->fd, samples->fd, &a);
    if (o == NOT_STARTED)
        return jq_fail(message, name, "no process can be started to decode it in");
    if (o == NOT_HEARD)
        return jq_fail(message, name, "the process that decodes it cannot be heard");
    if (o == DIED && now() - start >= cage.seconds) /* processor time is never more */
        return jq_fail(message, name, "decoding took more than %u s (--decode-timeout)",
                       cage.seconds);
    if (o == DIED)
        return jq_fail(message, name, "broken %s file (the decoder crashed on it, in a cage)",
                       kind);
    if (a.kind == NOT_CONFINED)
        return jq_fail(message, name, "cannot be decoded under --sandbox require: no seccomp here");
    if (a.kind != DECODED || a.channels < 1 || a.channels > 4)
        return jq_fail(message, name, "broken %s file (%s)", kind, a.reason);
    *channels = a.channels;
    return 0;
}

const char *jq_cage_text(void)
{
    request r;
    answer a;
    memset(&r, 0, sizeof r);
    r.seconds = 1;
    if (cage.sandbox == JQ_SANDBOX_OFF)
        return "in this process (--sandbox off)";
    if (!jq_cage_open() || let_child(&r, cage.keeper, cage.keeper, &a) != ANSWERED)
        return "in this process (no child processes here)";
    return a.confined ? "in a child process that seccomp confines"
                      : "in a child process (no seccomp here)";
}

#else

bool jq_cage_open(void)
{
    return false;
}

int jq_cage_decode(const char *name, const char *kind, const jq_shared *file,
                   const jq_picture *picture, const jq_shared *samples, unsigned *channels,
                   jq_message *message)
{
    (void)kind;
    (void)file;
    (void)picture;
    (void)samples;
    (void)channels;
    return jq_fail(message, name, "cannot be decoded in a child process here");
}

const char *jq_cage_text(void)
{
    return "in this process (no Linux)";
}

#endif
