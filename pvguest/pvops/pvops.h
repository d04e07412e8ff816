// SPDX-License-Identifier: MIT
// The machine as a kernel sees it through the shim: every operation that differs between the bare machine and
// a paravirtual one, and nothing else. This and measure.h are all that a kernel includes.
//
// struct pvops has one designated initialiser for each backend (hypercall.c, trap.c), without an empty member
// (complete.h). Which of them is in use is decided once, before kernel_main(), and never changes.
#ifndef PV_PVOPS_PVOPS_H
#define PV_PVOPS_PVOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pvops/frame.h"

// Flags of trap_set.
enum pv_trap_flag {
    PV_GATE_MASKED = 1, // the handler starts with events disabled, as behind an interrupt gate
    PV_GATE_USER = 2,   // user mode may raise it with `int`
};

struct pv_cpu_ops {
    // Brings the machine into the state that the other operations need. Called once, before all others.
    void (*start)(void);
    // Sleeps until an event comes. Events must be enabled; to enable and sleep at once there is irq.wait.
    void (*halt)(void);
    // Lets somebody else run, for a loop that waits for something which is not an event.
    void (*yield)(void);
    // The control registers. cr2 is the address of the last page fault; cr3 the physical address of the root.
    uint64_t (*read_cr0)(void);
    void (*write_cr0)(uint64_t value);
    uint64_t (*read_cr2)(void);
    uint64_t (*read_cr3)(void);
    uint64_t (*read_cr4)(void);
    void (*write_cr4)(uint64_t value);
    // Makes the level-4 table at a physical address the current one. False: refused, and nothing has changed.
    bool (*load_root)(uint64_t root);
    // Drops what the processor remembers about the page of an address.
    void (*invalidate_page)(const void *address);
    // Model-specific registers. False: there is no such register here, and nothing has changed.
    bool (*read_msr)(uint32_t number, uint64_t *value);
    bool (*write_msr)(uint32_t number, uint64_t value);
    // Sets the handler of an exception (vector below PV_VECTOR_EXCEPTIONS): an address that is entered with a
    // frame as the processor pushes it. NULL removes it. flags: PV_GATE_*.
    void (*trap_set)(unsigned vector, const void *handler, unsigned flags);
    // Sets the top of the stack on which the kernel is entered from user mode; aligned to 16 bytes.
    void (*kernel_stack_set)(void *top);
    // One byte from or to an I/O port. Where there is no device, 0xff is read and what is written is lost.
    uint8_t (*port_in8)(uint16_t port);
    void (*port_out8)(uint16_t port, uint8_t value);
    // Ends this machine and reports a reason; 0 means that all is well.
    __attribute__((noreturn)) void (*end)(uint8_t reason);
};

// "Events" are what a bare machine calls interrupts. They never nest: a handler runs with events disabled.
struct pv_irq_ops {
    void (*disable)(void);
    // Enables events; one that is pending is handled before this returns.
    void (*enable)(void);
    // Disables events. Returns whether they were enabled, for restore.
    bool (*save)(void);
    void (*restore)(bool enabled);
    // Called with events disabled: enables them and sleeps until one has been handled. An event that comes
    // between the caller's last look and its sleep is not lost. Returns with events enabled.
    void (*wait)(void);
    // Calls the kernel's handler for an event that came in at `vector`. Only entry.c calls this.
    void (*dispatch)(unsigned vector);
    // Where to jump with the stack pointer at the frame of an exception (from rip up) and every register as
    // it is to be: returns there, with events as the frame's interrupt flag says. Only entry.S does this.
    const void *exception_return;
};

// Times are nanoseconds since the machine's start.
struct pv_time_ops {
    uint64_t (*read)(void);
    // Has kernel_timer() called once at an absolute time, at once if that is past. 0 disarms the timer.
    void (*timer_set)(uint64_t deadline);
};

struct pv_console_ops {
    // Writes up to `length` bytes; returns how many were taken, 0 when there is no room now.
    size_t (*write)(const char *bytes, size_t length);
    // Reads up to `length` bytes that were typed; returns how many, 0 when there are none. Never waits. Only
    // when it has returned 0 does the next byte typed come with an event.
    size_t (*read)(char *bytes, size_t length);
};

struct pvops {
    const char *name;
    struct pv_cpu_ops cpu;
    struct pv_irq_ops irq;
    struct pv_time_ops time;
    struct pv_console_ops console;
};

// The operations of this machine.
extern const struct pvops *pv_ops;

// What the shim tells the kernel at its start. Strings and structure stay as long as the machine runs.
struct pv_boot {
    const char *name;         // of this machine
    const char *mode;         // how its privileged operations are done: the backend's name
    const char *command_line; // of the kernel; "" when there is none
    unsigned version_major;   // of the ABI
    unsigned version_minor;
    uint64_t features;   // bits, for pv_feature_name()
    uint64_t memory;     // bytes: physical addresses 0 to memory - 1 exist
    uint64_t free_start; // physical memory from here on is the kernel's to use,
    uint64_t free_end;   // up to, not including, this address
    uintptr_t physmap;   // virtual address at which physical address 0 is mapped, and all of memory after it
};

// The name of the feature with number `bit` (0 to 63), or NULL if it has none.
const char *pv_feature_name(unsigned bit);

// Reads a byte of memory that may not be there: 0 to 255, or -1 if the access raised an exception.
int pv_probe(const void *address);

// What the kernel provides, called by the shim.

// The kernel's beginning: on the boot stack, exceptions going to kernel_exception(), events disabled.
// Must not return.
__attribute__((noreturn)) void kernel_main(const struct pv_boot *boot);

// An exception: vector and registers are in *frame, and execution goes on with what is in *frame on return.
// Runs with events disabled.
void kernel_exception(struct pv_frame *frame);

// Events: the timer's deadline has passed; something was typed. Run with events disabled.
void kernel_timer(void);
void kernel_console(void);

#endif
