// SPDX-License-Identifier: MIT
/*
 * Calls of the console.
 */
#include "core/console.h"

#include "call/call.h"
#include "core/vcpu.h"
#include "x86/guest_access.h"

HANDLER int64_t call_console_write(uint64_t address, uint64_t length)
{
    char bytes[PV_CONSOLE_CHUNK];

    length = length < sizeof(bytes) ? length : sizeof(bytes);
    if (!guest_read(bytes, gva(address), length)) {
        return -PV_E_FAULT;
    }
    console_write(vcpu_current()->domain, bytes, length);
    return (int64_t)length;
}

/* The buffer is tried before anything is taken, so that a failing call loses no input. */
HANDLER int64_t call_console_read(uint64_t address, uint64_t length)
{
    static const uint8_t zeros[PV_CONSOLE_CHUNK];
    uint8_t bytes[PV_CONSOLE_CHUNK];

    length = length < sizeof(bytes) ? length : sizeof(bytes);
    if (!guest_write(gva(address), zeros, length)) {
        return -PV_E_FAULT;
    }
    length = console_read(vcpu_current()->domain, bytes, length);
    return guest_write(gva(address), bytes, length) ? (int64_t)length : -PV_E_FAULT;
}
