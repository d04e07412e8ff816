// SPDX-License-Identifier: MIT
// What is written goes to both, as fast as the serial port takes it; what is typed comes from either.
#include "pvops/native_console.h"

#include "pvops/keyboard_ps2.h"
#include "pvops/pc.h"
#include "pvops/screen_text.h"

void native_console_start(void)
{
    if (screen_text_present())
        pc_interrupt_allow(PC_INTERRUPT_KEYBOARD);
}

size_t native_console_write(const char *bytes, size_t length)
{
    size_t count = pc_serial_write(bytes, length);

    screen_text_write(bytes, count);
    return count;
}

size_t native_console_read(char *bytes, size_t length)
{
    size_t count = pc_serial_read(bytes, length);

    if (screen_text_present())
        count += keyboard_read(bytes + count, length - count);
    return count;
}
