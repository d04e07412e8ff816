// SPDX-License-Identifier: MIT
// The console. Output is not buffered here (newlib's stdio does that), and input only as far as the machine
// does.
#include "console.h"

#include <stdbool.h>

#include "pvops/kernel.h"
#include "pvops/pvops.h"

enum { BACKSPACE = 0x08, KILL = 0x15, DELETE = 0x7f };

void console_write(const char *bytes, size_t length)
{
    while (length > 0) {
        size_t taken = pvop_console_write(bytes, length);

        if (taken == 0)
            pvop_cpu_yield();
        bytes += taken;
        length -= taken;
    }
}

// The event's work is done by its coming: whoever waits for input looks again.
void kernel_console(void)
{
}

// Events are disabled between the look and the wait: a byte that comes between the two ends the wait.
char console_get(void)
{
    char byte = 0;

    for (;;) {
        pvop_irq_disable();
        if (pvop_console_read(&byte, 1) == 1)
            break;
        pvop_irq_wait();
    }
    pvop_irq_enable();
    return byte;
}

static size_t line_erase(size_t length, size_t count)
{
    for (size_t i = 0; i < count; i++)
        console_write("\b \b", 3);
    return length - count;
}

static size_t line_append(char *line, size_t size, size_t length, char byte)
{
    bool printable = byte >= ' ' && byte < DELETE;

    if (!printable || length + 1 >= size)
        return length;
    console_write(&byte, 1);
    line[length] = byte;
    return length + 1;
}

size_t console_line(char *line, size_t size)
{
    size_t length = 0;
    char byte;

    while ((byte = console_get()) != '\r' && byte != '\n') {
        if (byte == BACKSPACE || byte == DELETE)
            length = line_erase(length, length > 0);
        else if (byte == KILL)
            length = line_erase(length, length);
        else
            length = line_append(line, size, length, byte);
    }
    console_write("\n", 1);
    line[length] = '\0';
    return length;
}
