// SPDX-License-Identifier: MIT
// The machine as a kernel sees it through the shim: every operation that differs between the bare machine and
// a paravirtual one, and nothing else. kernel.h has the few functions that a kernel provides in return.
//
// struct pvops has one designated initialiser for each backend (hypercall.c, native.c, trap.c), without an
// empty member (complete.h). Which of them is in use is decided once, before kernel_main(), and never
// changes. A kernel calls an operation as pvop_<group>_<name>(): a call site, which is patched at boot into
// the bare instruction, into an access to the shared page, or into a direct call (site.h).
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

// Processors and channels that a machine may have.
enum { PV_PROCESSOR_LIMIT = 64, PV_CHANNEL_LIMIT = 4 };

// What CPUID returns (Intel SDM volume 2, CPUID).
struct pv_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

// An operation that keeps every register but rax and that of its argument, which clang 14 does not keep, so
// that what it is patched into may be one instruction in the middle of anything.
#define PV_KEEPS __attribute__((no_caller_saved_registers))

struct pv_cpu_ops {
    // Brings the machine into the state that the other operations need. Called once, before all others.
    void (*start)(void);
    // Sleeps until an event comes. Events must be enabled; to enable and sleep at once there is irq.wait.
    void (*halt)(void);
    // Lets somebody else run, for a loop that waits for something which is not an event.
    void (*yield)(void);
    // The control registers. cr2 is the address of the last page fault; cr3 the physical address of the root.
    PV_KEEPS uint64_t (*read_cr0)(void);
    PV_KEEPS void (*write_cr0)(uint64_t value);
    PV_KEEPS uint64_t (*read_cr2)(void);
    PV_KEEPS uint64_t (*read_cr3)(void);
    PV_KEEPS uint64_t (*read_cr4)(void);
    PV_KEEPS void (*write_cr4)(uint64_t value);
    // Model-specific registers. False: there is no such register here, and nothing has changed.
    bool (*read_msr)(uint32_t number, uint64_t *value);
    bool (*write_msr)(uint32_t number, uint64_t value);
    // Sets the handler of an exception (vector below PV_VECTOR_EXCEPTIONS): an address that is entered with a
    // frame as the processor pushes it. NULL removes it. flags: PV_GATE_*.
    void (*trap_set)(unsigned vector, const void *handler, unsigned flags);
    // Sets the top of the stack on which the kernel is entered from user mode; aligned to 16 bytes, and the
    // 16 bytes above it are the shim's. Where several processors run it is one of pv_stack_top().
    void (*kernel_stack_set)(void *top);
    // Sets the base of the segment FS, which is user mode's thread pointer. False: this machine has no way
    // to, and nothing has changed.
    bool (*fs_base_set)(uint64_t base);
    // What the processor says of itself.
    void (*cpuid)(uint32_t leaf, uint32_t subleaf, struct pv_cpuid *id);
    // One byte from or to an I/O port. Where there is no device, 0xff is read and what is written is lost.
    uint8_t (*port_in8)(uint16_t port);
    void (*port_out8)(uint16_t port, uint8_t value);
    // Ends this machine and reports a reason; 0 means that all is well.
    __attribute__((noreturn)) void (*end)(uint8_t reason);
};

