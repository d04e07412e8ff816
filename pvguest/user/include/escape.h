// SPDX-License-Identifier: MIT
// The characters that are written with a backslash in the arguments of echo and tr.
#ifndef PV_USER_ESCAPE_H
#define PV_USER_ESCAPE_H

// Reads one character at *text and moves *text behind it: \a \b \e \f \n \r \t \v \\, \xHH, and \NNN or \0NNN
// (octal), as in POSIX.1-2017, XCU, echo and tr. Any other character, a backslash before one included, stands
// for itself. Returns it, 0 to 255. *text must not be empty.
int escape_read(const char **text);

#endif
