/* SPDX-License-Identifier: MIT */
/* confine.c: see confine.h. */
#if defined(__linux__)
#define _GNU_SOURCE /* O_PATH, syscall */
#endif
#include "confine.h"

#if defined(__linux__) && __has_include(<linux/landlock.h>)

#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "output.h"

/* Rights of the first version of Landlock, which every kernel that has it knows. */
enum {
    READ = LANDLOCK_ACCESS_FS_READ_FILE,
    WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE,
    MAKE = LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE,
    OTHER = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
            LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
            LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
            LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM
};

bool jq_can_confine(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

/* What cannot be opened here cannot be later. */
static void allow(int ruleset, const char *path, unsigned rights)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = rights,
                                              .parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent_fd < 0)
        return;
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
}

static void allow_output(int ruleset, const char *name)
{
    struct stat status;
    bool exists = stat(name, &status) == 0;
    if (exists && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
        allow(ruleset, name, WRITE);
        return;
    }
    char *folder = jq_output_folder(name);
    if (folder)
        allow(ruleset, folder, WRITE | MAKE);
    jpegq_free(folder);
}

bool jq_confine(const char *const *inputs, size_t input_count, const char *const *outputs,
                size_t output_count)
{
    const struct landlock_ruleset_attr all = {.handled_access_fs = READ | WRITE | MAKE | OTHER};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (ruleset < 0)
        return false;
    for (size_t i = 0; i < input_count && input_count <= JQ_MOST_READABLE; i++)
        if (strcmp(inputs[i], "-") != 0)
            allow(ruleset, inputs[i], READ);
    if (input_count > JQ_MOST_READABLE)
        allow(ruleset, "/", READ);
    for (size_t i = 0; i < output_count; i++)
        if (strcmp(outputs[i], "-") != 0)
            allow_output(ruleset, outputs[i]);
    bool confined = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return confined;
}

#else

bool jq_can_confine(void)
{
    return false;
}

bool jq_confine(const char *const *inputs, size_t input_count, const char *const *outputs,
                size_t output_count)
{
    (void)inputs;
    (void)input_count;
    (void)outputs;
    (void)output_count;
    return false;
}

#endif
