// SPDX-License-Identifier: MIT
/*
 * entry-flags: hypercalls and exceptions with every flag set that ring 3 may set.
 *
 * What: the direction flag, the alignment-check flag, the nested-task flag and the identification flag, in
 * all combinations, at calls that copy from and to the guest, at calls that switch to another virtual CPU,
 * and at an exception.
 *
 * Why: these flags stay as they are on the way into ring 0 unless somebody clears them. With the direction
 * flag set, a copy runs backwards, over what lies before its buffer. With the alignment-check flag set,
 * supervisor-mode access prevention is off. With the nested-task flag set, IRET faults.
 *
 * How: a copy writes its buffer and nothing before it, calls return what they should, and the flags are the
 * guest's own again afterwards.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include "abi/trap.h"
#include "abi/vcpu.h"

const char test_name[] = "entry-flags";

#define FLAGS_DF 0x400ul
#define FLAGS_NT 0x4000ul
#define FLAGS_AC 0x40000ul
#define FLAGS_ID 0x200000ul

#define GUARD 0xa5a5a5a5a5a5a5a5

/* Sets flags on top of what they are, makes a call, and puts them back. What they were after it is stored. */
static int64_t call_with(uint64_t flags, uint64_t number, uint64_t first, uint64_t second, uint64_t *after)
{
    int64_t result = (int64_t)number;

    __asm__ volatile("pushfq\n"
                     "pushfq\n"
                     "or %[flags], (%%rsp)\n"
                     "popfq\n"
                     "syscall\n"
                     "pushfq\n"
                     "pop %[after]\n"
                     "popfq\n"
                     : "+a"(result), [after] "=&b"(*after)
                     : [flags] "r"(flags), "D"(first), "S"(second)
                     : "rcx", "r11", "rdx", "r8", "r9", "r10", "memory", "cc");
    return result;
}

static void undefined_with(uint64_t flags)
{
    __asm__ volatile("pushfq\n"
                     "or %0, (%%rsp)\n"
                     "popfq\n"
                     "ud2\n"
                     :
                     : "r"(flags)
                     : "memory", "cc");
}

/* A structure is copied to the guest between two guards. */
static void try_write(uint64_t flags)
{
    static struct {
        uint64_t before[32];
        struct pv_vcpu_counts counts;
        uint64_t behind[32];
    } buffer;
    uint64_t after;

    for (int i = 0; i < 32; i++)
        buffer.before[i] = buffer.behind[i] = GUARD;
    buffer.counts = (struct pv_vcpu_counts){.calls = GUARD};
    int64_t result = call_with(flags, PV_CALL_vcpu_counts, (uintptr_t)&buffer.counts, 0, &after);
    expect(result == 0 && buffer.counts.calls != GUARD, "vcpu_counts with flags %x returned %x", flags,
           (uint64_t)result);
    for (int i = 0; i < 32; i++)
        expect(buffer.before[i] == GUARD && buffer.behind[i] == GUARD,
               "a copy with flags %x missed its place", flags);
    expect((after & flags) == flags, "flags %x became %x", flags, after);
}

/* A line is copied from the guest; the test sees it whole. */
static void try_read(uint64_t flags)
{
    static const char line[] = "a line, forwards\n";
    struct pv_trap trap = {.handler = 0, .vector = PV_TRAP_LIMIT};
    uint64_t after;

    int64_t result = call_with(flags, PV_CALL_console_write, (uintptr_t)line, sizeof line - 1, &after);
    expect(result == sizeof line - 1, "console_write with flags %x returned %x", flags, (uint64_t)result);
    result = call_with(flags, PV_CALL_trap_set, (uintptr_t)&trap, 0, &after);
    expect(result == -PV_E_INVALID, "trap_set with flags %x returned %x", flags, (uint64_t)result);
}

static void try_switch(uint64_t flags)
{
    uint64_t after;

    int64_t result = call_with(flags, PV_CALL_yield, 0, 0, &after);
    expect(result == 0 && (after & flags) == flags, "yield with flags %x returned %x and flags %x", flags,
           (uint64_t)result, after);
    result = call_with(flags, PV_CALL_LIMIT, 0, 0, &after);
    expect(result == -PV_E_NOCALL, "no call with flags %x returned %x", flags, (uint64_t)result);
}

static void try_exception(uint64_t flags)
{
    struct fault fault = attempt(undefined_with, flags);

    expect(fault.vector == UNDEFINED && (fault.rflags & (flags & ~FLAGS_NT)) == (flags & ~FLAGS_NT),
           "an exception with flags %x: vector %u, flags %x", flags, fault.vector, fault.rflags);
}

void test_main(void)
{
    static const uint64_t single[] = {FLAGS_DF, FLAGS_AC, FLAGS_NT, FLAGS_ID};

    traps_open();
    for (unsigned int set = 0; set < 16; set++) {
        uint64_t flags = 0;
        for (unsigned int bit = 0; bit < 4; bit++)
            flags |= (set >> bit & 1) ? single[bit] : 0;
        try_write(flags);
        try_read(flags);
        try_switch(flags);
        try_exception(flags);
    }
}
