// SPDX-License-Identifier: MIT
// Reads characters written with a backslash. The text ends with a zero byte, which is never passed.
#include "escape.h"

#include <stdlib.h>
#include <string.h>

enum { OCTAL = 8, HEXADECIMAL = 16, OCTAL_DIGITS = 3, HEXADECIMAL_DIGITS = 2, BYTE = 0xff };

// Reads up to `most` digits; returns what they say.
static int digits_read(const char **text, int base, size_t most)
{
    char digits[OCTAL_DIGITS + 1] = {0};
    size_t length = strspn(*text, base == OCTAL ? "01234567" : "0123456789abcdefABCDEF");

    length = length < most ? length : most;
    memcpy(digits, *text, length);
    *text += length;
    return (int)strtol(digits, NULL, base) & BYTE;
}

int escape_read(const char **text)
{
    static const char letters[] = "abefnrtv\\";
    static const char meanings[] = "\a\b\033\f\n\r\t\v\\";
    const char *at = *text;
    const char *letter = NULL;

    *text += 1;
    if (at[0] != '\\' || !at[1])
        return (unsigned char)at[0];
    if (at[1] >= '0' && at[1] < '0' + OCTAL) {
        *text += at[1] == '0' ? 1 : 0;
        return digits_read(text, OCTAL, OCTAL_DIGITS);
    }
    if (at[1] == 'x' && strspn(at + 2, "0123456789abcdefABCDEF")) {
        *text += 1;
        return digits_read(text, HEXADECIMAL, HEXADECIMAL_DIGITS);
    }
    letter = strchr(letters, at[1]);
    if (!letter)
        return '\\';
    *text += 1;
    return meanings[letter - letters];
}
