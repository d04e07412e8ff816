// SPDX-License-Identifier: MIT
// Formatted text, into a buffer and to the console. Conversions are those of C's printf that a kernel needs:
// %d %i %u %x %p %s %c %%, with flags `-` and `0`, a width (also `*`), a precision for texts (also `.*`), and
// sizes h l z.
#ifndef PV_KERNEL_PRINT_H
#define PV_KERNEL_PRINT_H

#include <stdarg.h>
#include <stddef.h>

// Formats into the `size` bytes (at least 1) at `buffer`; the result is always terminated. Returns how long
// all of it is, without the terminator: if that is not less than `size`, it was cut.
size_t print_format(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
size_t print_format_list(char *buffer, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

// Formats a message of the kernel's, up to 511 bytes of it, to the console; waits until all is taken.
void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Writes bytes to the console as they are; waits until all are taken.
void print_bytes(const char *bytes, size_t size);

#endif
