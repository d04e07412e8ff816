// SPDX-License-Identifier: MIT
// Formatted text into a buffer: the part of ISO C's snprintf (C11, section 7.21.6) that a hypervisor needs.
// Conversions: %c %s %d %i %u %x %X %p %%; length hh, h, l, ll, z; flags '-', '0', '#'; width, also `*`;
// precision for %s, also `.*`. No floating point. A conversion that is not known is copied as it stands.
#ifndef PV_LIB_PRINT_H
#define PV_LIB_PRINT_H

#include <stdarg.h>
#include <stddef.h>

// Writes at most `size` bytes to `buffer`, the last of them the terminator (nothing when `size` is 0).
// Returns the length that the whole text has, without terminator: the text was cut when that is `size` or
// more.
int print_format(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

// The same with the arguments already gathered; `arguments` is spent afterwards.
int print_vformat(char *buffer, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
