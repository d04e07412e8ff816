// SPDX-License-Identifier: MIT
/*
 * multicall: calls that are made one after the other without leaving the hypervisor.
 */
#include "abi/mmu.h"

#include "call/call.h"
#include "core/vcpu.h"
#include "x86/entry.h"
#include "x86/guest_access.h"

/*
 * What a call is, read once; and whether its result can be written, tried with a write that changes nothing.
 * Its address and those of the calls before it ascend from one that was checked.
 */
static inline bool request_read(gva_t from, uint64_t *number, uint64_t *first, uint64_t *second,
                                uint64_t *third)
{
    asm goto(STAC "1: mov (%4), %0\n"
                  "2: mov 8(%4), %1\n"
                  "3: mov 16(%4), %2\n"
                  "4: mov 24(%4), %3\n"
                  "5: lock orb $0, 32(%4)\n" CLAC FIXUP("1b") FIXUP("2b") FIXUP("3b") FIXUP("4b") FIXUP("5b")
             : "=&r"(*number), "=&r"(*first), "=&r"(*second), "=&r"(*third)
             : "r"(from.address)
             : "memory"
             : fault);
    return true;
fault:
    guest_access_close();
    return false;
}

/* Makes one call; one that is not known is refused like any that is wrong. */
static inline int64_t request_make(uint64_t number, uint64_t first, uint64_t second, uint64_t third)
{
    return number < CALL_COUNT ? entry_functions[number](first, second, third) : -PV_E_NOCALL;
}

/* What is in the place of a multicall within a multicall. */
HANDLER int64_t call_nested(uint64_t calls, uint64_t count)
{
    (void)calls;
    (void)count;
    return -PV_E_INVALID;
}

static inline int64_t calls_between(uint64_t first, gva_t end)
{
    return (int64_t)((end.address - first) / sizeof(struct pv_multicall));
}

/*
 * Stops when the next call may not be made in the way of this one: after a change of root, when something has
 * to be done before the guest runs on, or when enough was done for one call.
 */
HANDLER int64_t call_multicall(uint64_t calls, uint64_t count)
{
    struct vcpu *vcpu = vcpu_current();
    uint64_t number, first, second, third, root = vcpu->entry.roots[PV_LOAD_KERNEL_ROOT];
    const uint64_t end = calls + count * sizeof(struct pv_multicall);
    gva_t at = gva(calls);

    if (count > PV_MULTICALL_LIMIT) {
        return -PV_E_INVALID;
    }
    if (!guest_address_ok(at)) {
        return -PV_E_FAULT;
    }
    vcpu->work = 0;
    vcpu->entry.enough = 0;
    while (at.address != end && vcpu->entry.pause == 0 && vcpu->entry.roots[PV_LOAD_KERNEL_ROOT] == root) {
        if (!request_read(at, &number, &first, &second, &third) ||
            !guest_write_word_on(gva(at.address + offsetof(struct pv_multicall, result)),
                                 (uint64_t)request_make(number, first, second, third))) {
            return at.address == calls ? -PV_E_FAULT : calls_between(calls, at);
        }
        at.address += sizeof(struct pv_multicall);
    }
    return calls_between(calls, at);
}
