// SPDX-License-Identifier: MIT
/*
 * A PC without a serial port: the text screen of a BIOS, and the framebuffer of UEFI.
 */
#include "tests/boot/scene.h"
#include "tests/boot/screen.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(screen);

Test(screen, text)
{
    struct machine *machine = scene_boot("console=screen", MODULES(KERNEL("alpha", "")));

    screen_wait(machine, "(pv) alpha: started");
    screen_wait(machine, "[alpha] hello from alpha");
    screen_wait(machine, "alpha$ ");
    machine_stop(machine);
}

/* The screen scrolls: the last line of many is there, the first is gone. */
Test(screen, text_scrolls)
{
    struct machine *machine = scene_boot("console=both", MODULES(KERNEL("alpha", "flood 60")));
    char text[SCREEN_ROWS * SCREEN_COLUMNS + 1];

    machine_wait(machine, "^[alpha] flood 60:");
    screen_wait(machine, "[alpha] flood 60:");
    screen_read(machine, text);
    machine_expect(machine, strstr(text, "flood 10:") == NULL, "line 10 is still there");
    machine_stop(machine);
}

/* Keys of a PC's keyboard, since there may be no serial line. */
Test(screen, keyboard)
{
    struct machine *machine = scene_boot("console=both", MODULES(KERNEL("alpha", "")));

    machine_wait_prompt(machine, "alpha$ ");
    screen_press(machine, "e c h o spc shift-h i ret");
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

    scene_shell_answers(machine, '1', "alpha");
    machine_wait_prompt(machine, "alpha:/home$ ");
    machine_listen(machine, 500);
    pictures[0] = picture_take(machine);
    machine_listen(machine, 300);
    pictures[1] = picture_take(machine);
    scene_command(machine, "alpha:/home", "echo ++++++++++++++++++++++++++++++++++++++++");
    machine_wait(machine, "^[alpha] ++++");
    machine_wait_prompt(machine, "alpha:/home$ ");
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
