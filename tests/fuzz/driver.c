/* SPDX-License-Identifier: MIT */
/*
 * driver.c: a target under libFuzzer (-DJQ_LIBFUZZER), or a program that replays files:
 *   fuzz_TARGET [--whole] CORPUS...
 * takes every file of these folders, and every beginning of it (not with --whole), through the
 * target. Files named good-* must be taken and files named bad-* refused.
 */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* memfd_create */
#endif
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

_Noreturn void jq_fuzz_broken(const char *condition, const char *file, int line)
{
    dprintf(STDERR_FILENO, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

bool jq_fuzz_refused(const jq_message *message)
{
    const char *end = memchr(message->text, '\0', sizeof message->text);
    JQ_MUST(end != NULL);
    JQ_MUST(strncmp(message->text, JQ_FUZZ_NAME ": ", strlen(JQ_FUZZ_NAME ": ")) == 0);
    JQ_MUST(end > message->text + strlen(JQ_FUZZ_NAME ": "));
    return false;
}

jq_bytes jq_fuzz_copy(const uint8_t *data, size_t size)
{
    jq_bytes copy = {.data = jpegq_alloc(size ? size : 1, 1), .size = size};
    JQ_MUST(copy.data != NULL);
    if (size)
        memcpy(copy.data, data, size);
    return copy;
}

char *jq_fuzz_text(const uint8_t *data, size_t size)
{
    char *text = jpegq_alloc(size + 1, 1);
    JQ_MUST(text != NULL);
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

uint32_t jq_fuzz_choice(const uint8_t *data, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* ---- Standard streams in memory -------------------------------------------------------------- */

/* Put a file in memory in the place of a stream; once. */
static void replace(int stream, bool *done)
{
    int file = *done ? -1 : memfd_create("fuzz", MFD_CLOEXEC);
    if (*done)
        return;
    JQ_MUST(file >= 0 && dup2(file, stream) == stream);
    close(file);
    *done = true;
}

void jq_fuzz_give(const uint8_t *data, size_t size)
{
    static bool done;
    replace(STDIN_FILENO, &done);
    JQ_MUST(ftruncate(STDIN_FILENO, 0) == 0);
    JQ_MUST(pwrite(STDIN_FILENO, data, size, 0) == (ssize_t)size);
    JQ_MUST(lseek(STDIN_FILENO, 0, SEEK_SET) == 0);
}

void jq_fuzz_listen(void)
{
    static bool done;
    fflush(stdout);
    replace(STDOUT_FILENO, &done);
    JQ_MUST(ftruncate(STDOUT_FILENO, 0) == 0 && lseek(STDOUT_FILENO, 0, SEEK_SET) == 0);
}

jq_bytes jq_fuzz_heard(void)
{
    off_t size = lseek(STDOUT_FILENO, 0, SEEK_END);
    JQ_MUST(size >= 0);
    jq_bytes bytes = {.data = jpegq_alloc((size_t)size + 1, 1), .size = (size_t)size};
    JQ_MUST(bytes.data && pread(STDOUT_FILENO, bytes.data, bytes.size, 0) == size);
    return bytes;
}

/* ---- libFuzzer, or a replay ------------------------------------------------------------------ */

#if defined(JQ_LIBFUZZER)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)jq_fuzz(data, size);
    return 0;
}

#else

static FILE *report; /* the standard output that the program was given */
static const char *program;
static bool whole_only;

/* A line that tests/run counts. */
static bool say(bool good, const char *file, const char *what)
{
    fprintf(report, "%s - %s %s: %s\n", good ? "ok" : "not ok", program, file, what);
    fflush(report);
    return good;
}

/* A file, and every beginning of it, which must be taken or refused too. */
static bool replay(const char *path, const char *name)
{
    jq_bytes bytes;
    jq_message message;
    struct stat status;
    bool empty = stat(path, &status) == 0 && status.st_size == 0; /* readers refuse these before */
    if (empty)
        bytes = (jq_bytes){0};
    else if (jq_read_file(path, 1 << 20, &bytes, &message) != 0)
        return say(false, name, message.text);
    dprintf(STDERR_FILENO, "# %s\n", path); /* so that a signal tells which file it was */
    bool taken = jq_fuzz(bytes.data, bytes.size), good = strncmp(name, "good-", 5) == 0;
    for (size_t size = 0; size < bytes.size && !whole_only; size++) {
        jq_bytes beginning = jq_fuzz_copy(bytes.data, size);
        jq_fuzz(beginning.data, beginning.size);
        jq_bytes_free(&beginning);
    }
    jq_bytes_free(&bytes);
    if (!good && strncmp(name, "bad-", 4) != 0)
        return say(false, name, "is named neither good-* nor bad-*");
    return say(taken == good, name, taken ? "taken" : "refused");
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool replay_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_file, alphasort);
    bool good = count > 0 || say(false, folder, "no files");
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        good = replay(path, entries[i]->d_name) && good;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return good;
}

int main(int argc, char **argv)
{
    bool good = argc > 1;
    const char *slash = strrchr(argv[0], '/');
    program = slash ? slash + 1 : argv[0];
    int kept = dup(STDOUT_FILENO);
    report = kept < 0 ? NULL : fdopen(kept, "w");
    if (!report)
        return EXIT_FAILURE;
    whole_only = argc > 1 && strcmp(argv[1], "--whole") == 0;
    for (int i = 1 + whole_only; i < argc; i++)
        good = replay_folder(argv[i]) && good;
    return fclose(report) == 0 && good ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
