// SPDX-License-Identifier: MIT
/*
 * Emulation of the descriptor-table registers, the task register, and what UMIP makes fault when it is read.
 */
#include "core/exception.h"
#include "emulate/emulate.h"
#include "x86/guest_access.h"

/* The bits of a selector that count: the descriptor's offset in the table. */
#define DESCRIPTOR_MASK 0xfff8u

static void table_load(struct vcpu *vcpu, const struct instruction *instruction, struct table_register *table)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) image;

    if (!guest_read(&image, emulate_address(vcpu, instruction), sizeof(image))) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    table->limit = image.limit;
    table->base = image.base;
    vcpu_skip(vcpu, instruction->length);
}

static void table_store(struct vcpu *vcpu, const struct instruction *instruction,
                        const struct table_register *table)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) image = {table->limit, table->base};

    if (!guest_write(emulate_address(vcpu, instruction), &image, sizeof(image))) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    vcpu_skip(vcpu, instruction->length);
}

void emulate_lgdt(struct vcpu *vcpu, const struct instruction *instruction)
{
    table_load(vcpu, instruction, &machine_of(vcpu)->gdt);
}

void emulate_lidt(struct vcpu *vcpu, const struct instruction *instruction)
{
    table_load(vcpu, instruction, &machine_of(vcpu)->idt);
}

void emulate_sgdt(struct vcpu *vcpu, const struct instruction *instruction)
{
    table_store(vcpu, instruction, &machine_of(vcpu)->gdt);
}

void emulate_sidt(struct vcpu *vcpu, const struct instruction *instruction)
{
    table_store(vcpu, instruction, &machine_of(vcpu)->idt);
}

/* The 16-bit operand of LLDT and LTR. */
static bool selector_read(struct vcpu *vcpu, const struct instruction *instruction, uint16_t *selector)
{
    if (!instruction->memory) {
        *selector = (uint16_t)*emulate_operand(vcpu, instruction);
        return true;
    }
    return guest_read(selector, emulate_address(vcpu, instruction), sizeof(*selector));
}

/* Only the null selector: there are no local descriptors. */
void emulate_lldt(struct vcpu *vcpu, const struct instruction *instruction)
{
    uint16_t selector;

    if (!selector_read(vcpu, instruction, &selector) || (selector & DESCRIPTOR_MASK) != 0) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    vcpu_skip(vcpu, instruction->length);
}

void emulate_ltr(struct vcpu *vcpu, const struct instruction *instruction)
{
    struct machine *machine = machine_of(vcpu);
    uint64_t low, high;
    uint16_t selector;

    if (!selector_read(vcpu, instruction, &selector) ||
        (selector & DESCRIPTOR_MASK) + 15u > machine->gdt.limit ||
        !guest_read_pair(gva(machine->gdt.base + (selector & DESCRIPTOR_MASK)), &low, &high)) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    machine->task = selector;
    machine->task_base = (low >> 16 & 0xffffff) | (low >> 56) << 24 | high << 32;
    vcpu_skip(vcpu, instruction->length);
}

/* SMSW, SLDT and STR, which UMIP makes fault. */
static void word_store(struct vcpu *vcpu, const struct instruction *instruction, uint64_t value)
{
    uint16_t word = (uint16_t)value;

    if (!instruction->memory) {
        *emulate_operand(vcpu, instruction) = value;
    } else if (!guest_write(emulate_address(vcpu, instruction), &word, sizeof(word))) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    vcpu_skip(vcpu, instruction->length);
}

void emulate_smsw(struct vcpu *vcpu, const struct instruction *instruction)
{
    word_store(vcpu, instruction, machine_of(vcpu)->cr[0]);
}

void emulate_sldt(struct vcpu *vcpu, const struct instruction *instruction)
{
    word_store(vcpu, instruction, 0);
}

void emulate_str(struct vcpu *vcpu, const struct instruction *instruction)
{
    word_store(vcpu, instruction, machine_of(vcpu)->task);
}
