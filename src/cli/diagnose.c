/* SPDX-License-Identifier: MIT */
/* diagnose.c: see diagnose.h. */
#include "diagnose.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

size_t jq_utf8_length(const char *text)
{
    const uint8_t *t = (const uint8_t *)text;
    if (t[0] < 0x80)
        return t[0] != 0;
    size_t length = t[0] >= 0xc2 && t[0] < 0xe0 ? 2 : t[0] >= 0xe0 && t[0] < 0xf0 ? 3 : 4;
    if (t[0] < 0xc2 || t[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((t[i] & 0xc0) != 0x80)
            return 0;
    /* overlong forms, surrogates, and what is beyond U+10FFFF */
    if ((t[0] == 0xe0 && t[1] < 0xa0) || (t[0] == 0xed && t[1] > 0x9f) ||
        (t[0] == 0xf0 && t[1] < 0x90) || (t[0] == 0xf4 && t[1] > 0x8f))
        return 0;
    return length;
}

/*
 * Characters that end a line, or turn the order in which others are shown: U+061C, U+200E, U+200F,
 * U+2028 to U+202E, U+2066 to U+2069.
 */
static bool misleads(const uint8_t *t, size_t length)
{
    if (length == 2)
        return t[0] == 0xd8 && t[1] == 0x9c;
    if (length != 3 || t[0] != 0xe2)
        return false;
    return t[1] == 0x80 ? t[2] == 0x8e || t[2] == 0x8f || (t[2] >= 0xa8 && t[2] <= 0xae)
                        : t[1] == 0x81 && t[2] >= 0xa6 && t[2] <= 0xa9;
}

char *jq_mask(const char *text, char *masked, size_t size)
{
    size_t used = 0;
    while (*text) {
        const uint8_t *t = (const uint8_t *)text;
        size_t length = jq_utf8_length(text);
        bool control = length == 0 || t[0] < 0x20 || t[0] == 0x7f ||
                       (t[0] == 0xc2 && t[1] < 0xa0) || misleads(t, length);
        length = length ? length : 1;
        if (used + length >= size)
            break;
        for (size_t i = 0; i < length; i++)
            masked[used++] = control ? '?' : text[i];
        text += length;
    }
    masked[used] = '\0';
    return masked;
}

void jq_complain(const char *format, ...)
{
    char text[2048], masked[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "jpegq: %s\n", jq_mask(text, masked, sizeof masked));
}
