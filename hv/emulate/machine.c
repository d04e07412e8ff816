// SPDX-License-Identifier: MIT
/*
 * mode=trap: interrupts through the virtual 8259, handlers from the guest's own IDT, its kernel stack from
 * its own task state. Tables are read from guest memory when they are needed, as a processor does.
 */
#include "emulate/machine.h"

#include "core/domain.h"
#include "core/exception.h"
#include "core/timer.h"
#include "lib/string.h"
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

struct devices *devices_hold(struct domain *domain)
{
    struct devices *devices = &machine_of(domain->vcpus[0])->devices;

    lock_take(&devices->lock);
    return devices;
}

void devices_release(struct devices *devices)
{
    lock_put(&devices->lock);
}

/* Once: a processor that starts anew finds them as they are. */
static void devices_open(struct devices *devices)
{
    if (!devices->open) {
        devices->open = true;
        pic_reset(&devices->pic);
        pit_reset(&devices->pit);
        uart_reset(&devices->uart);
    }
}

static void machine_open(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);

    memset((uint8_t *)machine + sizeof(machine->devices), 0, sizeof(*machine) - sizeof(machine->devices));
    devices_open(&machine->devices);
    machine->cr[0] = CR0_START;
    machine->cr[4] = CR4_START;
    machine->efer = EFER_START;
    machine->dr[6] = DR6_START;
    machine->dr[7] = DR7_START;
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
void machine_timer_update(struct domain *domain)
{
    struct vcpu *vcpu = domain->vcpus[0];
    const struct devices *devices = &machine_of(vcpu)->devices;
    uint64_t deadline = pit_deadline(&devices->pit);
    uint64_t earliest = clock_now() + PERIOD_LEAST;

    if (deadline == PIT_NEVER || (devices->pic.chip[0].requested & 1 << IRQ_TIMER) != 0) {
        timer_cancel(vcpu);
    } else {
        uint64_t time = pit_time(deadline);

        timer_set(vcpu, time > earliest ? time : earliest);
    }
}

/* The 8259's inputs see edges: a line that stays high raises nothing. */
void machine_lines_update(struct domain *domain)
{
    struct devices *devices = &machine_of(domain->vcpus[0])->devices;
    bool line = uart_interrupt(&devices->uart);

    if (line && !devices->uart_line) {
        pic_raise(&devices->pic, IRQ_SERIAL);
    }
    devices->uart_line = line;
    if (pic_pending(&devices->pic)) {
        vcpu_notify(domain->vcpus[0], ATTENTION_EVENT);
    }
}

void machine_serial_feed(struct domain *domain)
{
    struct uart *uart = &machine_of(domain->vcpus[0])->devices.uart;
    struct lock *reader = &domain->console.reader;
    uint8_t byte;

    lock_take(reader);
    while (console_peek(domain, &byte, 1) != 0 && uart_receive(uart, byte)) {
        console_take(domain, 1);
    }
    lock_put(reader);
}

static void devices_event(struct domain *domain, enum pv_event event)
{
    struct devices *devices = devices_hold(domain);

    if (event == PV_EVENT_CONSOLE) {
        machine_serial_feed(domain);
    } else if (pit_expire(&devices->pit, machine_pit_now())) {
        pic_raise(&devices->pic, IRQ_TIMER);
    }
    if (event == PV_EVENT_TIMER) {
        machine_timer_update(domain);
    }
    machine_lines_update(domain);
    devices_release(devices);
}

static void machine_event(struct vcpu *vcpu, enum pv_event event)
{
    if (event != PV_EVENT_PROCESSOR) {
        devices_event(vcpu->domain, event);
        return;
    }
    __atomic_store_n(&machine_of(vcpu)->called, true, __ATOMIC_SEQ_CST);
    vcpu_notify(vcpu, ATTENTION_EVENT);
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

static bool machine_pending(struct vcpu *vcpu)
{
    struct machine *machine = machine_of(vcpu);

    return __atomic_load_n(&machine->called, __ATOMIC_SEQ_CST) ||
           (vcpu->number == 0 && pic_pending(&machine->devices.pic));
}

/* What is next: from another processor, or from the PC, whose interrupts are the first one's; negative: none.
 */
static int vector_take(struct vcpu *vcpu)
{
    struct devices *devices;
    int vector;

    if (__atomic_exchange_n(&machine_of(vcpu)->called, false, __ATOMIC_SEQ_CST)) {
        return PV_TRAP_PROCESSOR_VECTOR;
    }
    if (vcpu->number != 0) {
        return -1;
    }
    devices = devices_hold(vcpu->domain);
    vector = pic_acknowledge(&devices->pic);
    machine_timer_update(vcpu->domain);
    devices_release(devices);
    return vector;
}

static void machine_deliver(struct vcpu *vcpu)
{
    int vector = vector_take(vcpu);
    struct gate gate;

    if (vector < 0) {
        return;
    }
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
