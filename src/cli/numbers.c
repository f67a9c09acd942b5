/* SPDX-License-Identifier: MIT */
/* numbers.c: see numbers.h. */
#include "numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool jq_take_unsigned(const char *text, uint64_t most, uint64_t *number, const char **end)
{
    const char *at = text;
    *number = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (digit > most || *number > (most - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    *end = at;
    return at > text;
}

bool jq_take_real(const char *text, double *number, const char **end)
{
    char *stop;
    /* strtod would also take white space, "inf", "nan" and hexadecimal */
    size_t length = strspn(text, "+-.0123456789eE");
    if (length == 0)
        return false;
    *number = strtod(text, &stop);
    *end = stop;
    return stop > text && stop <= text + length && isfinite(*number);
}

bool jq_is_unsigned(const char *text, uint64_t most, uint64_t *number)
{
    const char *end;
    return jq_take_unsigned(text, most, number, &end) && *end == '\0';
}

bool jq_is_real(const char *text, double *number)
{
    const char *end;
    return jq_take_real(text, number, &end) && *end == '\0';
}

bool jq_is_pair(const char *text, char separator, uint64_t most, uint64_t *first, uint64_t *second)
{
    const char *end;
    return jq_take_unsigned(text, most, first, &end) && *end == separator &&
           jq_is_unsigned(end + 1, most, second);
}
