/* SPDX-License-Identifier: MIT */
/* svg.c: see svg.h. */
#include "svg.h"

#include <math.h>
#include <string.h>

#include "diagnose.h"

void jq_svg_number(double number, jq_output *output)
{
    int64_t hundredths = (int64_t)llround(number * 100);
    if (hundredths < 0) {
        jq_output_text(output, "-");
        hundredths = -hundredths;
    }
    jq_output_integer(output, hundredths / 100);
    char fraction[] = {'.', (char)('0' + hundredths / 10 % 10), (char)('0' + hundredths % 10)};
    if (hundredths % 100)
        jq_output_write(output, fraction, hundredths % 10 ? 3 : 2);
}

void jq_svg_put(const char *markup, const double *numbers, jq_output *output)
{
    for (;;) {
        size_t length = strcspn(markup, "$");
        jq_output_write(output, markup, length);
        markup += length;
        if (*markup++ == '\0')
            return;
        jq_svg_number(*numbers++, output);
    }
}

/* ---- Text ------------------------------------------------------------------------------------ */

static size_t character_length(const char *text)
{
    size_t length = jq_utf8_length(text);
    return length ? length : 1;
}

/* XML 1.0, production 2, without the control characters that it discourages. */
static bool is_allowed(const char *text)
{
    const uint8_t *t = (const uint8_t *)text;
    size_t length = jq_utf8_length(text);
    bool control = t[0] < 0x20 || t[0] == 0x7f || (t[0] == 0xc2 && t[1] < 0xa0);
    bool no_character = t[0] == 0xef && t[1] == 0xbf && t[2] >= 0xbe; /* U+FFFE, U+FFFF */
    return length != 0 && !control && !(length == 3 && no_character);
}

static void put_character(const char *text, jq_output *output)
{
    if (!is_allowed(text))
        jq_output_text(output, "\xef\xbf\xbd");
    else if (*text == '&')
        jq_output_text(output, "&amp;");
    else if (*text == '<')
        jq_output_text(output, "&lt;");
    else if (*text == '>')
        jq_output_text(output, "&gt;");
    else if (*text == '"')
        jq_output_text(output, "&quot;");
    else if (*text == '\'')
        jq_output_text(output, "&#39;");
    else
        jq_output_write(output, text, character_length(text));
}

static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (; *text; count++)
        text += character_length(text);
    return count;
}

size_t jq_svg_length(const char *text, size_t most)
{
    size_t count = count_characters(text);
    return count < most ? count : most;
}

void jq_svg_text(const char *text, size_t most, jq_output *output)
{
    size_t count = count_characters(text);
    size_t tail = count > most ? (most - 1) / 2 : 0;
    size_t head = count > most ? most - 1 - tail : count;
    for (size_t i = 0; *text; i++, text += character_length(text)) {
        if (i < head || i >= count - tail)
            put_character(text, output);
        else if (i == head)
            jq_output_text(output, "\xe2\x80\xa6");
    }
}

double jq_svg_width(size_t characters, double font_size)
{
    return 0.62 * font_size * (double)characters;
}
