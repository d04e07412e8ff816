// SPDX-License-Identifier: MIT
/*
 * Panics, and exceptions in the hypervisor itself. Nothing here relies on GS or on a virtual CPU.
 */
#include "core/panic.h"

#include <stdarg.h>

#include "core/log.h"
#include "core/registers_print.h"
#include "core/terminal.h"
#include "lib/print.h"
#include "x86/entry.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/interprocessor.h"
#include "x86/layout.h"
#include "x86/vector.h"

static struct symbol_table own_symbols;
static bool panicking;

/* The others are stopped; if one of them came first, this one stops for it. */
static void panic_begin(void)
{
    if (__atomic_exchange_n(&panicking, true, __ATOMIC_SEQ_CST)) {
        processor_halt();
    }
    processors_stop();
    terminal_seize();
}

bool panic_has_begun(void)
{
    return __atomic_load_n(&panicking, __ATOMIC_SEQ_CST);
}

void panic_symbols_set(const struct symbol_table *symbols)
{
    own_symbols = *symbols;
}

/* Stacks lie in the image and in the area of stacks: what is not there is no frame. */
static bool own_frame_read(uint64_t address, uint64_t *saved, uint64_t *return_address)
{
    const uint64_t *words = (const uint64_t *)address;

    if (address % 8 != 0 || address < IMAGE_BASE || address >= DIRECT_MAP) {
        return false;
    }
    *saved = words[0];
    *return_address = words[1];
    return true;
}

void panic(const char *format, ...)
{
    char text[256];
    va_list arguments;

    panic_begin();
    va_start(arguments, format);
    print_vformat(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_error("panic: %s", text);
    trace_print(&own_symbols, (uint64_t)__builtin_return_address(0), (uint64_t)__builtin_frame_address(0),
                own_frame_read);
    processor_halt();
}

/* From a processor that panics; any other is the machine's own business. */
static void nmi_take(void)
{
    if (panic_has_begun()) {
        processor_halt();
    }
}

void fault_in_hypervisor(struct registers *registers)
{
    bool mendable = registers->vector >= VECTOR_NOT_PRESENT && registers->vector <= VECTOR_PAGE_FAULT;
    uint64_t to = mendable ? fixup_find(registers->rip) : 0;

    if (registers->vector == VECTOR_NMI) {
        nmi_take();
        return;
    }
    if (to != 0) {
        registers->rip = to;
        return;
    }
    panic_begin();
    log_error("panic: exception %u in the hypervisor, at address %lx", registers->vector, cr2_read());
    registers_print(registers);
    trace_print(&own_symbols, registers->rip, registers->rbp, own_frame_read);
    processor_halt();
}
