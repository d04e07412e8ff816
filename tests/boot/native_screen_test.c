// SPDX-License-Identifier: MIT
/*
 * The same guest ELF on the bare machine, with the screen and the keyboard of a PC that has a BIOS.
 */
#include "tests/boot/scene.h"
#include "tests/boot/screen.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(native_screen);

static struct machine *native_boot(const char *commands, const char *const *additional)
{
    return machine_start(&(struct machine_options){
        .image = image_make_of("guests/monitor.elf", commands, NULL, 0), .additional = additional});
}

/* What is typed on the keyboard is answered on the screen, and on the serial line as well. */
Test(native_screen, keyboard)
{
    struct machine *machine = native_boot("", NULL);

    machine_wait_prompt(machine, "native$ ");
    screen_wait(machine, "hello from native, mode=native, ");
    screen_wait(machine, "native$ ");
    screen_press(machine, "e c h o spc shift-h i ret");
    machine_wait(machine, "^Hi");
    screen_wait(machine, "Hi ");
    machine_type(machine, "echo here I am\r");
    machine_wait(machine, "^here I am");
    screen_wait(machine, "here I am ");
    machine_stop(machine);
}

/* Control characters are none of a line of this kernel's, so they show by what they do to it. */
Test(native_screen, keys)
{
    struct machine *machine = native_boot("", NULL);

    machine_wait_prompt(machine, "native$ ");
    screen_press(machine, "x ctrl-u e c h o spc x backspace caps_lock a shift-b 1 shift-1 caps_lock c");
    screen_press(machine, "shift_r-minus up right delete kp_5 kp_divide pause alt z kp_enter");
    machine_wait(machine, "^Ab1!c_[A[C[3~5/z");
    machine_stop(machine);
}

/* Whether a row of the screen is this, and nothing behind it. */
static void row_shows(struct machine *machine, unsigned row, const char *what)
{
    char text[SCREEN_ROWS * SCREEN_COLUMNS + 1];
    const char *start = text + row * SCREEN_COLUMNS;

    screen_read(machine, text);
    machine_expect(machine, strncmp(start, what, strlen(what)) == 0, "row %u is %.*s", row, SCREEN_COLUMNS,
                   start);
    for (const char *c = start + strlen(what); c < start + SCREEN_COLUMNS; c++)
        machine_expect(machine, *c == ' ', "row %u is %.*s", row, SCREEN_COLUMNS, start);
}

static unsigned crt_read(struct machine *machine, unsigned index)
{
    char command[32];
    char *answer;
    unsigned value = 0;

    snprintf(command, sizeof command, "o /b 0x3d4 %u", index);
    free(machine_ask(machine, command));
    answer = machine_ask(machine, "i /b 0x3d5");
    machine_expect(machine, sscanf(answer, "portb[0x03d5] = %x", &value) == 1, "%s", answer);
    free(answer);
    return value;
}

static void cursor_is(struct machine *machine, unsigned row, unsigned column)
{
    unsigned at = crt_read(machine, 14) << 8 | crt_read(machine, 15);

    machine_expect(machine, at == row * SCREEN_COLUMNS + column, "the cursor is in row %u, column %u",
                   at / SCREEN_COLUMNS, at % SCREEN_COLUMNS);
}

#define TEN "0123456789"

Test(native_screen, scrolls)
{
    struct machine *machine = native_boot("flood 60", NULL);

    machine_wait_prompt(machine, "native$ ");
    screen_wait(machine, "native$ ");
    row_shows(machine, 0, "flood 37: the quick brown fox jumps over the lazy dog");
    row_shows(machine, SCREEN_ROWS - 2, "flood 60: the quick brown fox jumps over the lazy dog");
    cursor_is(machine, SCREEN_ROWS - 1, sizeof "native$ " - 1);
    machine_stop(machine);
}

/* A line that fills a row takes one row, and what is longer goes on in the next. */
Test(native_screen, moves_its_cursor)
{
    struct machine *machine =
        native_boot("flood 30; echo \033[2J\033[Hcleared; echo abcdef\b\b\b\033[Kx; "
                    "echo \033[5C>\033[3D<; echo " TEN TEN TEN TEN TEN TEN TEN TEN "; "
                    "echo " TEN TEN TEN TEN TEN TEN TEN TEN "8; echo \033[10H\033[19Cplaced\033[A^\033[B; "
                    "echo \033[31mred\033[0m\033[999C!\033[?25h",
                    NULL);

    machine_wait_prompt(machine, "native$ ");
    screen_wait(machine, "native$ ");
    row_shows(machine, 0, "cleared");
    row_shows(machine, 1, "abcx");
    row_shows(machine, 2, "   < >");
    row_shows(machine, 3, TEN TEN TEN TEN TEN TEN TEN TEN);
    row_shows(machine, 4, TEN TEN TEN TEN TEN TEN TEN TEN);
    row_shows(machine, 5, "8");
    row_shows(machine, 8, "                         ^");
    row_shows(machine, 9, "                   placed");
    row_shows(machine, 10,
              "red                                                                            !");
    row_shows(machine, 11, "native$");
    cursor_is(machine, 11, sizeof "native$ " - 1);
    machine_stop(machine);
}

/* The port is elsewhere than where it is looked for. */
Test(native_screen, without_a_serial_port)
{
    static const char *const elsewhere[] = {"-global", "isa-serial.iobase=0x2f8", NULL};
    struct machine *machine = native_boot("", elsewhere);

    screen_wait(machine, "native$ ");
    screen_press(machine, "e c h o spc h i ret");
    screen_wait(machine, "hi ");
    machine_expect(machine, machine_line(machine, 0) == NULL, "something came on the serial line");
    machine_stop(machine);
}
