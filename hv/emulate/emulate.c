// SPDX-License-Identifier: MIT
/*
 * Emulation of privileged instructions. One function for each kind, found by table; each does the same verb
 * that the hypercall would. The instruction is fetched once, and only what was fetched is decoded.
 */
#include "core/console.h"
#include "core/domain.h"
#include "core/exception.h"
#include "core/log.h"
#include "emulate/machine.h"
#include "lib/print.h"
#include "lib/string.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/layout.h"

#define VECTOR_INVALID_OPCODE     6
#define VECTOR_GENERAL_PROTECTION 13
#define VECTOR_PAGE_FAULT         14

/* A fault of ring 3 that claims not to come from user mode: an implicit access of the processor's own. */
#define ERROR_USER 0x4u

#define FETCH_SIZE 16
#define HLT_OPCODE 0xf4

/* Which control registers there are, by number. */
#define CONTROL_REGISTERS 0x11du

/* CR0 and CR4 as a guest may have them: the loader's, plus what makes no difference to it. */
#define CR0_REQUIRED 0x80000001ull
#define CR0_REFUSED  0x6000000cull /* CD NW TS EM */
#define CR4_ALLOWED  0x3f0ff8ull

/* A task-state descriptor's base (Intel SDM vol. 3, figure 8-4). */
#define DESCRIPTOR_MASK 0xfff8u

struct operation {
    struct vcpu *vcpu;
    struct instruction instruction;
    uint8_t bytes[FETCH_SIZE];
    unsigned available;
};

/* Does the instruction and moves the guest past it, or raises an exception; false if that is not known how. */
typedef bool emulate_function(struct operation *operation);

static uint64_t *operand(const struct operation *o)
{
    return register_at(&o->vcpu->entry.registers, o->instruction.rm);
}

static bool done(const struct operation *o)
{
    vcpu_skip(o->vcpu, o->instruction.length);
    return true;
}

static bool raise(const struct operation *o, unsigned vector)
{
    exception_raise(o->vcpu, vector, 0);
    return true;
}

static gva_t operand_address(const struct operation *o)
{
    struct registers *r = &o->vcpu->entry.registers;
    uint64_t values[16];

    for (unsigned i = 0; i < 16; i++) {
        values[i] = *register_at(r, i);
    }
    return gva(instruction_address(&o->instruction, values, r->rip + o->instruction.length, msr_read(MSR_FS_BASE),
                                   msr_read(MSR_KERNEL_GS_BASE)));
}

static bool emulate_mov_from_cr(struct operation *o)
{
    if ((CONTROL_REGISTERS >> o->instruction.reg & 1) == 0) {
        return raise(o, VECTOR_INVALID_OPCODE);
    }
    *operand(o) = machine_of(o->vcpu)->cr[o->instruction.reg];
    return done(o);
}

/* In this version the loader's tables are the guest's only ones: loading them again flushes. */
static bool root_load(struct operation *o, uint64_t value)
{
    if ((value & ~0xfffull) != machine_of(o->vcpu)->cr[3]) {
        domain_end(o->vcpu->domain, true, "loads CR3 with %lx; only the loader's root %lx is allowed", value,
                   machine_of(o->vcpu)->cr[3]);
        return true;
    }
    cr3_write(o->vcpu->root);
    o->vcpu->count_root_loads++;
    return done(o);
}

static bool cr0_load(struct operation *o, uint64_t value)
{
    if ((value & CR0_REQUIRED) != CR0_REQUIRED || (value & CR0_REFUSED) != 0) {
        domain_end(o->vcpu->domain, true, "loads CR0 with %lx, which mode=trap cannot do", value);
        return true;
    }
    machine_of(o->vcpu)->cr[0] = value;
    return done(o);
}

static bool cr4_load(struct operation *o, uint64_t value)
{
    if ((value & ~CR4_ALLOWED) != 0) {
        return raise(o, VECTOR_GENERAL_PROTECTION);
    }
    machine_of(o->vcpu)->cr[4] = value;
    return done(o);
}

static bool emulate_mov_to_cr(struct operation *o)
{
    uint64_t value = *operand(o);

    switch (o->instruction.reg) {
    case 0:
        return cr0_load(o, value);
    case 3:
        return root_load(o, value);
    case 4:
        return cr4_load(o, value);
    case 2:
    case 8:
        machine_of(o->vcpu)->cr[o->instruction.reg] = value;
        return done(o);
    default:
        return raise(o, VECTOR_INVALID_OPCODE);
    }
}

/* Debug registers hold what is written to them, without effect. */
static bool emulate_mov_from_dr(struct operation *o)
{
    *operand(o) = machine_of(o->vcpu)->dr[o->instruction.reg & 7];
    return done(o);
}

static bool emulate_mov_to_dr(struct operation *o)
{
    machine_of(o->vcpu)->dr[o->instruction.reg & 7] = *operand(o);
    return done(o);
}

