// SPDX-License-Identifier: MIT
/*
 * Finds out what instruction faulted and has it emulated. It is fetched once, and only what was fetched is
 * decoded; the result lies in the machine's state, so that nothing has to be built on the stack.
 */
#include "emulate/emulate.h"

#include "core/domain.h"
#include "core/exception.h"
#include "lib/print.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"

/* Bits of error codes: a page fault from user mode; a fault about the interrupt table, as of `int n`. */
#define ERROR_PRESENT 0x1u
#define ERROR_WRITE   0x2u
#define ERROR_USER    0x4u
#define ERROR_IDT     0x2u

gva_t emulate_address(struct vcpu *vcpu, const struct instruction *instruction)
{
    struct registers *r = &vcpu->entry.registers;
    uint64_t values[16];

    for (unsigned i = 0; i < 16; i++) {
        values[i] = *register_at(r, i);
    }
    return gva(instruction_address(instruction, values, r->rip + instruction->length, msr_read(MSR_FS_BASE),
                                   msr_read(MSR_KERNEL_GS_BASE)));
}

void emulate_refuse(struct vcpu *vcpu, const struct instruction *instruction)
{
    const struct machine *machine = machine_of(vcpu);
    char text[sizeof(machine->fetched) * 3 + 1] = "";
    int length = 0;

    (void)instruction;
    for (unsigned i = 0; i < machine->available; i++) {
        length +=
            print_format(text + length, sizeof(text) - (size_t)length, " %02x", machine->fetched.bytes[i]);
    }
    domain_end(vcpu->domain, true, "general protection at %lx: cannot emulate the instruction%s",
               vcpu->entry.registers.rip, text);
}

static emulate_function *const functions[INSTRUCTION_KINDS] = {
    [INSTRUCTION_LMSW] = emulate_refuse,
    [INSTRUCTION_INS] = emulate_refuse,
    [INSTRUCTION_OUTS] = emulate_refuse,
    [INSTRUCTION_RDPMC] = emulate_refuse,
    [INSTRUCTION_XSETBV] = emulate_refuse,
    [INSTRUCTION_MOV_FROM_CR] = emulate_mov_from_cr,
    [INSTRUCTION_MOV_TO_CR] = emulate_mov_to_cr,
    [INSTRUCTION_MOV_FROM_DR] = emulate_mov_from_dr,
    [INSTRUCTION_MOV_TO_DR] = emulate_mov_to_dr,
    [INSTRUCTION_CLTS] = emulate_nothing,
    [INSTRUCTION_INVD] = emulate_nothing,
    [INSTRUCTION_WBINVD] = emulate_nothing,
    [INSTRUCTION_INVLPG] = emulate_invlpg,
    [INSTRUCTION_LGDT] = emulate_lgdt,
    [INSTRUCTION_LIDT] = emulate_lidt,
    [INSTRUCTION_SGDT] = emulate_sgdt,
    [INSTRUCTION_SIDT] = emulate_sidt,
    [INSTRUCTION_LLDT] = emulate_lldt,
    [INSTRUCTION_SLDT] = emulate_sldt,
    [INSTRUCTION_LTR] = emulate_ltr,
    [INSTRUCTION_STR] = emulate_str,
    [INSTRUCTION_SMSW] = emulate_smsw,
    [INSTRUCTION_CLI] = emulate_cli,
    [INSTRUCTION_STI] = emulate_sti,
    [INSTRUCTION_HLT] = emulate_hlt,
    [INSTRUCTION_IN] = emulate_in,
    [INSTRUCTION_OUT] = emulate_out,
    [INSTRUCTION_RDMSR] = emulate_rdmsr,
    [INSTRUCTION_WRMSR] = emulate_wrmsr,
    [INSTRUCTION_SWAPGS] = emulate_swapgs,
    [INSTRUCTION_IRET] = emulate_iret,
    [INSTRUCTION_SYSRET] = emulate_sysret,
};

static inline void fetched_set(struct machine *machine, uint64_t first, uint64_t second)
{
    machine->fetched.words[0] = first;
    machine->fetched.words[1] = second;
    machine->available = sizeof(machine->fetched);
}

