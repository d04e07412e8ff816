// SPDX-License-Identifier: MIT
// The terminal, /dev/console: the machine's console with lines that can be corrected while they are typed,
// and with keys that send signals. Modes and requests: interface.h. POSIX.1-2008, XBD chapter 11.
//
// In canonical mode Backspace and Delete take the last character back, Ctrl-U the line, Ctrl-W a word; Ctrl-D
// ends the input; the key Return (13) is a line's end (10). Without it every byte comes as it was typed, at
// once. kernel_console() is defined here.
#ifndef PV_KERNEL_TTY_H
#define PV_KERNEL_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// As read(): the next bytes, in canonical mode of one line. 0: end of input. wait: sleep until there is
// something, otherwise -EAGAIN. -EINTR: a signal came. A process that is not of the foreground group gets
// SIGTTIN, or -EIO if it does not take that.
int64_t tty_read(uint64_t to, size_t size, bool wait);

// As write(): -EINTR, or less than all, if a signal came. wait: as for read.
int64_t tty_write(uint64_t from, size_t size, bool wait);

// As ioctl(): TTY_*. -ENOTTY for other requests, -EINVAL, -EFAULT.
int64_t tty_control(uint64_t request, uint64_t argument);

#endif