static bool emulate_cli(struct operation *o)
{
    o->vcpu->entry.page->event_mask = 1;
    return done(o);
}

static bool emulate_hlt(struct operation *o)
{
    done(o);
    if (o->vcpu->entry.page->event_mask != 0) {
        domain_end(o->vcpu->domain, false, "halted with interrupts disabled");
    } else {
        vcpu_block(o->vcpu);
    }
    return true;
}

/*
 * STI takes effect after the next instruction (Intel SDM vol. 2, STI). That matters before HLT, where an interrupt in
 * between would be served and the processor then sleep on: the two are done as one.
 */
static bool emulate_sti(struct operation *o)
{
    struct vcpu *vcpu = o->vcpu;

    done(o);
    vcpu->entry.page->event_mask = 0;
    if (o->instruction.length < o->available && o->bytes[o->instruction.length] == HLT_OPCODE) {
        vcpu_skip(vcpu, 1);
        vcpu_block(vcpu);
    } else if (vcpu->domain->mode->pending(vcpu)) {
        vcpu_attention(vcpu, ATTENTION_EVENT);
    }
    return true;
}

static bool emulate_nothing(struct operation *o)
{
    return done(o);
}

static bool emulate_invlpg(struct operation *o)
{
    gva_t address = operand_address(o);

    if (guest_address_ok(address)) {
        page_invalidate(address.address);
    }
    return done(o);
}

static bool table_load(struct operation *o, struct table_register *table)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) image;

    if (!guest_read(&image, operand_address(o), sizeof(image))) {
        return raise(o, VECTOR_GENERAL_PROTECTION);
    }
    table->limit = image.limit;
    table->base = image.base;
    return done(o);
}

static bool table_store(struct operation *o, const struct table_register *table)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) image = {table->limit, table->base};

    if (!guest_write(operand_address(o), &image, sizeof(image))) {
        return raise(o, VECTOR_GENERAL_PROTECTION);
    }
    return done(o);
}

static bool emulate_lgdt(struct operation *o)
{
    return table_load(o, &machine_of(o->vcpu)->gdt);
}

static bool emulate_lidt(struct operation *o)
{
    return table_load(o, &machine_of(o->vcpu)->idt);
}

static bool emulate_sgdt(struct operation *o)
{
    return table_store(o, &machine_of(o->vcpu)->gdt);
}

static bool emulate_sidt(struct operation *o)
{
    return table_store(o, &machine_of(o->vcpu)->idt);
}

/* The 16-bit operand of LLDT and LTR. */
static bool selector_read(struct operation *o, uint16_t *selector)
{
    if (!o->instruction.memory) {
        *selector = (uint16_t)*operand(o);
        return true;
    }
    return guest_read(selector, operand_address(o), sizeof(*selector));
}

/* Only the null selector: there are no local descriptors. */
static bool emulate_lldt(struct operation *o)
{
    uint16_t selector;

    if (!selector_read(o, &selector) || (selector & DESCRIPTOR_MASK) != 0) {
        return raise(o, VECTOR_GENERAL_PROTECTION);
    }
    return done(o);
}

static bool emulate_ltr(struct operation *o)
{
    struct machine *machine = machine_of(o->vcpu);
    uint64_t low, high;
    uint16_t selector;

    if (!selector_read(o, &selector) || (selector & DESCRIPTOR_MASK) + 15u > machine->gdt.limit ||
        !guest_read_pair(gva(machine->gdt.base + (selector & DESCRIPTOR_MASK)), &low, &high)) {
        return raise(o, VECTOR_GENERAL_PROTECTION);
    }
    machine->task = selector;
    machine->task_base = (low >> 16 & 0xffffff) | (low >> 56) << 24 | high << 32;
    return done(o);
}

/* SMSW, SLDT and STR, which UMIP makes fault. */
static bool word_store(struct operation *o, uint64_t value)
{
    uint16_t word = (uint16_t)value;

    if (!o->instruction.memory) {
        *operand(o) = value;
    } else if (!guest_write(operand_address(o), &word, sizeof(word))) {
        return raise(o, VECTOR_GENERAL_PROTECTION);
    }
    return done(o);
}

static bool emulate_smsw(struct operation *o)
{
    return word_store(o, machine_of(o->vcpu)->cr[0]);
}

static bool emulate_sldt(struct operation *o)
{
    return word_store(o, 0);
}

static bool emulate_str(struct operation *o)
{
    return word_store(o, machine_of(o->vcpu)->task);
}

static uint16_t port_of(const struct operation *o)
{
    return o->instruction.port_in_dx ? (uint16_t)o->vcpu->entry.registers.rdx : o->instruction.port;
}

