// SPDX-License-Identifier: MIT
// Formatted text. One `struct print` is the text so far, one `struct conversion` the conversion being read.
// Every byte goes through print_byte, the only place that writes: the buffer cannot overflow.
#include "lib/print.h"

#include <stdbool.h>
#include <stdint.h>

#define WIDTH_MAX 10000 // what a format asks for beyond this is cut off

struct print {
    char *buffer;
    size_t size;
    size_t length;
};

struct conversion {
    char letter;             // which conversion, not yet checked; the terminator if the format ends before it
    bool left;               // '-': pad on the right
    bool zero;               // '0': pad numbers with zeros
    bool prefix;             // '#': 0x before hexadecimal numbers
    bool width_argument;     // '*': the width is an argument
    bool precision_argument; // '.*'
    int width;               // smallest number of characters
    int precision;           // largest number of characters of a text, negative for all
    unsigned int size;       // bytes of an integer argument
};

static void print_byte(struct print *print, char byte)
{
    if (print->length < print->size)
        print->buffer[print->length] = byte;
    print->length++;
}

static void print_fill(struct print *print, char byte, int count)
{
    for (; count > 0; count--)
        print_byte(print, byte);
}

static void print_text(struct print *print, const struct conversion *conversion, const char *text)
{
    int length = 0;

    if (text == NULL)
        text = "(null)";
    while (length != conversion->precision && text[length] != '\0')
        length++;
    if (!conversion->left)
        print_fill(print, ' ', conversion->width - length);
    for (int i = 0; i < length; i++)
        print_byte(print, text[i]);
    if (conversion->left)
        print_fill(print, ' ', conversion->width - length);
}

// Prints sign or prefix, then the digits. Zeros go between the two, blanks outside.
static void print_number(struct print *print, const struct conversion *conversion, const char *before,
                         const char *digits, int count)
{
    int padding = conversion->width - count;

    for (const char *byte = before; *byte != '\0'; byte++)
        padding--;
    if (!conversion->left && !conversion->zero)
        print_fill(print, ' ', padding);
    for (; *before != '\0'; before++)
        print_byte(print, *before);
    if (!conversion->left && conversion->zero)
        print_fill(print, '0', padding);
    for (int i = 0; i < count; i++)
        print_byte(print, digits[i]);
    if (conversion->left)
        print_fill(print, ' ', padding);
}

static bool conversion_is_signed(const struct conversion *conversion)
{
    return conversion->letter == 'd' || conversion->letter == 'i';
}

static void print_integer(struct print *print, const struct conversion *conversion, uint64_t value)
{
    char letter = conversion->letter;
    const char *alphabet = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    bool hexadecimal = letter == 'x' || letter == 'X' || letter == 'p';
    unsigned int base = hexadecimal ? 16 : 10;
    const char *before = "";
    char digits[20];
    int first = sizeof(digits);

    if (conversion_is_signed(conversion) && (int64_t)value < 0) {
        before = "-";
        value = -value;
    } else if (letter == 'p' || (conversion->prefix && hexadecimal && value != 0)) {
        before = letter == 'X' ? "0X" : "0x";
    }
    do {
        digits[--first] = alphabet[value % base];
        value /= base;
    } while (value != 0);
    print_number(print, conversion, before, digits + first, (int)sizeof(digits) - first);
}

// The value of an integer argument of `size` bytes as it was pushed, widened with its sign if it has one.
static uint64_t value_widen(uint64_t value, unsigned int size, bool is_signed)
{
    unsigned int unused = 64 - 8 * size;

    if (is_signed)
        return (uint64_t)((int64_t)(value << unused) >> unused);
    return value << unused >> unused;
}

static const char *number_read(const char *format, int *number)
{
    *number = 0;
    for (; *format >= '0' && *format <= '9'; format++) {
        if (*number < WIDTH_MAX / 10)
            *number = *number * 10 + (*format - '0');
    }
    return format;
}

static const char *flags_read(const char *format, struct conversion *conversion)
{
    for (;; format++) {
        if (*format == '-')
            conversion->left = true;
        else if (*format == '0')
            conversion->zero = true;
        else if (*format == '#')
            conversion->prefix = true;
        else
            return format;
    }
}

