// SPDX-License-Identifier: MIT
/*
 * Opens the screen: the text buffer of a PC or the framebuffer that GRUB set up.
 */
#include "boot/display.h"

#include "core/log.h"
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

static bool text_open(const struct boot_framebuffer *found)
{
    uint64_t size = (uint64_t)found->width * found->height * TEXT_CELL;
    void *cells = paging_map_device(found->address, size);

    if (cells == NULL || !screen_open_text(&screen, cells, found->width, found->height)) {
        return false;
    }
    port_write8(CRT_INDEX, CURSOR_START);
    port_write8(CRT_DATA, CURSOR_DISABLE);
    return true;
}

static bool framebuffer_open(const struct boot_framebuffer *found)
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
    void *pixels = paging_map_device(found->address, (uint64_t)found->pitch * found->height);

    return pixels != NULL && screen_open_framebuffer(&screen, pixels, &format);
}

void display_open(const struct boot_framebuffer *framebuffer)
{
    bool opened = false;

    if (!framebuffer->present) {
        return;
    }
    if (framebuffer->type == FRAMEBUFFER_TEXT) {
        opened = text_open(framebuffer);
    } else if (framebuffer->type == FRAMEBUFFER_RGB) {
        opened = framebuffer_open(framebuffer);
    }
    if (opened) {
        terminal_sink_add(screen_sink);
    } else {
        log_warning("the screen is of a kind that is not supported");
    }
}
