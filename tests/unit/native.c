// SPDX-License-Identifier: MIT
// Runs single instructions on the processor of the host.
//
// native_enter() and native_leave() exchange all registers, with the stack pointer, for those in `native`;
// what lies between them is the instruction and an indirect jump, so nothing is lost. Handlers of signals
// have a stack of their own, and leave the same way.
#include "native.h"

#include <asm/prctl.h>
#include <criterion/criterion.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { AROUND = 4096 };

struct native native;
static volatile sig_atomic_t native_signal;

void native_enter(void);
extern const char native_leave[];

_Static_assert(offsetof(struct native, registers) == 0 && offsetof(struct native, rflags) == 128 &&
                   offsetof(struct native, code) == 136 && offsetof(struct native, stack) == 144,
               "native_enter knows these");

#define REGISTERS "rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15"

asm("    .text\n"
    "native_enter:\n"
    "    .irp   reg, rbx, rbp, r12, r13, r14, r15\n"
    "    push   %\\reg\n"
    "    .endr\n"
    "    pushfq\n"
    "    mov    %rsp, native+144(%rip)\n"
    "    pushq  native+128(%rip)\n"
    "    popfq\n"
    "    .set   native_offset, 0\n"
    "    .irp   reg, " REGISTERS "\n"
    "    mov    native+native_offset(%rip), %\\reg\n"
    "    .set   native_offset, native_offset + 8\n"
    "    .endr\n"
    "    jmp    *native+136(%rip)\n"
    "native_leave:\n"
    "    .set   native_offset, 0\n"
    "    .irp   reg, " REGISTERS "\n"
    "    mov    %\\reg, native+native_offset(%rip)\n"
    "    .set   native_offset, native_offset + 8\n"
    "    .endr\n"
    "    mov    native+144(%rip), %rsp\n"
    "    pushfq\n"
    "    popq   native+128(%rip)\n"
    "    popfq\n"
    "    .irp   reg, r15, r14, r13, r12, rbp, rbx\n"
    "    pop    %\\reg\n"
    "    .endr\n"
    "    ret\n");

// Makes an instruction that faulted end; what faults elsewhere does it again, with the default action.
static void leave(int number, siginfo_t *info, void *context)
{
    ucontext_t *user = context;
    uint64_t rip = (uint64_t)user->uc_mcontext.gregs[REG_RIP];
    (void)info;
    if (rip - native.code < 16) {
        native_signal = number;
        user->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)native_leave;
    } else {
        signal(number, SIG_DFL);
    }
}

static void signals_take(void)
{
    static const int numbers[] = {SIGSEGV, SIGILL, SIGBUS, SIGTRAP, SIGFPE};
    static uint8_t stack[65536];
    cr_assert_eq(sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL), 0);
    struct sigaction action = {.sa_sigaction = leave, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        cr_assert_eq(sigaction(numbers[i], &action, NULL), 0);
}

void native_open(void)
{
    uint8_t *room = mmap(NULL, AROUND + NATIVE_MEMORY + AROUND + AROUND, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    cr_assert_neq(room, MAP_FAILED);
    uint8_t *code = room + AROUND + NATIVE_MEMORY + AROUND;
    cr_assert_eq(mprotect(code, AROUND, PROT_READ | PROT_WRITE | PROT_EXEC), 0);
    native.memory = room + AROUND;
    native.code = (uint64_t)(uintptr_t)code;
    cr_assert_eq(syscall(SYS_arch_prctl, ARCH_GET_FS, &native.fs_base), 0);
    cr_assert_eq(syscall(SYS_arch_prctl, ARCH_SET_GS, (unsigned long)NATIVE_GS), 0);
    signals_take();
}

int native_run(const uint8_t *bytes, unsigned length)
{
    static const uint8_t jump[] = {0xff, 0x25, 0, 0, 0, 0}; // to the address behind it
    uint8_t *code = (uint8_t *)(uintptr_t)native.code;
    const char *back = native_leave;

    memcpy(code, bytes, length);
    memcpy(code + length, jump, sizeof jump);
    memcpy(code + length + sizeof jump, &back, sizeof back);
    native_signal = 0;
    native_enter();
    native.rflags &= NATIVE_FLAGS;
    return native_signal;
}
