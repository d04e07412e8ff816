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

// Rights of a page, beside being read. An entry that leads to a table has all of them.
enum pv_page_right { PV_PAGE_WRITE = 1, PV_PAGE_EXECUTE = 2, PV_PAGE_USER = 4 };
enum { PV_PAGE_TABLE = PV_PAGE_WRITE | PV_PAGE_EXECUTE | PV_PAGE_USER };

// Page tables of four levels with 512 entries each; tables and pages are named by their physical addresses.
//
// A page is a table from table_take() until table_release(). Meanwhile the kernel may read it in the map of
// all memory, which has to be its only mapping, and writes to it with set() alone. So tables are made from
// the bottom up and unmade from the top down. None of this may be done by the handler of an event.
struct pv_mmu_ops {
    // The entry that maps a page with these rights, or leads to a table. 0 is the entry that does nothing.
    uint64_t (*entry)(uint64_t physical, unsigned rights);
    // The physical address in such an entry.
    uint64_t (*entry_address)(uint64_t entry);
    // Makes a page a table of a level, 1 to 4: empty, but that a root (level 4) has the upper half of the
    // current one. False: refused, and it still is a page.
    bool (*table_take)(uint64_t page, unsigned level);
    // Makes it a page again, with anything in it. Nothing may lead to it, and it may not be loaded. False:
    // refused.
    bool (*table_release)(uint64_t page);
    // Sets an entry. One that may not be (of somebody else's memory, of a level that does not fit) is the
    // kernel's mistake.
    void (*set)(uint64_t table, unsigned index, uint64_t entry);
    // Drops what the processor remembers about all pages.
    void (*flush)(void);
    // Between these two set() and flush() may be put off until the end, or until a root is loaded, so that
    // many become one call. They nest.
    void (*lazy_begin)(void);
    void (*lazy_end)(void);
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
    struct pv_mmu_ops mmu;
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

// The kernel has made a mistake after which it cannot go on.
__attribute__((noreturn)) void kernel_panic(const char *what);

// An exception: vector and registers are in *frame, and execution goes on with what is in *frame on return.
// Runs with events disabled.
void kernel_exception(struct pv_frame *frame);

// Events: the timer's deadline has passed; something was typed. Run with events disabled.
void kernel_timer(void);
void kernel_console(void);

#endif
