// SPDX-License-Identifier: MIT
// The bare machine's console: its serial port, and beside it screen and keyboard, if the boot loader left a
// screen of text. With UEFI there is none: then the serial port is alone.
#ifndef PV_PVOPS_NATIVE_CONSOLE_H
#define PV_PVOPS_NATIVE_CONSOLE_H

#include <stddef.h>

// Lets the keyboard raise its interrupt, if there is a screen. After pc_start() and, where there is one,
// screen_text_open().
void native_console_start(void);

// Operations of struct pvops by the same names.
size_t native_console_write(const char *bytes, size_t length);
size_t native_console_read(char *bytes, size_t length);

#endif
