// SPDX-License-Identifier: MIT
/*
 * privileged: instructions that only a kernel on the bare machine may execute.
 *
 * What: in mode=hypercall, one of each kind: halting, masking interrupts, ports, control and debug registers,
 * model-specific registers, descriptor tables, caches, translations, virtual machines. In mode=trap, with the
 * name of an instruction as the argument, one that nothing emulates.
 *
 * Why: a guest kernel runs in ring 3, and ring 3 is what stops these. Some depend on a bit that the
 * hypervisor has to set (ports on IOPL and the task's bitmap, rdpmc on CR4.PCE, the store of descriptor
 * tables on UMIP).
 *
 * How: each raises #GP or #UD, which this guest's handler gets. In mode=trap an instruction that is not known
 * ends the domain and has its bytes printed.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include <stddef.h>

const char test_name[] = "privileged";

static uint8_t scratch[16] __attribute__((aligned(16)));

/* One function for each instruction; the registers that it takes are set to something harmless. */
// NOLINTBEGIN(bugprone-macro-parentheses)
#define INSTRUCTION(name, text)                                                                              \
    static void do_##name(uint64_t argument)                                                                 \
    {                                                                                                        \
        (void)argument;                                                                                      \
        __asm__ volatile(text                                                                                \
                         :                                                                                   \
                         : "a"(0ul), "b"(0ul), "c"(0ul), "d"(0x3f8ul), "D"(scratch), "S"(scratch)            \
                         : "memory", "cc");                                                                  \
    }
// NOLINTEND(bugprone-macro-parentheses)

#define INSTRUCTIONS(_)                                                                                      \
    _(cli, "cli")                                                                                            \
    _(sti, "sti")                                                                                            \
    _(hlt, "hlt")                                                                                            \
    _(in_serial, "inb %%dx, %%al")                                                                           \
    _(out_serial, "outb %%al, %%dx")                                                                         \
    _(in_pic, "inb $0x21, %%al")                                                                             \
    _(out_reset, "outb %%al, $0x64")                                                                         \
    _(out_acpi, "movw $0x604, %%dx; outw %%ax, %%dx")                                                        \
    _(insb, "insb")                                                                                          \
    _(outsb, "outsb")                                                                                        \
    _(read_cr0, "mov %%cr0, %%rax")                                                                          \
    _(read_cr2, "mov %%cr2, %%rax")                                                                          \
    _(read_cr3, "mov %%cr3, %%rax")                                                                          \
    _(read_cr4, "mov %%cr4, %%rax")                                                                          \
    _(read_cr8, "mov %%cr8, %%rax")                                                                          \
    _(write_cr0, "mov %%rax, %%cr0")                                                                         \
    _(write_cr2, "mov %%rax, %%cr2")                                                                         \
    _(write_cr3, "mov %%rax, %%cr3")                                                                         \
    _(write_cr4, "mov %%rax, %%cr4")                                                                         \
    _(write_cr8, "mov %%rax, %%cr8")                                                                         \
    _(read_dr0, "mov %%dr0, %%rax")                                                                          \
    _(read_dr6, "mov %%dr6, %%rax")                                                                          \
    _(read_dr7, "mov %%dr7, %%rax")                                                                          \
    _(write_dr0, "mov %%rax, %%dr0")                                                                         \
    _(write_dr7, "mov %%rax, %%dr7")                                                                         \
    _(clts, "clts")                                                                                          \
    _(lmsw, "lmsw %%ax")                                                                                     \
    _(rdmsr_efer, "mov $0xc0000080, %%ecx; rdmsr")                                                           \
    _(wrmsr_efer, "mov $0xc0000080, %%ecx; wrmsr")                                                           \
    _(wrmsr_lstar, "mov $0xc0000082, %%ecx; wrmsr")                                                          \
    _(wrmsr_gs, "mov $0xc0000101, %%ecx; wrmsr")                                                             \
    _(rdpmc, "rdpmc")                                                                                        \
    _(swapgs, "swapgs")                                                                                      \
    _(sysret, "sysretq")                                                                                     \
    _(invlpg, "invlpg (%%rdi)")                                                                              \
    _(wbinvd, "wbinvd")                                                                                      \
    _(invd, "invd")                                                                                          \
    _(lgdt, "lgdt (%%rdi)")                                                                                  \
    _(lidt, "lidt (%%rdi)")                                                                                  \
    _(lldt, "lldt %%ax")                                                                                     \
    _(ltr, "ltr %%ax")                                                                                       \
    _(xsetbv, "xsetbv")                                                                                      \
    _(monitor, "monitor")                                                                                    \
    _(mwait, "mwait")                                                                                        \
    _(rsm, "rsm")                                                                                            \
    _(vmcall, "vmcall")                                                                                      \
    _(vmmcall, "vmmcall")                                                                                    \
    _(vmrun, "vmrun %%rax")                                                                                  \
    _(stgi, "stgi")                                                                                          \
    _(clgi, "clgi")                                                                                          \
    _(skinit, "skinit %%eax")                                                                                \
    _(vmxon, "vmxon (%%rdi)")                                                                                \
    _(invpcid, "invpcid (%%rdi), %%rax")                                                                     \
    _(stac, "stac")                                                                                          \
    _(clac, "clac")

INSTRUCTIONS(INSTRUCTION)

/* These are refused only where the processor has UMIP. */
INSTRUCTION(sgdt, "sgdt (%%rdi)")
INSTRUCTION(sidt, "sidt (%%rdi)")
INSTRUCTION(sldt, "sldt %%eax")
INSTRUCTION(str, "str %%eax")
INSTRUCTION(smsw, "smsw %%eax")

struct instruction {
    const char *name;
    void (*execute)(uint64_t);
};

#define ENTRY(name, text) {#name, do_##name},
static const struct instruction refused[] = {INSTRUCTIONS(ENTRY)};
static const struct instruction refused_by_umip[] = {
    {"sgdt", do_sgdt}, {"sidt", do_sidt}, {"sldt", do_sldt}, {"str", do_str}, {"smsw", do_smsw},
};

/* CPUID leaf 7, ECX bit 2 (Intel SDM vol. 2, CPUID). */
static bool has_umip(void)
{
    uint32_t a = 7, b, c = 0, d;

    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return (c & 4) != 0;
}

static void expect_refused(const struct instruction *instruction)
{
    struct fault fault = attempt(instruction->execute, 0);

    expect(fault.vector == PROTECTION || fault.vector == UNDEFINED, "%s: vector %u", instruction->name,
           fault.vector);
}

static void execute_unknown(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (argument_is(refused[i].name)) {
            print("executing %s\n", refused[i].name);
            refused[i].execute(0);
            expect(false, "%s was executed", refused[i].name);
            return;
        }
    }
    test_error("no such instruction");
}

void test_main(void)
{
    if (start_info->mode == PV_MODE_TRAP) {
        execute_unknown();
        return;
    }
    traps_open();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        expect_refused(&refused[i]);
    for (size_t i = 0; has_umip() && i < sizeof refused_by_umip / sizeof *refused_by_umip; i++)
        expect_refused(&refused_by_umip[i]);
}
