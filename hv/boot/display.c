// SPDX-License-Identifier: MIT
/*
 * Opens the screen: the text buffer of a PC or the framebuffer that GRUB set up.
 */
#include "boot/display.h"

#include "boot/memory.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/terminal.h"
#include "x86/instruction.h"
#include "x86/paging.h"
#include "x86/screen.h"

#define TEXT_CELL 2

/* The text cursor of the hardware: the screen shows its own (IBM VGA, CRT controller register 0x0a, bit 5).
 */
#define CRT_INDEX      0x3d4
#define CRT_DATA       0x3d5
#define CURSOR_START   0x0a
#define CURSOR_DISABLE 0x20

static struct screen screen;

static void screen_sink(const char *text, size_t length)
{
    screen_write(&screen, text, length);
}

static uint64_t size_of(const struct boot_framebuffer *found)
{
    return found->type == FRAMEBUFFER_TEXT ? (uint64_t)found->width * found->height * TEXT_CELL
                                           : (uint64_t)found->pitch * found->height;
}

static bool text_open(const struct boot_framebuffer *found, void *cells)
{
    port_write8(CRT_INDEX, CURSOR_START);
    port_write8(CRT_DATA, CURSOR_DISABLE);
    return screen_open_text(&screen, cells, found->width, found->height);
}

static bool framebuffer_open(const struct boot_framebuffer *found, void *pixels)
{
    struct screen_format format = {
        .width = found->width,
        .height = found->height,
        .pitch = found->pitch,
        .bits_per_pixel = found->bits,
        .red_position = found->red.position,
        .red_size = found->red.size,
        .green_position = found->green.position,
        .green_size = found->green.size,
        .blue_position = found->blue.position,
        .blue_size = found->blue.size,
    };

    return screen_open_framebuffer(&screen, pixels, &format);
}

static void open_at(const struct boot_framebuffer *found, void *memory)
{
    bool opened = false;

    if (found->type == FRAMEBUFFER_TEXT) {
        opened = text_open(found, memory);
    } else if (found->type == FRAMEBUFFER_RGB) {
        opened = framebuffer_open(found, memory);
    }
    if (opened) {
        terminal_sink_add(screen_sink);
    } else {
        log_warning("the screen is of a kind that is not supported");
    }
}

void display_open(const struct boot_framebuffer *framebuffer)
{
    if (framebuffer->present && memory_boot_map(framebuffer->address, size_of(framebuffer)) != NULL) {
        open_at(framebuffer, direct(framebuffer->address));
    }
}

void display_map(const struct boot_framebuffer *framebuffer)
{
    void *memory;

    if (!framebuffer->present) {
        return;
    }
    memory = paging_map_device(framebuffer->address, size_of(framebuffer));
    if (memory == NULL) {
        panic("no memory for the tables that map the screen");
    }
    if (screen_present(&screen)) {
        screen_move(&screen, memory);
    } else if (memory_boot_map(framebuffer->address, size_of(framebuffer)) == NULL) {
        open_at(framebuffer, memory);
    }
}
