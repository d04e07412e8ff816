// SPDX-License-Identifier: MIT
/*
 * mode=trap: interrupts through the virtual 8259, handlers from the guest's own IDT, its kernel stack from
 * its own task state. Tables are read from guest memory when they are needed, as a processor does.
 */
#include "emulate/machine.h"

#include "core/domain.h"
#include "core/exception.h"
#include "core/timer.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/layout.h"

#define CR0_START  0x80050033ull /* PG AM WP NE ET MP PE */
#define CR4_START  0x620ull      /* PAE OSFXSR OSXMMEXCPT */
#define EFER_START 0xd01ull      /* NXE LMA LME SCE */
#define DR6_START  0xffff0ff0ull
#define DR7_START  0x400ull

#define IRQ_TIMER  0
#define IRQ_SERIAL 4

#define NS_PER_SECOND 1000000000ull
#define PERIOD_LEAST  100000ull

/* A gate of the IDT (Intel SDM vol. 3, figure 6-8). */
#define GATE_SIZE      16
#define GATE_PRESENT   (1ull << 47)
#define GATE_DPL       (3ull << 45)
#define GATE_TYPE(low) ((low) >> 40 & 0xf)
#define GATE_INTERRUPT 0xe

/* rsp0 in the task state (Intel SDM vol. 3, figure 8-11). */
#define TASK_RSP0 4

static void machine_open(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);

    machine->cr[0] = CR0_START;
    machine->cr[4] = CR4_START;
    machine->efer = EFER_START;
    machine->dr[6] = DR6_START;
    machine->dr[7] = DR7_START;
    pic_reset(&machine->pic);
    pit_reset(&machine->pit);
    uart_reset(&machine->uart);
}

uint64_t machine_pit_now(void)
{
    uint64_t now = clock_now();

    return now / NS_PER_SECOND * PIT_HZ + now % NS_PER_SECOND * PIT_HZ / NS_PER_SECOND;
}

/* The first nanosecond at which the 8254 has counted that far. */
static uint64_t pit_time(uint64_t tick)
{
    return tick / PIT_HZ * NS_PER_SECOND + (tick % PIT_HZ * NS_PER_SECOND + PIT_HZ - 1) / PIT_HZ;
}

/*
 * The 8254 can be asked for an interrupt every two of its ticks. An edge while the last one is still waiting
 * changes nothing, so none is waited for, and no guest gets more than one in PERIOD_LEAST: its timer runs
 * also while others do.
 */
void machine_timer_update(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    uint64_t deadline = pit_deadline(&machine->pit);
    uint64_t earliest = clock_now() + PERIOD_LEAST;

    if (deadline == PIT_NEVER || (machine->pic.chip[0].requested & 1 << IRQ_TIMER) != 0) {
        timer_cancel(vcpu);
    } else {
        uint64_t time = pit_time(deadline);

        timer_set(vcpu, time > earliest ? time : earliest);
    }
}

/* The 8259's inputs see edges: a line that stays high raises nothing. */
void machine_lines_update(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    bool line = uart_interrupt(&machine->uart);

    if (line && !machine->uart_line) {
        pic_raise(&machine->pic, IRQ_SERIAL);
    }
    machine->uart_line = line;
    if (pic_pending(&machine->pic)) {
        vcpu_notify(vcpu, ATTENTION_EVENT);
    }
}

void machine_serial_feed(struct vcpu *vcpu)
{
    struct uart *uart = &machine_of(vcpu)->uart;
    struct lock *reader = &vcpu->domain->console.reader;
    uint8_t byte;

    lock_take(reader);
    while (console_peek(vcpu->domain, &byte, 1) != 0 && uart_receive(uart, byte)) {
        console_take(vcpu->domain, 1);
    }
    lock_put(reader);
}

static void machine_event(struct vcpu *vcpu, enum pv_event event)
{
    uint32_t notice = event == PV_EVENT_CONSOLE ? MACHINE_CONSOLE : MACHINE_TIMER;

    __atomic_or_fetch(&machine_of(vcpu)->notices, notice, __ATOMIC_SEQ_CST);
    vcpu_notify(vcpu, ATTENTION_EVENT);
}