/* Near the end of a page the bytes that there are before it, when the next page cannot be read. */
static void fetch_short(struct machine *machine, uint64_t rip)
{
    uint64_t left = PAGE_SIZE - rip % PAGE_SIZE;

    machine->available = 0;
    if (left < sizeof(machine->fetched) && guest_read(machine->fetched.bytes, gva(rip), left)) {
        machine->available = (unsigned)left;
    }
}

void emulate_fetch(struct vcpu *vcpu)
{
    uint64_t first, second;

    if (guest_read_pair(gva(vcpu->entry.registers.rip), &first, &second)) {
        fetched_set(machine_of(vcpu), first, second);
    } else {
        fetch_short(machine_of(vcpu), vcpu->entry.registers.rip);
    }
}

static inline void dispatch(struct vcpu *vcpu, const struct instruction *instruction)
{
    vcpu->count_emulated++;
    functions[instruction->kind](vcpu, instruction);
}

/*
 * What is not privileged is the guest's own fault, if it handles general protection. Without a handler it
 * ends here, with its bytes.
 */
static void not_privileged(struct vcpu *vcpu)
{
    struct gate gate;

    if (vcpu->domain->mode->gate(vcpu, VECTOR_GENERAL_PROTECTION, &gate)) {
        exception_reflect(vcpu);
    } else {
        emulate_refuse(vcpu, NULL);
    }
}

/* Every form of instruction. */
__attribute__((noinline)) static void emulate_any(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);

    if (instruction_decode(machine->fetched.bytes, machine->available, &machine->instruction) == DECODE_OK) {
        dispatch(vcpu, &machine->instruction);
    } else {
        not_privileged(vcpu);
    }
}

__attribute__((noinline)) static void emulate_at_page_end(struct vcpu *vcpu)
{
    fetch_short(machine_of(vcpu), vcpu->entry.registers.rip);
    emulate_any(vcpu);
}

/* The common forms, with nothing kept on the stack: every way out is a jump. */
static inline void emulate(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    uint64_t first, second;

    if (!guest_read_pair(gva(vcpu->entry.registers.rip), &first, &second)) {
        emulate_at_page_end(vcpu);
        return;
    }
    fetched_set(machine, first, second);
    if (instruction_decode_short((uint32_t)first, &machine->instruction)) {
        dispatch(vcpu, &machine->instruction);
    } else {
        emulate_any(vcpu);
    }
}

/* Whether it may be a store to a table: a write, not allowed where something is mapped, by the kernel. */
static bool may_be_table_store(const struct vcpu *vcpu)
{
    const uint32_t bits = ERROR_PRESENT | ERROR_WRITE | ERROR_USER;

    return (vcpu->entry.registers.error & bits) == bits && !vcpu_in_user_mode(vcpu);
}

/*
 * A page fault: a store to a table is done for the guest. IRET in ring 3 to a lower ring is a
 * general-protection fault; but where the processor reads the frame first, as an access of its own, SMAP
 * makes it a page fault that claims not to come from user mode.
 */
static void page_fault(struct vcpu *vcpu)
{
    uint64_t address = cr2_read();

    if ((vcpu->entry.registers.error & ERROR_USER) == 0 && !vcpu_in_user_mode(vcpu)) {
        emulate(vcpu);
        return;
    }
    if (may_be_table_store(vcpu) && emulate_table_store(vcpu, gva(address))) {
        return;
    }
    vcpu->entry.page->cr2 = address;
    machine_of(vcpu)->cr[2] = address;
    exception_reflect(vcpu);
}

/* Exceptions that are not plainly a privileged instruction's. */
__attribute__((noinline)) static void exception_other(struct vcpu *vcpu)
{
    const struct registers *r = &vcpu->entry.registers;

    if (r->vector == VECTOR_PAGE_FAULT) {
        page_fault(vcpu);
    } else if (r->vector == VECTOR_GENERAL_PROTECTION && (r->error & 7) != ERROR_IDT &&
               !vcpu_in_user_mode(vcpu)) {
        emulate(vcpu);
    } else {
        exception_reflect(vcpu);
    }
}

void emulate_exception(struct vcpu *vcpu)
{
    const struct registers *r = &vcpu->entry.registers;

    if (r->vector == VECTOR_GENERAL_PROTECTION && r->error == 0 && !vcpu_in_user_mode(vcpu)) {
        emulate(vcpu);
    } else {
        exception_other(vcpu);
    }
}
