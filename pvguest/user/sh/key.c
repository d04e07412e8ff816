// SPDX-License-Identifier: MIT
// Keys: bytes from the terminal, and the sequences that it sends for keys that are no characters
// (ECMA-48, 5.4).
#include <errno.h>
#include <unistd.h>

#include "edit.h"
#include "shell.h"

#define ESCAPE 0x1b

static int byte_read(void)
{
    unsigned char byte;
    ssize_t length;

    do
        length = read(STDIN_FILENO, &byte, 1);
    while (length < 0 && errno == EINTR);
    return length == 1 ? byte : -1;
}

// The letter that ends a sequence without numbers.
static int letter_key(int letter)
{
    switch (letter) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return KEY_RIGHT;
    case 'D':
        return KEY_LEFT;
    case 'H':
        return KEY_HOME;
    case 'F':
        return KEY_END;
    default:
        return KEY_UNKNOWN;
    }
}

// The number of a sequence that `~` ends.
static int number_key(int number)
{
    switch (number) {
    case 1:
    case 7:
        return KEY_HOME;
    case 3:
        return KEY_DELETE;
    case 4:
    case 8:
        return KEY_END;
    default:
        return KEY_UNKNOWN;
    }
}

// Behind ESC [: numbers between semicolons, then what ends it. With a second number the key was pressed
// together with Shift, Alt or Control, which makes arrows go by the word.
static int sequence_read(void)
{
    int first = 0;
    int number = 0;
    int count = 1;
    int byte;

    while ((byte = byte_read()) >= '0' && byte <= ';') {
        if (byte == ';') {
            first = count++ == 1 ? number : first;
            number = 0;
        } else if (number < 1000) {
            number = number * 10 + byte - '0';
        }
    }
    if (byte < 0)
        return -1;
    if (byte == '~')
        return number_key(count > 1 ? first : number);
    if (count > 1 && (byte == 'C' || byte == 'D'))
        return byte == 'C' ? KEY_WORD_RIGHT : KEY_WORD_LEFT;
    return letter_key(byte);
}

int key_read(void)
{
    int byte = byte_read();

    if (byte != ESCAPE)
        return byte;
    byte = byte_read();
    if (byte == '[')
        return sequence_read();
    if (byte == 'O')
        return letter_key(byte_read());
    if (byte == 'b' || byte == 'f')
        return byte == 'b' ? KEY_WORD_LEFT : KEY_WORD_RIGHT;
    return byte < 0 ? -1 : KEY_UNKNOWN;
}
