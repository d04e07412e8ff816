// SPDX-License-Identifier: MIT
// Processes: a table of PROCESS_LIMIT slots, and what one process is. The kernel is a monitor: events are
// disabled in all of it, so what these structures say changes only where a process sleeps, yields, or returns
// to user mode.
//
// A slot that is not PROCESS_UNUSED has a parent that is neither unused nor ended; init alone has none. An
// ended process (PROCESS_ZOMBIE) has its slot with number, status, times and stack, but no memory and no
// files.
#ifndef PV_KERNEL_PROCESS_H
#define PV_KERNEL_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/interface.h"
#include "kernel/processor.h"
#include "kernel/signal.h"
#include "pvops/frame.h"

struct files;
struct node;
struct space;

enum process_state {
    PROCESS_UNUSED,
    PROCESS_NEW,      // being made
    PROCESS_RUNNABLE, // in the run queue
    PROCESS_RUNNING,
    PROCESS_SLEEPING, // waits for its channel
    PROCESS_STOPPED,
    PROCESS_ZOMBIE, // has ended; its parent has not waited for it
};

enum { PROCESS_NAME = 16, PROCESS_INIT = 1, PROCESS_NICE_LEAST = -20, PROCESS_NICE_MOST = 19 };

// A link of a ring of processes.
struct process_link {
    struct process_link *next, *previous;
};

struct process {
    // Of the run queue or the sleepers. It is the first member, so its address is the process's.
    struct process_link link;
    enum process_state state;
    int pid, pgid;
    int nice;
    struct process *parent;
    char name[PROCESS_NAME];

    struct space *space;
    struct files *files;
    struct node *cwd; // where relative paths start
    struct signals signals;

    void *stack_top;        // of its kernel stack
    void *context;          // where that goes on (pv_stack_switch)
    struct pv_frame *frame; // the state of user mode while the kernel runs
    void *fpu;              // the state of the floating-point unit while another process has it

    bool attention;     // kernel_user_return() has to look closer: for a signal, or `interrupted`
    bool interrupted;   // the system call returned -EINTR, and can be started again
    bool restart_never; // it is not one that a handler's SIGNAL_RESTART starts again
    bool woken;         // from its sleep by channel or deadline, not by a signal
    bool stop_reported; // to the parent
    int status;         // as wait() stores it
    uint64_t call;      // number of the system call
    uint64_t sleep_end; // of the system call sleep that was interrupted; 0: none

    const void *channel; // what it sleeps for
    uint64_t deadline;   // when it is woken at the latest; 0: never
    uint64_t alarm;      // when SIGALRM comes; 0: never

    uint64_t start_ns;    // since the machine's start
    uint64_t time_ns;     // for which it had the processor
    uint64_t children_ns; // for which the children had it that were waited for
    uint64_t virtual_time;
};

// Every slot, for going through them: PROCESS_LIMIT of them, unused ones among them.
extern struct process process_table[PROCESS_LIMIT];

// The process that runs here, NULL while none does (at boot, or in an event that interrupted the idle loop).
#define process_running (processor_here()->running)
static inline struct process *process_current(void)
{
    return process_running;
}

// The process with a number, which may have ended; NULL if there is none.
struct process *process_find(int pid);

// A new process without space, files, signals and parent, named `name`; not yet runnable. NULL: no slot
// (*error is -EAGAIN) or no memory (-ENOMEM).
struct process *process_create(const char *name, int *error);

// Gives up a process that never ran, or has ended: its slot is free.
void process_free(struct process *process);

// Ends the current process with a status as wait() stores it. Its children become init's, the parent is told.
_Noreturn void process_exit(int status);

// Makes process 1, whose program is /bin/init with these words as its arguments, and which is then runnable.
// It panics if that is not possible.
void process_start_init(const char *words);

// exec's last step, which cannot fail: the current process has a new space (the old one is destroyed), goes
// on at rip with that stack pointer and all registers 0, and its handlers of signals are gone. Descriptors
// are the caller's business.
void process_replace(struct space *space, const char *name, uint64_t rip, uint64_t rsp);

// Tells a process's parent that it stopped or ended: SIGCHLD, and a wait() that sleeps goes on.
void process_tell_parent(struct process *process);

// How many slots are in use.
unsigned process_count(void);

#endif