// "Events" are what a bare machine calls interrupts. They never nest: a handler runs with events disabled.
struct pv_irq_ops {
    PV_KEEPS void (*disable)(void);
    // Enables events; one that is pending is handled before this returns.
    PV_KEEPS void (*enable)(void);
    // Disables events. Returns what restore needs to make it as it was.
    PV_KEEPS uint64_t (*save)(void);
    PV_KEEPS void (*restore)(uint64_t state);
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
enum { PV_TABLE_ENTRIES = 512, PV_ROOT_LEVEL = 4, PV_ROOT_KERNEL = 256 };

// Where an entry is, for setting it: a pointer into pv_table(), through which it can be read.
typedef const volatile uint64_t *pv_entry_at;

// Page tables of four levels with 512 entries each; tables and pages are named by their physical addresses.
//
// A page is a table from table_take() until table_release(); table.h makes and keeps tables. Meanwhile the
// kernel may read it in the map of all memory, which has to be its only mapping, and sets entries with the
// operations alone. So tables are made from the bottom up and unmade from the top down. None of this may be
// done by the handler of an event.
//
// The upper half of every root is the kernel's, and the same. Of the lower half user mode sees the pages that
// have PV_PAGE_USER, and of the upper half nothing.
struct pv_mmu_ops {
    // The entry that maps a page with these rights, or leads to a table. 0 is the entry that does nothing.
    uint64_t (*entry)(uint64_t physical, unsigned rights);
    // The physical address in such an entry.
    uint64_t (*entry_address)(uint64_t entry);
    // Makes a page a table of a level, 1 to 4: empty, but that a root (level 4) has the kernel's half. False:
    // refused, or there is no memory for what belongs to it, and it still is a page.
    bool (*table_take)(uint64_t page, unsigned level);
    // Makes an empty table a page again, with anything in it. Nothing may lead to it, and it may not be
    // active. False: refused.
    bool (*table_release)(uint64_t page, unsigned level);
    // Sets an entry of a table of one level. One that may not be (of somebody else's memory, of a level that
    // does not fit) is the kernel's mistake. What the processor remembers is not flushed.
    void (*set_level1)(pv_entry_at at, uint64_t entry);
    void (*set_level2)(pv_entry_at at, uint64_t entry);
    void (*set_level3)(pv_entry_at at, uint64_t entry);
    void (*set_level4)(pv_entry_at at, uint64_t entry);
    // Sets the level-1 entry of an address of the active space, and drops what the processor remembers of it.
    void (*set_page)(pv_entry_at at, uint64_t entry, const void *address);
    // Makes the level-4 table at a physical address the current one, for kernel and user mode. False:
    // refused, and nothing has changed.
    bool (*activate)(uint64_t root);
    // The same together with cpu.kernel_stack_set: what another process needs.
    bool (*activate_with)(uint64_t root, void *stack);
    // Drops what the processor remembers about the page of an address; about all pages.
    PV_KEEPS void (*invalidate_page)(const void *address);
    void (*flush)(void);
    // Between these two setting entries and flush() may be put off until the end, or until a root is
    // activated, so that many become one call. They nest.
    void (*lazy_begin)(void);
    void (*lazy_end)(void);
};

// Times are nanoseconds since the machine's start.
struct pv_time_ops {
    uint64_t (*read)(void);
    // Has kernel_timer() called once at an absolute time, at once if that is past. 0 disarms the timer.
    void (*timer_set)(uint64_t deadline);
    // The time of day at time 0: nanoseconds since 1970 began (UTC), or 0 where no clock tells it.
    uint64_t (*wall_clock)(void);
};

struct pv_console_ops {
    // Writes up to `length` bytes; returns how many were taken, 0 when there is no room now.
    size_t (*write)(const char *bytes, size_t length);
    // Reads up to `length` bytes that were typed; returns how many, 0 when there are none. Never waits. Only
    // when it has returned 0 does the next byte typed come with an event.
    size_t (*read)(char *bytes, size_t length);
};

// Processors, by their numbers from 0. The first one runs at the start; each other one begins on a stack and
// in the address space that the one that starts it has. What the kernel does with the operations above it
// does on one processor at a time: who calls them holds a lock of the kernel's.
struct pv_smp_ops {
    // Starts a processor that was not started yet, below pv_boot.processors: it calls kernel_processor().
    // stack is the top of a stack as pv_stack_top() makes it, and from now on all kernel stacks have to be
    // such. False: it does not start.
    bool (*start)(unsigned processor, void *stack);
    // Has kernel_interrupt() called on a processor, soon. Several may become one.
    void (*send)(unsigned processor);
    // Makes the processor that executes it what the first one is. Only processor.c calls this.
    void (*begin)(unsigned processor);
};

// A channel to another machine: memory that both have, and a way to call the other one. Neither may trust
// what the other has written there, and each has to read it once only: it may change at any time.
struct pv_channel {
    const char *name; // the same at both ends; no two channels of a machine have the same
    void *memory;     // aligned to a page; zeros at first
    size_t size;      // whole pages
    bool first;       // of the two ends one is the first, and the other is not
};

// Channels, by their numbers from 0. They are there at the start and stay as long as the machine runs.
struct pv_channel_ops {
    // How many there are, at most PV_CHANNEL_LIMIT.
    unsigned (*count)(void);
    void (*describe)(unsigned channel, struct pv_channel *description);
    // Whether the machine at the other end is still there. When it goes, kernel_channel() is called.
    bool (*is_connected)(unsigned channel);
    // Has kernel_channel() called at the other end, soon. Several may become one.
    void (*send)(unsigned channel);
    // At first, and between these two, kernel_channel() is not called here; what came meanwhile calls it
    // afterwards.
    void (*mask)(unsigned channel);
    void (*unmask)(unsigned channel);
};

struct pv_template;

struct pvops {
    const char *name;
    const struct pv_template *templates;      // what call sites become (patch.h)
    const struct pv_template *templates_many; // the same where there are several processors
    struct pv_cpu_ops cpu;
    struct pv_irq_ops irq;
    struct pv_mmu_ops mmu;
    struct pv_time_ops time;
    struct pv_console_ops console;
    struct pv_smp_ops smp;
    struct pv_channel_ops channel;
};

// The operations of this machine. Only call sites use it, until they are patched.
extern struct pvops pv_operations;

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
    unsigned processors; // how many there are, 1 to PV_PROCESSOR_LIMIT
};

// The name of the feature with number `bit` (0 to 63), or NULL if it has none.
const char *pv_feature_name(unsigned bit);

// Reads a byte of memory that may not be there: 0 to 255, or -1 if the access raised an exception.
int pv_probe(const void *address);

// Copies `size` bytes, either side of which may not be there. False: an access raised an exception that
// kernel_page_fault() did not mend; part of the bytes may have been copied.
bool pv_copy(void *to, const void *from, size_t size);

#include "pvops/site.h"

#endif
