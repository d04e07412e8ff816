// SPDX-License-Identifier: MIT
// Formatted text. One `struct print` is the text so far, one `struct conversion` the conversion being read.
// Every byte goes through print_byte, the only place that writes: the buffer cannot overflow.
#include "kernel/print.h"

#include <stdbool.h>
#include <stdint.h>

#include "kernel/string.h"
#include "pvops/pvops.h"

enum { WIDTH_MAX = 1000, MESSAGE_SIZE = 512 };

struct print {
    char *buffer;
    size_t size;
    size_t length;
};

struct conversion {
    bool left;     // '-': fill on the right
    bool zero;     // '0': fill numbers with zeros
    size_t width;  // smallest number of characters
    size_t limit;  // largest number of characters of a text
    unsigned bits; // of an integer argument
};

static void print_byte(struct print *print, char byte)
{
    if (print->length + 1 < print->size)
        print->buffer[print->length] = byte;
    print->length++;
}

static void print_fill(struct print *print, char byte, size_t count)
{
    for (; count > 0; count--)
        print_byte(print, byte);
}

// Prints a sign or prefix, then the text. Zeros go between the two, blanks outside.
static void print_field(struct print *print, const struct conversion *conversion, const char *before,
                        const char *text, size_t length)
{
    size_t used = strlen(before) + length;
    size_t fill = conversion->width > used ? conversion->width - used : 0;

    if (!conversion->left && !conversion->zero)
        print_fill(print, ' ', fill);
    for (; *before != '\0'; before++)
        print_byte(print, *before);
    if (!conversion->left && conversion->zero)
        print_fill(print, '0', fill);
    for (size_t i = 0; i < length; i++)
        print_byte(print, text[i]);
    if (conversion->left)
        print_fill(print, ' ', fill);
}

static void print_number(struct print *print, const struct conversion *conversion, const char *before,
                         uint64_t value, unsigned base)
{
    char digits[20];
    size_t first = sizeof digits;

    do {
        digits[--first] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    print_field(print, conversion, before, digits + first, sizeof digits - first);
}

static void print_signed(struct print *print, const struct conversion *conversion, int64_t value)
{
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;

    print_number(print, conversion, value < 0 ? "-" : "", magnitude, 10);
}

static void print_text(struct print *print, struct conversion *conversion, const char *text)
{
    if (text == NULL)
        text = "(null)";
    conversion->zero = false;
    print_field(print, conversion, "", text, strnlen(text, conversion->limit));
}

// Reads a width or precision, which may stand in the arguments: then a negative one is 0.
static const char *number_read(const char *format, size_t *number, va_list *arguments)
{
    *number = 0;
    if (*format == '*') {
        int value = va_arg(*arguments, int);

        *number = value > 0 ? (size_t)value : 0;
        format++;
    }
    for (; *format >= '0' && *format <= '9'; format++)
        *number = *number * 10 + (size_t)(*format - '0');
    if (*number > WIDTH_MAX)
        *number = WIDTH_MAX;
    return format;
}

// Reads all of a conversion up to its letter; returns where that stands.
static const char *conversion_read(const char *format, struct conversion *conversion, va_list *arguments)
{
    *conversion = (struct conversion){.limit = SIZE_MAX, .bits = 32};
    for (; *format == '-' || *format == '0'; format++) {
        conversion->left |= *format == '-';
        conversion->zero |= *format == '0';
    }
    format = number_read(format, &conversion->width, arguments);
    if (*format == '.')
        format = number_read(format + 1, &conversion->limit, arguments);
    for (; *format == 'l' || *format == 'z' || *format == 'h'; format++)
        conversion->bits = *format == 'h' ? conversion->bits / 2 : 64;
    return format;
}

// An integer argument, cut to its size.
static int64_t argument_signed(const struct conversion *conversion, va_list *arguments)
{
    unsigned unused = 64 - conversion->bits;

    if (conversion->bits == 64)
        return va_arg(*arguments, int64_t);
    return (int64_t)((uint64_t)va_arg(*arguments, int) << unused) >> unused;
}

static uint64_t argument_unsigned(const struct conversion *conversion, va_list *arguments)
{
    unsigned unused = 64 - conversion->bits;

    if (conversion->bits == 64)
        return va_arg(*arguments, uint64_t);
    return (uint64_t)va_arg(*arguments, unsigned) << unused >> unused;
}

static void print_conversion(struct print *print, struct conversion *conversion, char letter,
                             va_list *arguments)
{
    char byte;

    switch (letter) {
    case 'd':
    case 'i':
        print_signed(print, conversion, argument_signed(conversion, arguments));
        break;
    case 'u':
        print_number(print, conversion, "", argument_unsigned(conversion, arguments), 10);
        break;
    case 'x':
        print_number(print, conversion, "", argument_unsigned(conversion, arguments), 16);
        break;
    case 'p':
        print_number(print, conversion, "0x", (uintptr_t)va_arg(*arguments, void *), 16);
        break;
    case 's':
        print_text(print, conversion, va_arg(*arguments, const char *));
        break;
    case 'c':
        byte = (char)va_arg(*arguments, int);
        print_field(print, conversion, "", &byte, 1);
        break;
    default:
        print_byte(print, letter);
    }
}

size_t print_format_list(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct print print = {.buffer = buffer, .size = size};
    struct conversion conversion;
    va_list rest;

    va_copy(rest, arguments);
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            print_byte(&print, *format);
            continue;
        }
        format = conversion_read(format + 1, &conversion, &rest);
        if (*format == '\0')
            break;
        print_conversion(&print, &conversion, *format, &rest);
    }
    va_end(rest);
    buffer[print.length < size ? print.length : size - 1] = '\0';
    return print.length;
}

size_t print_format(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = print_format_list(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

void print_bytes(const char *bytes, size_t size)
{
    while (size > 0) {
        size_t taken = pvop_console_write(bytes, size);

        bytes += taken;
        size -= taken;
        if (taken == 0)
            pvop_cpu_yield();
    }
}

void kprintf(const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = print_format_list(message, sizeof message, format, arguments);
    va_end(arguments);
    print_bytes(message, length < sizeof message ? length : sizeof message - 1);
}
