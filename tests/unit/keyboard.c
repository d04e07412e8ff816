// SPDX-License-Identifier: MIT
//
// What a person types must arrive as the bytes that a terminal would send.
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "x86/keyboard.h"

TestSuite(keyboard);

enum {
    RELEASE = 0x80,
    CTRL = 0x1d,
    LEFT_SHIFT = 0x2a,
    RIGHT_SHIFT = 0x36,
    CAPS_LOCK = 0x3a,
    A = 0x1e,
};

// Feeds scancodes and collects all bytes that they give. Returns how many there are.
static size_t type(struct keyboard *keyboard, const uint8_t *scancodes, size_t count, uint8_t bytes[64])
{
    size_t length = 0;

    for (size_t i = 0; i < count; i++) {
        int byte = keyboard_decode(keyboard, scancodes[i]);

        for (; byte >= 0 && length < 64; byte = keyboard_next(keyboard))
            bytes[length++] = (uint8_t)byte;
    }
    return length;
}

static void expect_typed(const uint8_t *scancodes, size_t count, const char *expected, size_t length)
{
    struct keyboard keyboard = {0};
    uint8_t bytes[64];
    size_t typed = type(&keyboard, scancodes, count, bytes);

    cr_expect_eq(typed, length, "%zu bytes typed, expected %zu of %s", typed, length, expected);
    cr_expect_arr_eq(bytes, expected, length < typed ? length : typed, "expected %s", expected);
}

#define SCANCODES(...)          (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})
#define EXPECT_TYPED(text, ...) expect_typed(SCANCODES(__VA_ARGS__), text, sizeof(text) - 1)

static const struct {
    uint8_t scancode;
    char plain;
    char shifted;
} layout[] = {
    {0x01, 0x1b, 0x1b}, {0x02, '1', '!'},  {0x03, '2', '@'},   {0x04, '3', '#'},  {0x05, '4', '$'},
    {0x06, '5', '%'},   {0x07, '6', '^'},  {0x08, '7', '&'},   {0x09, '8', '*'},  {0x0a, '9', '('},
    {0x0b, '0', ')'},   {0x0c, '-', '_'},  {0x0d, '=', '+'},   {0x0e, 127, 127},  {0x0f, '\t', '\t'},
    {0x10, 'q', 'Q'},   {0x11, 'w', 'W'},  {0x12, 'e', 'E'},   {0x13, 'r', 'R'},  {0x14, 't', 'T'},
    {0x15, 'y', 'Y'},   {0x16, 'u', 'U'},  {0x17, 'i', 'I'},   {0x18, 'o', 'O'},  {0x19, 'p', 'P'},
    {0x1a, '[', '{'},   {0x1b, ']', '}'},  {0x1c, '\r', '\r'}, {0x1e, 'a', 'A'},  {0x1f, 's', 'S'},
    {0x20, 'd', 'D'},   {0x21, 'f', 'F'},  {0x22, 'g', 'G'},   {0x23, 'h', 'H'},  {0x24, 'j', 'J'},
    {0x25, 'k', 'K'},   {0x26, 'l', 'L'},  {0x27, ';', ':'},   {0x28, '\'', '"'}, {0x29, '`', '~'},
    {0x2b, '\\', '|'},  {0x2c, 'z', 'Z'},  {0x2d, 'x', 'X'},   {0x2e, 'c', 'C'},  {0x2f, 'v', 'V'},
    {0x30, 'b', 'B'},   {0x31, 'n', 'N'},  {0x32, 'm', 'M'},   {0x33, ',', '<'},  {0x34, '.', '>'},
    {0x35, '/', '?'},   {0x37, '*', '*'},  {0x39, ' ', ' '},   {0x47, '7', '7'},  {0x48, '8', '8'},
    {0x49, '9', '9'},   {0x4a, '-', '-'},  {0x4b, '4', '4'},   {0x4c, '5', '5'},  {0x4d, '6', '6'},
    {0x4e, '+', '+'},   {0x4f, '1', '1'},  {0x50, '2', '2'},   {0x51, '3', '3'},  {0x52, '0', '0'},
    {0x53, '.', '.'},   {0x56, '\\', '|'},
};

static int layout_index(unsigned scancode)
{
    for (size_t i = 0; i < sizeof(layout) / sizeof(layout[0]); i++)
        if (layout[i].scancode == scancode)
            return (int)i;
    return -1;
}

Test(keyboard, every_key_gives_its_byte)
{
    for (unsigned scancode = 0; scancode < RELEASE; scancode++) {
        struct keyboard keyboard = {0};
        int index = layout_index(scancode);
        int byte = keyboard_decode(&keyboard, (uint8_t)scancode);

        cr_expect_eq(byte, index < 0 ? -1 : layout[index].plain, "key %#x gave %d", scancode, byte);
        byte = keyboard_decode(&keyboard, (uint8_t)(scancode | RELEASE));
        cr_expect_eq(byte, -1, "release of %#x gave %d", scancode, byte);
    }
}

Test(keyboard, every_key_gives_its_byte_with_either_shift)
{
    static const uint8_t shifts[] = {LEFT_SHIFT, RIGHT_SHIFT};

    for (size_t i = 0; i < sizeof(shifts); i++) {
        for (unsigned scancode = 0; scancode < RELEASE; scancode++) {
            struct keyboard keyboard = {0};
            int index = layout_index(scancode);
            int byte;

            cr_expect_eq(keyboard_decode(&keyboard, shifts[i]), -1);
            byte = keyboard_decode(&keyboard, (uint8_t)scancode);
            cr_expect_eq(byte, index < 0 ? -1 : layout[index].shifted, "Shift and %#x gave %d", scancode,
                         byte);
        }
    }
}