__attribute__((noinline)) static void notices_take(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    uint32_t notices = __atomic_exchange_n(&machine->notices, 0, __ATOMIC_SEQ_CST);

    if ((notices & MACHINE_CONSOLE) != 0) {
        machine_serial_feed(vcpu);
    }
    if ((notices & MACHINE_TIMER) != 0) {
        if (pit_expire(&machine->pit, machine_pit_now())) {
            pic_raise(&machine->pic, IRQ_TIMER);
        }
        machine_timer_update(vcpu);
    }
    machine_lines_update(vcpu);
}

void machine_refresh(struct vcpu *vcpu)
{
    if (__atomic_load_n(&machine_of(vcpu)->notices, __ATOMIC_SEQ_CST) != 0) {
        notices_take(vcpu);
    }
}

static bool machine_gate(struct vcpu *vcpu, unsigned vector, struct gate *gate)
{
    const struct table_register *idt = &machine_of(vcpu)->idt;
    uint64_t low, high;

    if ((vector + 1) * GATE_SIZE - 1 > idt->limit ||
        !guest_read_pair(gva(idt->base + (uint64_t)vector * GATE_SIZE), &low, &high) ||
        (low & GATE_PRESENT) == 0) {
        return false;
    }
    gate->handler = (low & 0xffff) | (low >> 48 & 0xffff) << 16 | (high & 0xffffffff) << 32;
    gate->mask_events = GATE_TYPE(low) == GATE_INTERRUPT;
    gate->user = (low & GATE_DPL) == GATE_DPL;
    return true;
}

/* As the processor does it (Intel SDM vol. 2, SYSCALL), but that the stack is always in reach. */
static bool machine_syscall(struct vcpu *vcpu)
{
    const struct machine *machine = machine_of(vcpu);
    struct registers *r = &vcpu->entry.registers;

    if ((machine->efer & EFER_SCE) == 0 || machine->lstar == 0) {
        return false;
    }
    r->rcx = r->rip;
    r->r11 = exception_flags(vcpu) & ~(uint64_t)RFLAGS_RF;
    r->rip = machine->lstar;
    r->rflags = (r->rflags & RFLAGS_GUEST & ~machine->sfmask & ~(uint64_t)RFLAGS_RF) | RFLAGS_ONE | RFLAGS_IF;
    if ((machine->sfmask & RFLAGS_IF) != 0) {
        vcpu->entry.page->event_mask = 1;
    }
    vcpu_mode_set(vcpu, false);
    return true;
}

static bool machine_kernel_stack(struct vcpu *vcpu, uint64_t *stack)
{
    const struct machine *machine = machine_of(vcpu);

    return machine->task_base != 0 && guest_read(stack, gva(machine->task_base + TASK_RSP0), sizeof(*stack));
}

void machine_halt(struct vcpu *vcpu)
{
    vcpu_block(vcpu);
    machine_of(vcpu)->halted = true;
}

/* What wakes a virtual CPU need not become an interrupt: machine_deliver lets it sleep on then. */
static bool machine_pending(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);

    machine_refresh(vcpu);
    return machine->halted || pic_pending(&machine->pic);
}

static void machine_deliver(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    bool halted = machine->halted;
    int vector = pic_acknowledge(&machine->pic);
    struct gate gate;

    machine->halted = false;
    if (vector < 0) {
        if (halted) {
            machine_halt(vcpu);
        }
        return;
    }
    machine_timer_update(vcpu);
    if (!machine_gate(vcpu, (unsigned)vector, &gate)) {
        domain_end(vcpu->domain, true, "interrupt on vector %d without a handler", vector);
    } else if (!exception_enter(vcpu, &gate, false, 0)) {
        domain_end(vcpu->domain, true, "interrupt on vector %d, and the stack at %lx cannot be written",
                   vector, vcpu->entry.registers.rsp);
    } else {
        vcpu->count_upcalls++;
    }
}

const struct mode mode_trap = {
    .name = "trap",
    .fast = false,
    .open = machine_open,
    .exception = emulate_exception,
    .gate = machine_gate,
    .syscall = machine_syscall,
    .kernel_stack = machine_kernel_stack,
    .event = machine_event,
    .pending = machine_pending,
    .deliver = machine_deliver,
};