static const char *size_read(const char *format, struct conversion *conversion)
{
    conversion->size = sizeof(int);
    for (;; format++) {
        if (*format == 'l' || *format == 'z')
            conversion->size = 8;
        else if (*format == 'h' && conversion->size > 1)
            conversion->size /= 2;
        else
            return format;
    }
}

static void print_character(struct print *print, const struct conversion *conversion, char byte)
{
    print_fill(print, ' ', conversion->left ? 0 : conversion->width - 1);
    print_byte(print, byte);
    print_fill(print, ' ', conversion->left ? conversion->width - 1 : 0);
}

// Reads all of a conversion up to its letter; returns where that stands.
static const char *conversion_read(const char *format, struct conversion *conversion)
{
    *conversion = (struct conversion){.precision = -1};
    format = flags_read(format, conversion);
    conversion->width_argument = *format == '*';
    format = conversion->width_argument ? format + 1 : number_read(format, &conversion->width);
    if (*format == '.') {
        format++;
        conversion->precision_argument = *format == '*';
        format = conversion->precision_argument ? format + 1 : number_read(format, &conversion->precision);
    }
    format = size_read(format, conversion);
    conversion->letter = *format;
    return format;
}

// A negative width, which only an argument can be, stands for '-' and its magnitude.
static void conversion_set_width(struct conversion *conversion, int width)
{
    if (width < 0) {
        conversion->left = true;
        width = width > -WIDTH_MAX ? -width : WIDTH_MAX;
    }
    conversion->width = width < WIDTH_MAX ? width : WIDTH_MAX;
}

// What a conversion takes from the arguments.
enum argument { ARGUMENT_NONE, ARGUMENT_INT, ARGUMENT_LONG, ARGUMENT_POINTER };

static enum argument conversion_argument(const struct conversion *conversion)
{
    switch (conversion->letter) {
    case 's':
    case 'p':
        return ARGUMENT_POINTER;
    case 'c':
        return ARGUMENT_INT;
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
        return conversion->size == 8 ? ARGUMENT_LONG : ARGUMENT_INT;
    default:
        return ARGUMENT_NONE;
    }
}

static void conversion_print(struct print *print, struct conversion *conversion, uint64_t value)
{
    switch (conversion->letter) {
    case 'c':
        print_character(print, conversion, (char)value);
        break;
    case 's':
        print_text(print, conversion, (const char *)(uintptr_t)value);
        break;
    case 'p':
        print_integer(print, conversion, value);
        break;
    default:
        value = value_widen(value, conversion->size, conversion_is_signed(conversion));
        print_integer(print, conversion, value);
    }
}

// Prints [start, end): what is not a conversion. "%%" is the one such text that stands for something else.
static void print_verbatim(struct print *print, const char *start, const char *end)
{
    for (start += end - start == 2 && start[1] == '%'; start != end; start++)
        print_byte(print, *start);
}

int print_vformat(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct print print = {.buffer = buffer, .size = size};

    while (*format != '\0') {
        struct conversion conversion;
        const char *start = format++;

        if (*start != '%') {
            print_byte(&print, *start);
            continue;
        }
        format = conversion_read(format, &conversion);
        format += conversion.letter != '\0';
        if (conversion.width_argument)
            conversion_set_width(&conversion, va_arg(arguments, int));
        if (conversion.precision_argument)
            conversion.precision = va_arg(arguments, int);
        switch (conversion_argument(&conversion)) {
        case ARGUMENT_INT:
            conversion_print(&print, &conversion, va_arg(arguments, unsigned int));
            break;
        case ARGUMENT_LONG:
            conversion_print(&print, &conversion, va_arg(arguments, uint64_t));
            break;
        case ARGUMENT_POINTER:
            conversion_print(&print, &conversion, (uintptr_t)va_arg(arguments, void *));
            break;
        case ARGUMENT_NONE:
            print_verbatim(&print, start, format);
            break;
        }
    }
    if (size != 0)
        buffer[print.length < size ? print.length : size - 1] = '\0';
    return (int)print.length;
}

int print_format(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = print_vformat(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}
