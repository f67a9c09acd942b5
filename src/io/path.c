/* SPDX-License-Identifier: MIT */
/* path.c: see path.h. */
#include "path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t jq_folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Replace a path by the one that the symbolic link there holds, seen from where it is. An errno. */
static int follow_link(char path[JQ_LONGEST_PATH])
{
    char target[JQ_LONGEST_PATH];
    ssize_t length = readlink(path, target, sizeof target);
    if (length <= 0)
        return length == 0 ? ENOENT : errno;
    size_t folder = target[0] == '/' ? 0 : jq_folder_length(path);
    if (folder + (size_t)length >= JQ_LONGEST_PATH)
        return ENAMETOOLONG;
    memcpy(path + folder, target, (size_t)length);
    path[folder + (size_t)length] = '\0';
    return 0;
}

int jq_resolve(const char *name, char path[JQ_LONGEST_PATH])
{
    enum { MOST_LINKS = 40 };
    struct stat status;
    if (strlen(name) >= JQ_LONGEST_PATH)
        return ENAMETOOLONG;
    memcpy(path, name, strlen(name) + 1);
    for (int links = 0; links <= MOST_LINKS; links++) {
        if (lstat(path, &status) != 0)
            return errno == ENOENT ? 0 : errno;
        if (!S_ISLNK(status.st_mode))
            return 0;
        int error = follow_link(path);
        if (error)
            return error;
    }
    return ELOOP;
}

int jq_descriptor_of(const char *name)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    if (strcmp(name, "/dev/stdin") == 0)
        return STDIN_FILENO;
    if (strcmp(name, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(name, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        size_t length = strlen(folders[i]);
        const char *number = name + length;
        if (strncmp(name, folders[i], length) == 0 && *number && strlen(number) < 6 &&
            number[strspn(number, "0123456789")] == '\0')
            return atoi(number);
    }
    return -1;
}

/* No, where a name cannot lead to a file of ours; else it is not known. */
static int answer_for(int error)
{
    static const int none[] = {ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EBADF};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (error == none[i])
            return 0;
    errno = error;
    return -1;
}

static bool is_same(jq_identity a, jq_identity b)
{
    return a.device == b.device && a.inode == b.inode;
}

int jq_identify(const char *name, jq_identity *identity)
{
    struct stat status;
    *identity = (jq_identity){0, 0};
    if ((strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &status) : stat(name, &status)) != 0)
        return answer_for(errno);
    *identity = (jq_identity){status.st_dev, status.st_ino};
    return S_ISREG(status.st_mode);
}

/* The folder that a path is in; the path is cut to it. */
static int identify_folder(char path[JQ_LONGEST_PATH], jq_identity *identity)
{
    struct stat status;
    *identity = (jq_identity){0, 0};
    path[jq_folder_length(path)] = '\0';
    if (stat(*path ? path : ".", &status) != 0)
        return answer_for(errno);
    *identity = (jq_identity){status.st_dev, status.st_ino};
    return 1;
}

/* The same for two names of files to be made: the same name in the same folder. */
static int will_be_same(const char *a, const char *b)
{
    char path_a[JQ_LONGEST_PATH], path_b[JQ_LONGEST_PATH];
    jq_identity folder_a, folder_b;
    int error = jq_resolve(a, path_a);
    if (error == 0)
        error = jq_resolve(b, path_b);
    if (error)
        return answer_for(error);
    if (strcmp(path_a + jq_folder_length(path_a), path_b + jq_folder_length(path_b)) != 0)
        return 0;
    int found_a = identify_folder(path_a, &folder_a), found_b = identify_folder(path_b, &folder_b);
    if (found_a < 0 || found_b < 0)
        return -1;
    return found_a && found_b && is_same(folder_a, folder_b);
}

int jq_same_file(const char *a, const char *b)
{
    struct stat status_a, status_b;
    if (strcmp(a, "-") == 0 || strcmp(b, "-") == 0)
        return 0;
    bool has_a = stat(a, &status_a) == 0;
    if (!has_a && answer_for(errno) != 0)
        return -1;
    bool has_b = stat(b, &status_b) == 0;
    if (!has_b && answer_for(errno) != 0)
        return -1;
    if (has_a && has_b)
        return S_ISREG(status_a.st_mode) && status_a.st_dev == status_b.st_dev &&
               status_a.st_ino == status_b.st_ino;
    return has_a || has_b ? 0 : will_be_same(a, b);
}

int jq_is_input(const char *output, const char *input)
{
    jq_identity a, b;
    if (strcmp(output, "-") == 0)
        return 0;
    int found_a = jq_identify(output, &a), found_b = jq_identify(input, &b);
    if (found_a < 0 || found_b < 0)
        return -1;
    return found_a && found_b && is_same(a, b);
}
