// SPDX-License-Identifier: MIT
//
// Two tables hold the layout: what a key gives plain and with Shift, by scancode. A zero is a key that gives
// nothing. Every scancode is one of: prefix, release, modifier, key; each has its branch in keyboard_decode.
#include "x86/keyboard.h"

enum {
    SCANCODE_EXTENDED = 0xe0,
    SCANCODE_PAUSE = 0xe1, // begins E1 1D 45 E1 9D C5: two scancodes follow each E1
    SCANCODE_RELEASE = 0x80,
    SCANCODE_CTRL = 0x1d,
    SCANCODE_LEFT_SHIFT = 0x2a,
    SCANCODE_RIGHT_SHIFT = 0x36,
    SCANCODE_CAPS_LOCK = 0x3a,
    SCANCODE_ENTER = 0x1c,
    SCANCODE_SLASH = 0x35,
};

enum held {
    HELD_LEFT_SHIFT = 1,
    HELD_RIGHT_SHIFT = 2,
    HELD_SHIFT = HELD_LEFT_SHIFT | HELD_RIGHT_SHIFT,
    HELD_LEFT_CTRL = 4,
    HELD_RIGHT_CTRL = 8,
    HELD_CTRL = HELD_LEFT_CTRL | HELD_RIGHT_CTRL,
    HELD_CAPS_LOCK = 16,
};

// The rows of the keyboard, then the numeric pad from 0x47 and the key beside the left Shift at 0x56.
static const char plain[] = "\0\0331234567890-=\177\t"
                            "qwertyuiop[]\r\0"
                            "asdfghjkl;'`\0"
                            "\\zxcvbnm,./\0*\0 "
                            "\0\0\0\0\0\0\0\0\0\0\0\0\0"
                            "789-456+1230.\0\0\\";
static const char shifted[] = "\0\033!@#$%^&*()_+\177\t"
                              "QWERTYUIOP{}\r\0"
                              "ASDFGHJKL:\"~\0"
                              "|ZXCVBNM<>?\0*\0 "
                              "\0\0\0\0\0\0\0\0\0\0\0\0\0"
                              "789-456+1230.\0\0|";
_Static_assert(sizeof(plain) == 0x58 && sizeof(shifted) == sizeof(plain), "one entry for each scancode");

// Keys after the prefix E0 that give an escape sequence: ESC [ and then the text. The forms are those of
// xterm (XTerm Control Sequences, "PC-Style Function Keys").
static const struct {
    uint8_t scancode;
    char text[2];
} sequences[] = {
    {0x48, "A"},  // up
    {0x50, "B"},  // down
    {0x4d, "C"},  // right
    {0x4b, "D"},  // left
    {0x47, "H"},  // Home
    {0x4f, "F"},  // End
    {0x52, "2~"}, // Insert
    {0x53, "3~"}, // Delete
    {0x49, "5~"}, // Page Up
    {0x51, "6~"}, // Page Down
};

// The modifier that a key is, or 0. Shifts after E0 are not keys: the keyboard makes them up around others.
static uint8_t modifier(uint8_t key, bool extended)
{
    if (key == SCANCODE_CTRL)
        return extended ? HELD_RIGHT_CTRL : HELD_LEFT_CTRL;
    if (extended)
        return 0;
    if (key == SCANCODE_LEFT_SHIFT)
        return HELD_LEFT_SHIFT;
    if (key == SCANCODE_RIGHT_SHIFT)
        return HELD_RIGHT_SHIFT;
    return key == SCANCODE_CAPS_LOCK ? HELD_CAPS_LOCK : 0;
}

// A key that is held down repeats; Caps Lock changes only when it goes down.
static void modifier_press(struct keyboard *keyboard, uint8_t bit)
{
    if (bit == HELD_CAPS_LOCK && (keyboard->held & bit) == 0)
        keyboard->caps_lock = !keyboard->caps_lock;
    keyboard->held |= bit;
}

static int byte_for(const struct keyboard *keyboard, uint8_t key)
{
    bool shift = (keyboard->held & HELD_SHIFT) != 0;
    int byte;

    if (key >= sizeof(plain))
        return -1;
    if (keyboard->caps_lock && plain[key] >= 'a' && plain[key] <= 'z')
        shift = !shift;
    byte = shift ? shifted[key] : plain[key];
    if (byte == 0)
        return -1;
    if ((keyboard->held & HELD_CTRL) != 0 && (byte == ' ' || (byte >= '@' && byte <= '~')))
        return byte & 0x1f;
    return byte;
}

static int sequence_begin(struct keyboard *keyboard, uint8_t key)
{
    for (unsigned i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        if (sequences[i].scancode != key)
            continue;
        keyboard->pending[0] = '[';
        keyboard->pending[1] = (uint8_t)sequences[i].text[0];
        keyboard->pending[2] = (uint8_t)sequences[i].text[1];
        return '\033';
    }
    return -1;
}

int keyboard_decode(struct keyboard *keyboard, uint8_t scancode)
{
    bool extended = keyboard->extended;
    uint8_t key = scancode & (uint8_t)~SCANCODE_RELEASE;
    uint8_t bit = modifier(key, extended);

    keyboard->pending[0] = 0;
    keyboard->extended = false;
    if (keyboard->skip > 0) {
        keyboard->skip--;
    } else if (scancode == SCANCODE_EXTENDED) {
        keyboard->extended = true;
    } else if (scancode == SCANCODE_PAUSE) {
        keyboard->skip = 2;
    } else if ((scancode & SCANCODE_RELEASE) != 0) {
        keyboard->held &= (uint8_t)~bit;
    } else if (bit != 0) {
        modifier_press(keyboard, bit);
    } else if (!extended || key == SCANCODE_ENTER || key == SCANCODE_SLASH) {
        return byte_for(keyboard, key);
    } else {
        return sequence_begin(keyboard, key);
    }
    return -1;
}

int keyboard_next(struct keyboard *keyboard)
{
    uint8_t byte = keyboard->pending[0];

    if (byte == 0)
        return -1;
    keyboard->pending[0] = keyboard->pending[1];
    keyboard->pending[1] = keyboard->pending[2];
    keyboard->pending[2] = 0;
    return byte;
}
