// SPDX-License-Identifier: MIT
/*
 * mode=trap: interrupts through the virtual 8259, handlers from the guest's own IDT, its kernel stack from
 * its own task state. Tables are read from guest memory when they are needed, as a processor does.
 */
#include "emulate/machine.h"

#include "core/domain.h"
#include "core/exception.h"
#include "core/timer.h"
#include "emulate/board.h"
#include "lib/string.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/layout.h"

#define CR0_START  0x80050033ull /* PG AM WP NE ET MP PE */
#define CR4_START  0x620ull      /* PAE OSFXSR OSXMMEXCPT */
#define EFER_START 0xd01ull      /* NXE LMA LME SCE */
#define DR6_START  0xffff0ff0ull
#define DR7_START  0x400ull

/* A gate of the IDT (Intel SDM vol. 3, figure 6-8). */
#define GATE_SIZE      16
#define GATE_PRESENT   (1ull << 47)
#define GATE_DPL       (3ull << 45)
#define GATE_TYPE(low) ((low) >> 40 & 0xf)
#define GATE_INTERRUPT 0xe

/* rsp0 in the task state (Intel SDM vol. 3, figure 8-11). */
#define TASK_RSP0 4

/* Also when a virtual CPU is started again: the board goes on as it is. */
static void machine_open(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    struct board *board = board_of(vcpu);

    if (board->first == NULL) {
        board_open(board, vcpu);
    }
    memset(machine, 0, sizeof(*machine));
    machine->notices = MACHINE_TIMER;
    apic_reset(&machine->apic, vcpu->number);
    machine->cr[0] = CR0_START;
    machine->cr[4] = CR4_START;
    machine->efer = EFER_START;
    machine->dr[6] = DR6_START;
    machine->dr[7] = DR7_START;
}

/* The board's deadline is the first virtual CPU's. */
void machine_timer_update(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    const struct board *board = board_of(vcpu);
    uint64_t deadline = vcpu->number == 0 ? __atomic_load_n(&board->deadline, __ATOMIC_SEQ_CST) : CLOCK_NEVER;
    uint64_t own = apic_deadline(&machine->apic);

    deadline = own < deadline ? own : deadline;
    if (deadline == machine->armed) {
        return;
    }
    machine->armed = deadline;
    if (deadline == CLOCK_NEVER) {
        timer_cancel(vcpu);
    } else {
        timer_set(vcpu, deadline);
    }
}

static void machine_event(struct vcpu *vcpu, enum pv_event event)
{
    if (event == PV_EVENT_CONSOLE) {
        board_note(board_of(vcpu), BOARD_CONSOLE);
        vcpu_notify(vcpu, ATTENTION_EVENT);
        return;
    }
    if (event == PV_EVENT_TIMER && vcpu->number == 0) {
        board_note(board_of(vcpu), BOARD_TIMER);
    }
    machine_note(vcpu, event == PV_EVENT_TIMER ? MACHINE_TIMER : MACHINE_CALLED);
}

static void requests_take(struct machine *machine)
{
    for (unsigned word = 0; word < APIC_WORDS; word++) {
        apic_request(&machine->apic, word, __atomic_exchange_n(&machine->asked[word], 0, __ATOMIC_SEQ_CST));
    }
}

/* A timer that has run out is not set any more, whatever `armed` says. */
__attribute__((noinline)) static void notices_take(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    uint32_t notices = __atomic_exchange_n(&machine->notices, 0, __ATOMIC_SEQ_CST);

    if ((notices & MACHINE_CALLED) != 0) {
        machine->called = true;
    }
    if ((notices & MACHINE_REQUEST) != 0) {
        requests_take(machine);
    }
    if ((notices & MACHINE_TIMER) != 0) {
        apic_expire(&machine->apic, clock_now());
        machine->armed = 0;
        machine_timer_update(vcpu);
    }
}

/* The board first: what it does may be a notice. */
void machine_refresh(struct vcpu *vcpu)
{
    board_refresh(board_of(vcpu));
    if (__builtin_expect(__atomic_load_n(&machine_of(vcpu)->notices, __ATOMIC_SEQ_CST) != 0, 0)) {
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
    const struct machine *machine = machine_of(vcpu);

    machine_refresh(vcpu);
    return machine->halted || machine->called || apic_pending(&machine->apic) ||
           (vcpu->number == 0 && board_interrupt(board_of(vcpu)));
}

/*
 * The vector of the interrupt that comes first: another virtual CPU's by call, then the 8259's, then the
 * local APIC's; -1 if there is none.
 */
static int interrupt_acknowledge(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    int vector;

    if (machine->called) {
        machine->called = false;
        return PV_TRAP_PROCESSOR_VECTOR;
    }
    vector = vcpu->number == 0 ? board_acknowledge(board_of(vcpu)) : -1;

    if (vector < 0 && apic_pending(&machine->apic)) {
        vector = apic_acknowledge(&machine->apic, clock_now());
        machine_timer_update(vcpu);
    }
    return vector;
}

static void machine_deliver(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);
    bool halted = machine->halted;
    int vector = interrupt_acknowledge(vcpu);
    struct gate gate;

    machine->halted = false;
    machine_refresh(vcpu);
    if (vector < 0) {
        if (halted) {
            machine_halt(vcpu);
        }
        return;
    }
    if (!machine_gate(vcpu, (unsigned)vector, &gate)) {
        domain_end(vcpu->domain, true, "interrupt on vector %d without a handler", vector);
    } else if (!exception_enter(vcpu, &gate, false, 0)) {
        domain_end(vcpu->domain, true, "interrupt on vector %d, and the stack at %lx cannot be written",
                   vector, vcpu->entry.registers.rsp);
    } else {
        vcpu->count_upcalls++;
        if (vcpu->entry.page->event_mask == 0 && machine_pending(vcpu)) { /* a trap gate */
            vcpu_attention(vcpu, ATTENTION_EVENT);
        }
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
