/* SPDX-License-Identifier: MIT */
/*
 * cmocka.h: as much of cmocka as tests/unit uses, with the same names and the same lines printed,
 * for processors for which Debian's cross compilers have no cmocka. `make check-cross` puts this
 * directory where the compiler looks; the other tests use the library.
 */
#ifndef JQ_TEST_CMOCKA_H
#define JQ_TEST_CMOCKA_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*function)(void **state);
};

typedef int (*CMFixtureFunction)(void **state);

#define cmocka_unit_test(function)                                                                 \
    {                                                                                              \
#function, function                                                                        \
    }

/* where a test that fails goes on */
static jmp_buf cmocka_failed;

static inline _Noreturn void cmocka_fail(const char *file, int line)
{
    fprintf(stderr, "%s:%d: error: Failure!\n", file, line);
    longjmp(cmocka_failed, 1);
}

#define fail_msg(...)                                                                              \
    do {                                                                                           \
        fprintf(stderr, "ERROR: " __VA_ARGS__);                                                    \
        fputc('\n', stderr);                                                                       \
        cmocka_fail(__FILE__, __LINE__);                                                           \
    } while (0)

#define assert_true(condition)                                                                     \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("%s", #condition);                                                            \
    } while (0)

#define assert_null(p) assert_true((p) == NULL)
#define assert_non_null(p) assert_true((p) != NULL)
#define assert_ptr_equal(a, b) assert_true((const void *)(a) == (const void *)(b))
#define assert_string_equal(a, b) assert_true(strcmp(a, b) == 0)
#define assert_memory_equal(a, b, size) assert_true(memcmp(a, b, size) == 0)

static inline void cmocka_check_range(uintmax_t value, uintmax_t least, uintmax_t most,
                                      const char *file, int line)
{
    if (value < least || value > most) {
        fprintf(stderr, "%#jx is not in %#jx..%#jx\n", value, least, most);
        cmocka_fail(file, line);
    }
}

#define assert_in_range(value, least, most)                                                        \
    cmocka_check_range((uintmax_t)(value), (uintmax_t)(least), (uintmax_t)(most), __FILE__,        \
                       __LINE__)
#define assert_int_equal(a, b) assert_in_range(a, b, b)

static inline int cmocka_run(const struct CMUnitTest *tests, size_t count, CMFixtureFunction set_up,
                             CMFixtureFunction tear_down)
{
    void *state = NULL;
    volatile int failures = 0; /* kept over longjmp */
    if (set_up && setjmp(cmocka_failed) == 0 && set_up(&state) != 0)
        return 1;
    for (volatile size_t i = 0; i < count; i++) {
        printf("[ RUN      ] %s\n", tests[i].name);
        if (setjmp(cmocka_failed) == 0) {
            tests[i].function(&state);
            printf("[       OK ] %s\n", tests[i].name);
        } else {
            printf("[  FAILED  ] %s\n", tests[i].name);
            failures++;
        }
    }
    if (tear_down && setjmp(cmocka_failed) == 0)
        tear_down(&state);
    return failures;
}

#define cmocka_run_group_tests(tests, set_up, tear_down)                                           \
    cmocka_run(tests, sizeof(tests) / sizeof *(tests), set_up, tear_down)
#define cmocka_run_group_tests_name(name, tests, set_up, tear_down)                                \
    cmocka_run_group_tests(tests, set_up, tear_down)

#endif
