// SPDX-License-Identifier: MIT
/*
 * The screen's memory as the monitor shows it, and keys that the monitor presses.
 */
#include "tests/boot/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two bytes a character, of which the first is it. */
void screen_read(struct machine *machine, char text[SCREEN_ROWS * SCREEN_COLUMNS + 1])
{
    char *answer = machine_ask(machine, "xp /4000xb 0xb8000");
    char *rest = NULL;
    size_t bytes = 0;

    for (char *line = strtok_r(answer, "\r\n", &rest); line != NULL; line = strtok_r(NULL, "\r\n", &rest)) {
        char *words = NULL;
        strtok_r(line, " ", &words); /* the address */
        for (char *word; (word = strtok_r(NULL, " ", &words)) != NULL; bytes++) {
            char character = (char)strtoul(word, NULL, 16);
            if (bytes % 2 == 0 && bytes / 2 < SCREEN_ROWS * SCREEN_COLUMNS)
                text[bytes / 2] = character >= ' ' ? character : ' ';
        }
    }
    machine_expect(machine, bytes == 2ul * SCREEN_ROWS * SCREEN_COLUMNS,
                   "the monitor shows %zu bytes of the text screen", bytes);
    text[SCREEN_ROWS * SCREEN_COLUMNS] = '\0';
    free(answer);
}

void screen_wait(struct machine *machine, const char *what)
{
    char text[SCREEN_ROWS * SCREEN_COLUMNS + 1];

    for (int i = 0; i < 300; i++) {
        screen_read(machine, text);
        if (strstr(text, what) != NULL)
            return;
        machine_listen(machine, 100);
    }
    for (int row = 0; row < SCREEN_ROWS; row++)
        fprintf(stderr, "    # %.*s\n", SCREEN_COLUMNS, text + row * SCREEN_COLUMNS);
    machine_expect(machine, false, "the screen does not show: %s", what);
}

/* The monitor lets a key go by itself after 20 ms, and the machine sees nothing of the next before that. */
void screen_press(struct machine *machine, const char *keys)
{
    char *names = strdup(keys);
    char *rest = NULL;

    for (char *name = strtok_r(names, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest)) {
        char command[32];
        snprintf(command, sizeof command, "sendkey %s 20", name);
        free(machine_ask(machine, command));
        machine_listen(machine, 60);
    }
    free(names);
}
