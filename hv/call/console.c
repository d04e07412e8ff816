// SPDX-License-Identifier: MIT
/*
 * Calls of the console.
 */
#include "core/console.h"

#include "call/call.h"
#include "core/domain.h"
#include "x86/guest_access.h"

/* A line is as much as may be written in one call: it takes its time on a serial port. */
HANDLER int64_t call_console_write(uint64_t address, uint64_t length)
{
    struct vcpu *vcpu = vcpu_current();
    char bytes[PV_CONSOLE_CHUNK];

    length = length < sizeof(bytes) ? length : sizeof(bytes);
    if (!guest_read(bytes, gva(address), length)) {
        return -PV_E_FAULT;
    }
    vcpu->entry.enough = 1;
    return (int64_t)console_write(vcpu->domain, bytes, length);
}

/* What is typed is taken only when it has reached the guest. */
HANDLER int64_t call_console_read(uint64_t address, uint64_t length)
{
    struct domain *domain = vcpu_current()->domain;
    uint8_t bytes[PV_CONSOLE_CHUNK];
    bool written;

    lock_take(&domain->console.reader, LOCK_READER);
    length = console_peek(domain, bytes, length < sizeof(bytes) ? length : sizeof(bytes));
    written = guest_write(gva(address), bytes, length);
    console_take(domain, written ? length : 0);
    lock_put(&domain->console.reader, LOCK_READER);
    return written ? (int64_t)length : -PV_E_FAULT;
}
