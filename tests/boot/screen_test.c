// SPDX-License-Identifier: MIT
/*
 * A PC without a serial port: the text screen of a BIOS, and the framebuffer of UEFI.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(screen);

#define COLUMNS 80
#define ROWS    25

/* Reads the text screen through the monitor: two bytes a character, of which the first is it. */
static void text_read(struct machine *machine, char text[ROWS * COLUMNS + 1])
{
    char *answer = machine_ask(machine, "xp /4000xb 0xb8000");
    char *rest = NULL;
    size_t bytes = 0;

    for (char *line = strtok_r(answer, "\r\n", &rest); line != NULL; line = strtok_r(NULL, "\r\n", &rest)) {
        char *words = NULL;
        strtok_r(line, " ", &words); /* the address */
        for (char *word; (word = strtok_r(NULL, " ", &words)) != NULL; bytes++) {
            char character = (char)strtoul(word, NULL, 16);
            if (bytes % 2 == 0 && bytes / 2 < ROWS * COLUMNS)
                text[bytes / 2] = character >= ' ' ? character : ' ';
        }
    }
    machine_expect(machine, bytes == 2ul * ROWS * COLUMNS, "the monitor shows %zu bytes of the text screen",
                   bytes);
    text[ROWS * COLUMNS] = '\0';
    free(answer);
}

/* Waits until the text screen shows this. */
static void text_wait(struct machine *machine, const char *what)
{
    char text[ROWS * COLUMNS + 1];

    for (int i = 0; i < 300; i++) {
        text_read(machine, text);
        if (strstr(text, what) != NULL)
            return;
        machine_listen(machine, 100);
    }
    for (int row = 0; row < ROWS; row++)
        fprintf(stderr, "    # %.*s\n", COLUMNS, text + row * COLUMNS);
    machine_expect(machine, false, "the screen does not show: %s", what);
}

Test(screen, text)
{
    struct machine *machine = scene_boot("console=screen", MODULES(KERNEL("alpha", "")));

    text_wait(machine, "(pv) alpha: started");
    text_wait(machine, "[alpha] hello from alpha");
    text_wait(machine, "alpha$ ");
    machine_stop(machine);
}

/* The screen scrolls: the last line of many is there, the first is gone. */
Test(screen, text_scrolls)
{
    struct machine *machine = scene_boot("console=both", MODULES(KERNEL("alpha", "flood 60")));
    char text[ROWS * COLUMNS + 1];

    machine_wait(machine, "^[alpha] flood 60:");
    text_wait(machine, "[alpha] flood 60:");
    text_read(machine, text);
    machine_expect(machine, strstr(text, "flood 10:") == NULL, "line 10 is still there");
    machine_stop(machine);
}

/* Keys of a PC's keyboard, since there may be no serial line. */
Test(screen, keyboard)
{
    struct machine *machine = scene_boot("console=both", MODULES(KERNEL("alpha", "")));
    static const char *const keys[] = {"e", "c", "h", "o", "spc", "shift-h", "i", "ret"};

    machine_wait_prompt(machine, "alpha$ ");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char command[32];
        snprintf(command, sizeof command, "sendkey %s 20", keys[i]);
        free(machine_ask(machine, command));
        machine_listen(machine, 60);
    }
    machine_wait(machine, "^[alpha] Hi");
    machine_stop(machine);
}

struct picture {
    size_t width;
    size_t height;
    unsigned char *pixels; /* three bytes each */
};

/* What the screen shows, as the emulator dumps it (portable pixmap, P6). */
static struct picture picture_take(struct machine *machine)
{
    const char *path = scratch_path("screen.ppm");
    struct picture picture = {0, 0, NULL};
    char command[256];

    remove(path);
    snprintf(command, sizeof command, "screendump %s", path);
    free(machine_ask(machine, command));
    FILE *file = fopen(path, "r");
    machine_expect(machine, file != NULL, "no screendump");
    machine_expect(machine, fscanf(file, "P6 %zu %zu 255", &picture.width, &picture.height) == 2,
                   "no picture");
    fgetc(file);
    picture.pixels = malloc(picture.width * picture.height * 3);
    cr_assert_not_null(picture.pixels);
    size_t read = fread(picture.pixels, 3, picture.width * picture.height, file);
    machine_expect(machine, read == picture.width * picture.height, "the picture is cut short");
    fclose(file);
    return picture;
}

/* In how many pixels two pictures differ; all of them if their sizes do. */
static size_t picture_difference(const struct picture *a, const struct picture *b)
{
    size_t count = 0;

    if (a->width != b->width || a->height != b->height)
        return a->width * a->height;
    for (size_t i = 0; i < a->width * a->height; i++)
        count += memcmp(a->pixels + 3 * i, b->pixels + 3 * i, 3) != 0;
    return count;
}

/* Nothing but what is printed changes the picture, and it changes no more than the letters could. */
Test(screen, framebuffer)
{
    struct machine *machine = machine_start(&(struct machine_options){
        .image = build_path("paravane.iso"), .menu = "hypercall", .firmware = true});
    struct picture pictures[3];

    scene_answers(machine, '1', "alpha");
    machine_wait_prompt(machine, "alpha$ ");
    machine_listen(machine, 500);
    pictures[0] = picture_take(machine);
    machine_listen(machine, 300);
    pictures[1] = picture_take(machine);
    scene_command(machine, "alpha", "echo ########################################");
    machine_wait(machine, "^[alpha] ####");
    machine_wait_prompt(machine, "alpha$ ");
    machine_listen(machine, 500);
    pictures[2] = picture_take(machine);
    machine_expect(machine, picture_difference(&pictures[0], &pictures[1]) == 0,
                   "the picture changes by itself");
    size_t changed = picture_difference(&pictures[1], &pictures[2]);
    machine_expect(machine, changed > 40 * 10, "a line of 40 letters changed %zu pixels", changed);
    for (size_t i = 0; i < 3; i++)
        free(pictures[i].pixels);
    machine_stop(machine);
}
