// SPDX-License-Identifier: MIT
// Keys come as scan codes of set 1, into which the controller has translated them: bit 7 says that the key
// was let go, and the prefix E0 that it is not one of the first 84 (IBM PS/2 Hardware Interface Technical
// Reference, "Keyboards"). The BIOS has left the controller so, and its interrupt on.
#include "pvops/keyboard_ps2.h"

#include <stdbool.h>
#include <stdint.h>

#include "pvops/privileged.h"

// The keyboard's controller (Intel 8042).
enum {
    CONTROLLER_DATA = 0x60,
    CONTROLLER_STATUS = 0x64,
    STATUS_FULL = 0x01,   // a byte is to be read
    STATUS_MOUSE = 0x20,  // and the mouse has sent it
    STATUS_NOBODY = 0xff, // what is read where there is no device
};

enum {
    CODE_PREFIX = 0xe0,
    CODE_RELEASE = 0x80,
    CODE_CAPS_LOCK = 0x3a,
    CONTROL_BITS = 0x1f, // of a letter, which are the control character's
};

// Keys that follow each other, without Shift and with it.
struct key_row {
    uint8_t first, last;
    const char *plain;
    const char *shifted;
};

static const struct key_row key_rows[] = {
    {0x01, 0x01, "\033", "\033"},
    {0x02, 0x1c, "1234567890-=\177\tqwertyuiop[]\r", "!@#$%^&*()_+\177\tQWERTYUIOP{}\r"},
    {0x1e, 0x29, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
    {0x2b, 0x35, "\\zxcvbnm,./", "|ZXCVBNM<>?"},
    {0x37, 0x37, "*", "*"},
    {0x39, 0x39, " ", " "},
    {0x47, 0x53, "789-456+1230.", "789-456+1230."},
    {0x56, 0x56, "\\", "|"},
};

// Keys behind the prefix.
static const struct {
    uint8_t code;
    const char *text;
} key_texts[] = {
    {0x1c, "\r"},      {0x35, "/"},       {0x48, "\033[A"}, {0x50, "\033[B"},  {0x4d, "\033[C"},
    {0x4b, "\033[D"},  {0x47, "\033[H"},  {0x4f, "\033[F"}, {0x52, "\033[2~"}, {0x53, "\033[3~"},
    {0x49, "\033[5~"}, {0x51, "\033[6~"}, {0, ""},
};

// Keys that change what others give; each has a bit of its own.
static const struct {
    uint8_t code;
    bool prefixed;
} modifiers[] = {{0x2a, false}, {0x36, false}, {0x1d, false}, {0x1d, true}};
enum { MODIFIERS = sizeof modifiers / sizeof modifiers[0], HELD_SHIFT = 3, HELD_CONTROL = 12 };

static unsigned held; // bits of modifiers
static bool prefixed, caps_lock, caps_lock_held;
static char letter[2];
static const char *text = letter; // what is still to be given of the last key

static const struct key_row *key_row_find(uint8_t code)
{
    for (size_t i = 0; i < sizeof key_rows / sizeof key_rows[0]; i++)
        if (code >= key_rows[i].first && code <= key_rows[i].last)
            return &key_rows[i];
    return NULL;
}

static char key_letter(uint8_t code)
{
    const struct key_row *keys = key_row_find(code);
    bool shift = held & HELD_SHIFT;
    char byte;

    if (!keys)
        return '\0';
    byte = keys->plain[code - keys->first];
    if (caps_lock && byte >= 'a' && byte <= 'z')
        shift = !shift;
    if (shift)
        byte = keys->shifted[code - keys->first];
    if (held & HELD_CONTROL && byte >= '@' && byte < '\177')
        byte &= CONTROL_BITS;
    return byte;
}

static const char *key_text(uint8_t code)
{
    unsigned i = 0;

    if (!prefixed) {
        letter[0] = key_letter(code);
        return letter;
    }
    while (key_texts[i].code && key_texts[i].code != code)
        i++;
    return key_texts[i].text;
}

static unsigned modifier_bit(uint8_t code)
{
    for (unsigned i = 0; i < MODIFIERS; i++)
        if (modifiers[i].code == code && modifiers[i].prefixed == prefixed)
            return 1U << i;
    return 0;
}

// A key that is held down comes again and again, Caps Lock too.
static void key_move(uint8_t code, bool pressed)
{
    unsigned bit = modifier_bit(code);

    held = pressed ? held | bit : held & ~bit;
    if (code == CODE_CAPS_LOCK) {
        caps_lock ^= pressed && !caps_lock_held;
        caps_lock_held = pressed;
    } else if (pressed && !bit) {
        text = key_text(code);
    }
}

// The key Pause comes as Ctrl and another key behind a prefix of its own, which do no harm.
static void code_take(uint8_t code)
{
    if (code != CODE_PREFIX)
        key_move(code & (uint8_t)~CODE_RELEASE, !(code & CODE_RELEASE));
    prefixed = code == CODE_PREFIX;
}

static bool code_read(void)
{
    uint8_t status = port_read(CONTROLLER_STATUS);
    uint8_t code;

    if (status == STATUS_NOBODY || !(status & STATUS_FULL))
        return false;
    code = port_read(CONTROLLER_DATA);
    if (!(status & STATUS_MOUSE))
        code_take(code);
    return true;
}

size_t keyboard_read(char *bytes, size_t length)
{
    size_t count = 0;

    while (count < length) {
        if (*text)
            bytes[count++] = *text++;
        else if (!code_read())
            break;
    }
    return count;
}