Test(keyboard, shift_lasts_until_the_last_one_is_released)
{
    EXPECT_TYPED("AAa", LEFT_SHIFT, A, RIGHT_SHIFT, LEFT_SHIFT | RELEASE, A, RIGHT_SHIFT | RELEASE, A);
}

Test(keyboard, caps_lock_turns_letters_only_and_shift_turns_them_back)
{
    EXPECT_TYPED("A1a!A", CAPS_LOCK, CAPS_LOCK | RELEASE, A, 0x02, LEFT_SHIFT, A, 0x02, LEFT_SHIFT | RELEASE,
                 A);
    EXPECT_TYPED("a", CAPS_LOCK, CAPS_LOCK | RELEASE, CAPS_LOCK, CAPS_LOCK | RELEASE, A);
}

Test(keyboard, caps_lock_held_down_does_not_flicker)
{
    EXPECT_TYPED("AA", CAPS_LOCK, CAPS_LOCK, A, CAPS_LOCK, CAPS_LOCK | RELEASE, A);
}

Test(keyboard, ctrl_gives_control_bytes)
{
    EXPECT_TYPED("\x1d", CTRL, 0x1b);                               // Ctrl-]
    EXPECT_TYPED("\x01\x1a\x03", CTRL, A, 0x2c, 0x2e);              // letters
    EXPECT_TYPED("\x1b\x1c", CTRL, 0x1a, 0x2b);                     // [ and backslash
    EXPECT_TYPED("\0\x1e\x1f", CTRL, LEFT_SHIFT, 0x03, 0x07, 0x0c); // @ ^ _
    EXPECT_TYPED("\0", CTRL, 0x39);                                 // Space
    EXPECT_TYPED("\r\x7f\t\x1b", CTRL, 0x1c, 0x0e, 0x0f, 0x01);
    EXPECT_TYPED("1", CTRL, 0x02);
}

Test(keyboard, both_ctrl_keys_count_and_caps_lock_does_not_matter)
{
    EXPECT_TYPED("\x01\x01"
                 "a",
                 0xe0, CTRL, A, CTRL, 0xe0, CTRL | RELEASE, A, CTRL | RELEASE, A);
    EXPECT_TYPED("\x01", CAPS_LOCK, CAPS_LOCK | RELEASE, CTRL, A);
}

Test(keyboard, arrows_and_their_neighbours_give_escape_sequences)
{
    EXPECT_TYPED("\033[A\033[B\033[C\033[D", 0xe0, 0x48, 0xe0, 0xc8, 0xe0, 0x50, 0xe0, 0x4d, 0xe0, 0x4b);
    EXPECT_TYPED("\033[H\033[F", 0xe0, 0x47, 0xe0, 0x4f);
    EXPECT_TYPED("\033[2~\033[3~\033[5~\033[6~", 0xe0, 0x52, 0xe0, 0x53, 0xe0, 0x49, 0xe0, 0x51);
    EXPECT_TYPED("a", 0xe0, 0xc8, A);
}

Test(keyboard, a_sequence_that_was_not_fetched_does_not_mix_with_the_next_key)
{
    struct keyboard keyboard = {0};

    cr_expect_eq(keyboard_next(&keyboard), -1);
    keyboard_decode(&keyboard, 0xe0);
    cr_expect_eq(keyboard_decode(&keyboard, 0x48), 0x1b);
    cr_expect_eq(keyboard_next(&keyboard), '[');
    cr_expect_eq(keyboard_decode(&keyboard, A), 'a');
    cr_expect_eq(keyboard_next(&keyboard), -1);
}

Test(keyboard, keypad_enter_and_slash_are_keys)
{
    EXPECT_TYPED("\r/", 0xe0, 0x1c, 0xe0, 0x9c, 0xe0, 0x35, 0xe0, 0xb5);
}

Test(keyboard, keys_without_a_byte_are_swallowed_whole)
{
    EXPECT_TYPED("a", 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5, A);                         // Pause
    EXPECT_TYPED("a", 0xe0, 0x2a, 0xe0, 0x37, 0xe0, 0xb7, 0xe0, 0xaa, A);             // Print Screen
    EXPECT_TYPED("a", 0x38, 0xb8, 0xe0, 0x38, 0xe0, 0xb8, 0xe0, 0x5b, 0xe0, 0xdb, A); // Alt, Windows
    EXPECT_TYPED("a", 0x3b, 0xbb, 0x57, 0xd7, 0x45, 0xc5, 0x46, 0xc6, A);             // F1, F11, locks
    EXPECT_TYPED("a", 0x00, 0xff, 0xfa, 0xfe, 0xaa, A);                               // not keys at all
}

Test(keyboard, the_shift_that_the_keyboard_makes_up_around_an_arrow_is_no_shift)
{
    EXPECT_TYPED("\033[Aa", 0xe0, 0x2a, 0xe0, 0x48, 0xe0, 0xc8, 0xe0, 0xaa, A);
    EXPECT_TYPED("A", LEFT_SHIFT, 0xe0, 0xaa, 0xe0, 0x48 | RELEASE, A);
}
