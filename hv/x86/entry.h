// SPDX-License-Identifier: MIT
/*
 * The part of a virtual CPU that the entry code touches, and the C functions that it calls.
 *
 * While the hypervisor runs, GS leads to the virtual CPU that was running last; while a guest runs, its own
 * GS base is in place and the hypervisor's waits in KERNEL_GS_BASE. The processor pushes the frame of an
 * exception in ring 3 straight into `registers`, because the task state's stack ends there.
 */
#ifndef PV_X86_ENTRY_H
#define PV_X86_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/call.h"
#include "abi/trap.h"
#include "abi/vcpu.h"
#include "x86/registers.h"

struct vcpu;
struct processor;

/* Things to do before a virtual CPU may run on. */
enum attention {
    ATTENTION_RESCHEDULE = 1, /* another may have to run first */
    ATTENTION_RETURN = 2,     /* exception_return was called */
    ATTENTION_EVENT = 4,      /* an event may have to be delivered */
    ATTENTION_END = 8,        /* its domain has ended */
    ATTENTION_SYSCALL = 16,   /* user mode executed `syscall` */
    ATTENTION_USER = 32,      /* user_return was called */
    ATTENTION_STOP = 64,      /* it was taken down */
};

/* A guest's handler of one exception. */
struct trap {
    uint64_t fast; /* the handler, if it is entered with events as they are; 0 if they are masked */
    uint64_t handler;
    uint64_t word; /* the second word of the guest's struct pv_trap: its flags from bit 8 on */
    uint64_t reserved;
};

#define TRAP_FLAGS_SHIFT 8

struct entry_state {
    struct entry_state *self; /* what GS leads to */
    /*
     * Room below the registers for the frame of a fault that happens while the fast paths touch guest
     * memory with the stack pointer still among the registers.
     */
    uint8_t nest[1024];
    struct registers registers;

    uint64_t guest_rsp;           /* of a guest in a hypercall */
    struct processor *processor;  /* on which it runs, or is to run */
    uint64_t processor_bit;       /* of those on which it runs, in sets of processors */
    uint64_t stack;               /* top of that one's stack */
    void *top;                    /* end of `registers` */
    uint64_t call_limit;          /* PV_CALL_LIMIT in kernel mode, 0 in user mode */
    uint64_t stack_floor;         /* stacks above are for the fast paths; all ones in user mode */
    uint64_t hole;                /* the first non-canonical address */
    struct pv_vcpu_page *page;    /* shared with the guest; never trusted */
    uint64_t roots[2];            /* by enum pv_load: machine addresses of the two that are loaded */
    uint64_t kernel_stack;        /* for entries from user mode; 0: none */
    uint64_t frame_stack;         /* the same for frames of the fast path, or where none can be written */
    uint64_t upcall_entry;        /* for upcalls by the fast path; 0: they take the slow one */
    uint64_t syscall_entry;       /* where `syscall` of user mode enters the kernel; 0: nowhere */
    uint64_t *syscall_words;      /* end of what it writes to the page, or of syscall_masked */
    uint64_t count_calls;         /* hypercalls */
    uint64_t count_traps;         /* exceptions that entered the hypervisor */
    uint64_t count_root_loads;    /* loads of CR3, also of the same root to flush */
    uint64_t count_fast_syscalls; /* system calls that changed mode in assembly: each loaded a root */
    uint64_t count_fast_traps;    /* exceptions of user mode, likewise */
    uint64_t count_fast_returns;  /* hypercalls that returned to user mode, likewise */
    uint64_t count_fast_upcalls;  /* upcalls delivered in assembly */
    void (*exception)(struct vcpu *vcpu); /* what is done for an exception, by the domain's mode */
    union {
        struct {
            uint32_t attention; /* enum attention bits */
            uint32_t enough;    /* not 0: a multicall has done enough work for one call */
        };
        uint64_t pause; /* both: a multicall must not go on */
    };
    /* In place of the page's first words: events are masked there, so that the fast path is not taken. */
    uint8_t syscall_masked[PV_VCPU_USER_RAX];
    struct trap traps[PV_TRAP_LIMIT];   /* set by call; mode=trap reads the guest's own table instead */
    void (*calls[PV_CALL_LIMIT])(void); /* entry code of each call */
};
_Static_assert((offsetof(struct entry_state, registers) + sizeof(struct registers)) % 16 == 0,
               "the processor aligns the stack on which it pushes");

/** Where SYSCALL, exceptions and interrupts arrive. */
void entry_syscall(void);
extern void (*const entry_exceptions[PV_TRAP_LIMIT])(void);
void entry_interrupt_timer(void);
void entry_interrupt_serial(void);
void entry_interrupt_keyboard(void);
void entry_interrupt_kick(void);
void entry_interrupt_flush(void);
void entry_interrupt_spurious(void);

/* What GS leads to, to be changed in one instruction. */
#define ENTRY_HERE ((struct entry_state __seg_gs *)0)

/* How many calls there are; their numbers begin at 0 and leave none out. */
#define PV_CALL(number, name, ...) CALL_INDEX_##name,
enum call_index {
#include "abi/calls.def"
    CALL_COUNT
};
#undef PV_CALL

/** What each call does, by number: handlers of hv/call, with as many arguments as any takes. */
typedef __attribute__((no_caller_saved_registers)) int64_t entry_function(uint64_t, uint64_t, uint64_t);
extern entry_function *const entry_functions[CALL_COUNT];

/** Runs a virtual CPU whose state is loaded. Never returns. */
__attribute__((noreturn)) void entry_resume(struct vcpu *vcpu);

/** Waits for an interrupt on the processor's own stack. Never returns: the interrupt abandons this context.
 */
__attribute__((noreturn)) void entry_idle(uint64_t stack);

/** Called by the entry code: an interrupt of the machine arrived while a guest ran. */
void vcpu_interrupt(struct vcpu *vcpu);

/** Called by the entry code: the frame to which a guest returned could not be loaded. */
void vcpu_return_failed(struct vcpu *vcpu);

/** Called by the entry code when `attention` is not 0; does what it asks for, and clears it. */
void vcpu_attend(struct vcpu *vcpu);

/** Called by the entry code: an interrupt arrived while the processor was idle, or let it (interrupts_admit).
 */
__attribute__((noreturn)) void processor_idle_interrupt(struct vcpu *current, uint32_t vector);

/** Called by the entry code: an exception inside the hypervisor. Mends it by the fix-up table, or panics. */
void fault_in_hypervisor(struct registers *registers);

#endif
