// SPDX-License-Identifier: MIT
// What only a kernel may do: privileged instructions, gates and segments. From user mode each is a fault and
// changes nothing, also where a hypervisor would do the same instruction for the kernel. Intel SDM volume 3,
// section 5.9.
#include "test.h"

#include <unistd.h>

// Each is an instruction, and registers that it might do harm with.
#define INSTRUCTION(name, text)                                                                              \
    static void name(void)                                                                                   \
    {                                                                                                        \
        __asm__ volatile(text "\n" : : "a"(0), "b"(0), "c"(0), "d"(0) : "memory");                           \
    }

INSTRUCTION(do_hlt, "hlt")
INSTRUCTION(do_cli, "cli")
INSTRUCTION(do_sti, "sti")
INSTRUCTION(do_clts, "clts")
INSTRUCTION(do_invd, "invd")
INSTRUCTION(do_wbinvd, "wbinvd")
INSTRUCTION(do_invlpg, "invlpg 0x400000")
INSTRUCTION(do_lgdt, "lgdt (%%rsp)")
INSTRUCTION(do_lidt, "lidt (%%rsp)")
INSTRUCTION(do_lldt, "lldt %%ax")
INSTRUCTION(do_ltr, "ltr %%ax")
INSTRUCTION(do_lmsw, "lmsw %%ax")
INSTRUCTION(read_cr0, "movq %%cr0, %%rax")
INSTRUCTION(read_cr2, "movq %%cr2, %%rax")
INSTRUCTION(read_cr3, "movq %%cr3, %%rax")
INSTRUCTION(read_cr4, "movq %%cr4, %%rax")
INSTRUCTION(write_cr0, "movq %%rax, %%cr0")
INSTRUCTION(write_cr3, "movq %%rax, %%cr3")
INSTRUCTION(write_cr4, "movq %%rax, %%cr4")
INSTRUCTION(write_cr8, "movq %%rax, %%cr8")
INSTRUCTION(read_dr7, "movq %%dr7, %%rax")
INSTRUCTION(write_dr7, "movq %%rax, %%dr7")
INSTRUCTION(read_efer, "movl $0xc0000080, %%ecx\n\trdmsr")
INSTRUCTION(write_efer, "movl $0xc0000080, %%ecx\n\twrmsr")
INSTRUCTION(write_lstar, "movl $0xc0000082, %%ecx\n\twrmsr")
INSTRUCTION(do_swapgs, "swapgs")
INSTRUCTION(do_sysret, "sysretq")
INSTRUCTION(do_in, "inb $0x60, %%al")
INSTRUCTION(do_out, "outb %%al, $0xf4")
INSTRUCTION(do_out_string, "movq %%rsp, %%rsi\n\tmovl $0xe9, %%edx\n\toutsb")
INSTRUCTION(do_xsetbv, "movl $1, %%eax\n\txsetbv")
INSTRUCTION(stack_segment, "movl $0x10, %%eax\n\tmovw %%ax, %%ss")
INSTRUCTION(stack_segment_null, "movw %%ax, %%ss")
INSTRUCTION(data_segment, "movl $0x10, %%eax\n\tmovw %%ax, %%ds")
INSTRUCTION(far_jump, "movl $1f, -16(%%rsp)\n\tmovw $0x8, -12(%%rsp)\n\tljmpl *-16(%%rsp)\n1:")
INSTRUCTION(far_call, "movl $1f, -16(%%rsp)\n\tmovw $0x8, -12(%%rsp)\n\tlcalll *-16(%%rsp)\n1:")

// lret and iret are not among them: in ring 3, QEMU 7.2 reads their stack as if ring 0 did.
static void instructions(void)
{
    static void (*const all[])(void) = {
        do_hlt,       do_cli,        do_sti,
        do_clts,      do_invd,       do_wbinvd,
        do_invlpg,    do_lgdt,       do_lidt,
        do_lldt,      do_ltr,        do_lmsw,
        read_cr0,     read_cr2,      read_cr3,
        read_cr4,     write_cr0,     write_cr3,
        write_cr4,    write_cr8,     read_dr7,
        write_dr7,    read_efer,     write_efer,
        write_lstar,  do_swapgs,     do_sysret,
        do_in,        do_out,        do_out_string,
        do_xsetbv,    stack_segment, stack_segment_null,
        data_segment, far_jump,      far_call,
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int number = signal_of(all[i]);

        if (number != SIGSEGV)
            expect_failed(__FILE__, __LINE__, "a privileged instruction faults, by its number", (long)i,
                          number);
    }
}

INSTRUCTION(do_vmcall, "vmcall")
INSTRUCTION(do_vmmcall, "vmmcall")

// Calls of other hypervisors: no instructions here, or none for user mode.
static void hypervisor_calls(void)
{
    int number = signal_of(do_vmcall);

    EXPECT_TRUE(number == SIGILL || number == SIGSEGV);
    number = signal_of(do_vmmcall);
    EXPECT_TRUE(number == SIGILL || number == SIGSEGV);
}

// `int n` for each n, four bytes apart.
extern const char privileged_interrupts[];
__asm__(".pushsection .text\n"
        "privileged_interrupts:\n"
        ".set number, 0\n"
        ".rept 256\n"
        "    .byte 0xcd, number\n"
        "    ret\n"
        "    nop\n"
        ".set number, number + 1\n"
        ".endr\n"
        ".popsection\n");

static int vector;

static void interrupt(void)
{
    ((void (*)(void))(uintptr_t)(privileged_interrupts + 4L * vector))();
}

// User mode may raise the breakpoint's gate, and the overflow's; what comes in by the others is not for it to
// send.
static void interrupts(void)
{
    for (vector = 0; vector < 256; vector++) {
        if (vector == 3 || vector == 4)
            continue;
        int number = signal_of(interrupt);
        if (number != SIGSEGV)
            expect_failed(__FILE__, __LINE__, "a gate is closed, by its vector", vector, number);
    }
}

// popfq passes over what user mode may not change: events stay enabled, or this would never end by the alarm.
static void flags(void)
{
    uint64_t seen;

    __asm__ volatile("pushq $0x3002\n\tpopfq\n\tpushfq\n\tpopq %0" : "=r"(seen)::"memory", "cc");
    EXPECT(seen & 0x3200, 0x200);
    handler_set(SIGALRM, signal_note, 0);
    alarm(1);
    while (signal_count == 0)
        __asm__ volatile("pause");
    alarm(0);
}

const struct test tests_privileged[] = {
    {"privileged_instructions", instructions},
    {"privileged_hypervisor_calls", hypervisor_calls},
    {"privileged_interrupts", interrupts},
    {"privileged_flags", flags},
    {NULL, NULL},
};
