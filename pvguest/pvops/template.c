// SPDX-License-Identifier: MIT
// What call sites become. On the bare machine the instruction itself, and the same where it is to trap. Under
// a hypervisor an access to the shared page where that is all there is to do. What is missing here is a
// direct call.
//
// As in a call the arguments are in rdi, rsi and rdx, and the result is in rax. Texts name memory by its
// absolute address, so that they work wherever they are.
#include "abi/vcpu.h"
#include "pvops/backend.h"
#include "pvops/patch.h"

#define STRING(text)   #text
#define EXPANDED(text) STRING(text)
#define PAGE(field)    "pv_vcpu_page + " EXPANDED(PV_VCPU_##field)

// A text, from the label to the label that ends in `_end`.
#define TEXT(name, instructions)                                                                             \
    extern const char text_##name[], text_##name##_end[];                                                    \
    __asm__(".pushsection .rodata.texts, \"a\"\n"                                                            \
            "text_" #name ": " instructions "\n"                                                             \
            "text_" #name "_end:\n"                                                                          \
            ".popsection")

#define TEMPLATE(member, name)                                                                               \
    {                                                                                                        \
        offsetof(struct pvops, member), text_##name, text_##name##_end                                       \
    }

TEXT(hlt, "hlt");
TEXT(pause, "pause");
TEXT(read_cr0, "mov %cr0, %rax");
TEXT(write_cr0, "mov %rdi, %cr0");
TEXT(read_cr2, "mov %cr2, %rax");
TEXT(read_cr3, "mov %cr3, %rax");
TEXT(read_cr4, "mov %cr4, %rax");
TEXT(write_cr4, "mov %rdi, %cr4");
TEXT(cli, "cli");
TEXT(sti, "sti");
TEXT(pushf_cli, "pushfq; popq %rax; cli");
TEXT(popf, "pushq %rdi; popfq");
TEXT(sti_hlt, "sti; hlt");
TEXT(store, "movq %rsi, (%rdi)");
TEXT(store_invlpg, "movq %rsi, (%rdi); invlpg (%rdx)");
TEXT(invlpg, "invlpg (%rdi)");
TEXT(reload_cr3, "mov %cr3, %rax; mov %rax, %cr3");
TEXT(nothing, "");

TEXT(page_cr2, "movq " PAGE(CR2) ", %rax");
TEXT(page_mask, "movb $1, " PAGE(EVENT_MASK));
TEXT(page_unmask, "movb $0, " PAGE(EVENT_MASK) "\n"
                                               "cmpb $0, " PAGE(EVENT_PENDING) "\n"
                                                                               "je 1f\n"
                                                                               "call *pv_event_take_pointer\n"
                                                                               "1:");
TEXT(page_save, "movzbl " PAGE(EVENT_MASK) ", %eax; movb $1, " PAGE(EVENT_MASK));

const struct pv_template templates_native[] = {
    TEMPLATE(cpu.halt, hlt),
    TEMPLATE(cpu.yield, pause),
    TEMPLATE(cpu.read_cr0, read_cr0),
    TEMPLATE(cpu.write_cr0, write_cr0),
    TEMPLATE(cpu.read_cr2, read_cr2),
    TEMPLATE(cpu.read_cr3, read_cr3),
    TEMPLATE(cpu.read_cr4, read_cr4),
    TEMPLATE(cpu.write_cr4, write_cr4),
    TEMPLATE(irq.disable, cli),
    TEMPLATE(irq.enable, sti),
    TEMPLATE(irq.save, pushf_cli),
    TEMPLATE(irq.restore, popf),
    TEMPLATE(irq.wait, sti_hlt),
    TEMPLATE(mmu.set_level1, store),
    TEMPLATE(mmu.set_level2, store),
    TEMPLATE(mmu.set_level3, store),
    TEMPLATE(mmu.set_level4, store),
    TEMPLATE(mmu.set_page, store_invlpg),
    TEMPLATE(mmu.invalidate_page, invlpg),
    TEMPLATE(mmu.flush, reload_cr3),
    TEMPLATE(mmu.lazy_begin, nothing),
    TEMPLATE(mmu.lazy_end, nothing),
    {0, NULL, NULL},
};

// The interrupt flag cannot be saved and restored with pushf and popf, which do not fault in ring 3; the root
// has a second one for user mode beside it.
const struct pv_template templates_trap[] = {
    TEMPLATE(cpu.halt, hlt),
    TEMPLATE(cpu.yield, pause),
    TEMPLATE(cpu.read_cr0, read_cr0),
    TEMPLATE(cpu.write_cr0, write_cr0),
    TEMPLATE(cpu.read_cr2, read_cr2),
    TEMPLATE(cpu.read_cr4, read_cr4),
    TEMPLATE(cpu.write_cr4, write_cr4),
    TEMPLATE(irq.disable, cli),
    TEMPLATE(irq.enable, sti),
    TEMPLATE(irq.wait, sti_hlt),
    TEMPLATE(mmu.set_level1, store),
    TEMPLATE(mmu.set_level2, store),
    TEMPLATE(mmu.set_level3, store),
    TEMPLATE(mmu.set_page, store_invlpg),
    TEMPLATE(mmu.invalidate_page, invlpg),
    TEMPLATE(mmu.lazy_begin, nothing),
    TEMPLATE(mmu.lazy_end, nothing),
    {0, NULL, NULL},
};

const struct pv_template templates_hypercall[] = {
    TEMPLATE(cpu.read_cr2, page_cr2),
    TEMPLATE(irq.disable, page_mask),
    TEMPLATE(irq.enable, page_unmask),
    TEMPLATE(irq.save, page_save),
    {0, NULL, NULL},
};

// The shared page is one of many.
const struct pv_template templates_none[] = {
    {0, NULL, NULL},
};
