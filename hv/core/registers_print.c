// SPDX-License-Identifier: MIT
/*
 * Prints registers and walks frame pointers (System V ABI, AMD64 supplement, 3.2.2). The frames may be a
 * guest's, or damaged: the walk is bounded and goes upwards only.
 */
#include "core/registers_print.h"

#include "core/log.h"

#define TRACE_DEPTH 24

void registers_print(const struct registers *r)
{
    log_error("  rip %016lx  cs %lx  rflags %lx  vector %u  error %x", r->rip, r->cs, r->rflags, r->vector,
              r->error);
    log_error("  rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx", r->rax, r->rbx, r->rcx, r->rdx);
    log_error("  rsi %016lx  rdi %016lx  rbp %016lx  rsp %016lx", r->rsi, r->rdi, r->rbp, r->rsp);
    log_error("  r8  %016lx  r9  %016lx  r10 %016lx  r11 %016lx", r->r8, r->r9, r->r10, r->r11);
    log_error("  r12 %016lx  r13 %016lx  r14 %016lx  r15 %016lx", r->r12, r->r13, r->r14, r->r15);
}

/* `address` names the instruction; a return address is looked up one byte earlier, inside the call. */
static void trace_line(const struct symbol_table *symbols, uint64_t address, uint64_t back)
{
    uint64_t offset;
    const char *name = symbol_find(symbols, address - back, &offset);

    if (name != NULL) {
        log_error("    %016lx %s+0x%lx", address, name, offset + back);
    } else {
        log_error("    %016lx", address);
    }
}

void trace_print(const struct symbol_table *symbols, uint64_t instruction, uint64_t frame, frame_reader *read)
{
    uint64_t saved, address;

    log_error("  trace:");
    trace_line(symbols, instruction, 0);
    for (unsigned depth = 0; depth < TRACE_DEPTH && read(frame, &saved, &address) && address != 0; depth++) {
        trace_line(symbols, address, 1);
        if (saved <= frame) {
            return;
        }
        frame = saved;
    }
}
