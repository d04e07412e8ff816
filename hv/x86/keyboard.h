// SPDX-License-Identifier: MIT
//
// Translates the scancodes of a PS/2 keyboard into the bytes that a terminal would send. US layout. Pure: the
// caller reads the 8042 and owns the state.
#ifndef PV_X86_KEYBOARD_H
#define PV_X86_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

// All zero is the state after power-on: no key held, Caps Lock off. The fields belong to keyboard.c.
struct keyboard {
    uint8_t held; // modifier keys that are down
    bool caps_lock;
    bool extended;      // the last scancode was the prefix E0
    uint8_t skip;       // scancodes still to be ignored
    uint8_t pending[3]; // bytes that follow the one that keyboard_decode returned, ended by a 0
};

// Takes one scancode of set 1, as an 8042 delivers them with translation on (IBM PS/2 Hardware Interface
// Technical Reference, Keyboards, "Scan Code Set 1"). Returns the byte that the key gives, 0 to 255, or -1
// for none: a release, a modifier, a prefix, a key without meaning. Enter gives '\r', Backspace 0x7f, Ctrl
// with Space, a letter or one of @ [ \ ] ^ _ the control byte; the numeric pad always gives its digits. A key
// that gives several bytes (the arrows: ESC [ A and so on) returns the first here, the rest from
// keyboard_next.
int keyboard_decode(struct keyboard *keyboard, uint8_t scancode);

// The next byte that the last key gives, or -1 if there is none. Bytes that were not fetched are dropped
// with the next scancode.
int keyboard_next(struct keyboard *keyboard);

#endif