static bool emulate_in(struct operation *o)
{
    uint32_t value = machine_port_read(o->vcpu, port_of(o), o->instruction.operand_size);
    uint64_t *rax = &o->vcpu->entry.registers.rax;

    switch (o->instruction.operand_size) {
    case 1:
        *rax = (*rax & ~0xffull) | (value & 0xff);
        break;
    case 2:
        *rax = (*rax & ~0xffffull) | (value & 0xffff);
        break;
    default:
        *rax = value;
        break;
    }
    return done(o);
}

static bool emulate_out(struct operation *o)
{
    done(o);
    machine_port_write(o->vcpu, port_of(o), o->instruction.operand_size, (uint32_t)o->vcpu->entry.registers.rax);
    return true;
}

static bool emulate_rdmsr(struct operation *o)
{
    struct registers *r = &o->vcpu->entry.registers;
    uint64_t value;

    if (!machine_msr_read(o->vcpu, (uint32_t)r->rcx, &value)) {
        return raise(o, VECTOR_GENERAL_PROTECTION);
    }
    r->rax = (uint32_t)value;
    r->rdx = value >> 32;
    return done(o);
}

static bool emulate_wrmsr(struct operation *o)
{
    const struct registers *r = &o->vcpu->entry.registers;

    if (!machine_msr_write(o->vcpu, (uint32_t)r->rcx, r->rdx << 32 | (uint32_t)r->rax)) {
        return raise(o, VECTOR_GENERAL_PROTECTION);
    }
    return done(o);
}

static bool emulate_swapgs(struct operation *o)
{
    struct machine *machine = machine_of(o->vcpu);
    uint64_t base = msr_read(MSR_KERNEL_GS_BASE);

    msr_write(MSR_KERNEL_GS_BASE, machine->kernel_gs_base);
    machine->kernel_gs_base = base;
    return done(o);
}

static bool emulate_iret(struct operation *o)
{
    struct iret_frame frame;

    if (o->instruction.operand_size != 8) {
        return false;
    }
    if (!guest_read(&frame, gva(o->vcpu->entry.registers.rsp), sizeof(frame))) {
        domain_end(o->vcpu->domain, true, "iret: the frame at %lx cannot be read", o->vcpu->entry.registers.rsp);
    } else {
        exception_return(o->vcpu, &frame);
    }
    return true;
}

static emulate_function *const functions[INSTRUCTION_KINDS] = {
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
};

/* Fetches the instruction: 16 bytes at once, or what there is before the end of the page. */
static void fetch(struct operation *o)
{
    uint64_t rip = o->vcpu->entry.registers.rip;
    uint64_t words[2];

    o->available = FETCH_SIZE;
    if (guest_read_pair(gva(rip), &words[0], &words[1])) {
        memcpy(o->bytes, words, sizeof(words));
        return;
    }
    o->available = (unsigned)(PAGE_SIZE - rip % PAGE_SIZE);
    if (o->available > FETCH_SIZE || !guest_read(o->bytes, gva(rip), o->available)) {
        o->available = 0;
    }
}

static void refuse(const struct operation *o)
{
    char text[FETCH_SIZE * 3 + 1] = "";
    int length = 0;

    for (unsigned i = 0; i < o->available; i++) {
        length += print_format(text + length, sizeof(text) - (size_t)length, " %02x", o->bytes[i]);
    }
    domain_end(o->vcpu->domain, true, "general protection at %lx: cannot emulate the instruction%s",
               o->vcpu->entry.registers.rip, text);
}

/* Whether the guest handles general protection itself: then an instruction that is not privileged is its own. */
static bool guest_handles(struct vcpu *vcpu)
{
    struct gate gate;

    return vcpu->domain->mode->gate(vcpu, VECTOR_GENERAL_PROTECTION, &gate);
}

/*
 * IRET in ring 3 to a lower ring is a general-protection fault. Where the processor reads the frame first, as
 * an access of its own, SMAP makes it a page fault that claims not to come from user mode.
 */
static bool privileged_fault(const struct registers *r)
{
    return (r->vector == VECTOR_GENERAL_PROTECTION && (r->error & 7) != 2) ||
           (r->vector == VECTOR_PAGE_FAULT && (r->error & ERROR_USER) == 0);
}

bool emulate_exception(struct vcpu *vcpu)
{
    struct operation operation;
    emulate_function *function;

    operation.vcpu = vcpu;
    if (vcpu->entry.registers.vector == VECTOR_PAGE_FAULT) {
        machine_of(vcpu)->cr[2] = vcpu->entry.page->cr2;
    }
    if (vcpu_in_user_mode(vcpu) || !privileged_fault(&vcpu->entry.registers)) {
        return false;
    }
    fetch(&operation);
    if (instruction_decode(operation.bytes, operation.available, &operation.instruction) != DECODE_OK) {
        if (guest_handles(vcpu)) {
            return false;
        }
        refuse(&operation);
        return true;
    }
    function = functions[operation.instruction.kind];
    if (function == NULL || !function(&operation)) {
        refuse(&operation);
        return true;
    }
    vcpu->count_emulated++;
    return true;
}
