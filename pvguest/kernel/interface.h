// SPDX-License-Identifier: MIT
// What kernel and user programs share beside the table of system calls: the structures that the calls of
// syscalls.def read and write, their constants, and the layout of the user's address space. Plain C, of
// fixed-width types.
#ifndef PV_KERNEL_INTERFACE_H
#define PV_KERNEL_INTERFACE_H

#include <stdint.h>

// The user's half of an address space: programs are linked at USER_START, the stack grows down from
// STACK_TOP. No page below the first address is ever mapped.
#define USER_START     0x400000UL
#define USER_LOW       0x1000UL
#define USER_END       0x7ffffffff000UL
#define USER_STACK_TOP 0x7fffffffe000UL
#define USER_STACK_MAX (8UL << 20)
#define USER_MAP_START 0x100000000000UL

// Limits.
enum {
    PROCESS_LIMIT = 64,
    PATH_LIMIT = 256, // bytes of a path with its closing zero
    SIGNAL_LIMIT = 32 // signals are 1 to 31, with the numbers of newlib's <signal.h>
};

// sigaction. The handler is entered with the signal's number in rdi; its return address is `restorer`, which
// has to execute the system call sigreturn with the stack pointer where it then is.
struct signal_action {
    uint64_t handler; // an address, or SIGNAL_DEFAULT, SIGNAL_IGNORE
    uint64_t mask;    // signals held back meanwhile beside the signal itself: bit n is signal n
    uint64_t flags;   // SIGNAL_RESTART and so on
    uint64_t restorer;
};
enum { SIGNAL_DEFAULT = 0, SIGNAL_IGNORE = 1 };
enum signal_flag {
    SIGNAL_RESTART = 1,       // a system call that the signal interrupts is started again
    SIGNAL_RESET_HANDLER = 2, // the signal does its default action from the second time on
    SIGNAL_NO_DEFER = 4,      // the signal itself is not held back
    SIGNAL_NO_CHILD_STOP = 8  // of SIGCHLD: it is not sent when a child stops
};

// clock, sleep: newlib's struct timespec has the same layout.
struct time_value {
    int64_t seconds;
    int64_t nanoseconds; // 0 to 999999999
};
enum { CLOCK_OF_DAY = 0, CLOCK_SINCE_START = 1, CLOCK_OF_PROCESS = 2, CLOCK_OF_CHILDREN = 3 };

// wait: options, and how a status is made (newlib's <sys/wait.h>): the exit status << 8, or the number of the
// signal that ended the process, or the number of the signal that stopped it << 8 | 0x7f.
enum { WAIT_NO_HANG = 1, WAIT_STOPPED = 2, WAIT_STATUS_STOPPED = 0x7f };

// readdir.
enum { DT_UNKNOWN = 0, DT_CHR = 2, DT_DIR = 4, DT_REG = 8 };
enum { DIRENT_NAME = 55 }; // with its closing zero
struct dirent {
    uint64_t d_ino;
    uint8_t d_type;
    char d_name[DIRENT_NAME];
};

// ioctl of a terminal.
enum tty_request {
    TTY_GET_MODE = 1,  // struct tty_mode *
    TTY_SET_MODE = 2,  // const struct tty_mode *
    TTY_GET_GROUP = 3, // int32_t *: the group that signals typed at the terminal go to
    TTY_SET_GROUP = 4, // const int32_t *
    TTY_GET_SIZE = 5   // struct tty_size *
};
enum tty_flag {
    TTY_CANONICAL = 1, // input comes by the line, and can be corrected until then
    TTY_ECHO = 2,      // what is typed is shown
    TTY_SIGNALS = 4    // Ctrl-C, Ctrl-\ and Ctrl-Z send signals
};
struct tty_mode {
    uint32_t flags;
};
struct tty_size {
    uint16_t rows, columns;
};

// processes.
struct process_info {
    int32_t pid, ppid, pgid;
    int32_t nice;
    uint64_t start_ns; // when it began, since the machine's start
    uint64_t time_ns;  // for how long it has had the processor
    uint64_t pages;    // of memory that are mapped
    char state;        // R running or ready, S sleeping, T stopped, Z ended
    char name[23];
};

// system.
struct system_info {
    char name[32];                      // of the machine
    char mode[16];                      // how its privileged operations are done
    uint64_t memory_total, memory_free; // bytes
    uint64_t frames_total, frames_free; // pages of 4096 bytes
    uint64_t start_ns;                  // when the kernel began, by the clock
    uint64_t uptime_ns;                 // since then
    uint64_t idle_ns;                   // of these nothing was to be done, on all processors together
    uint64_t processors;
    uint64_t processes;
    uint64_t switches; // from one process to another
};

_Static_assert(sizeof(struct signal_action) == 32, "size of struct signal_action");
_Static_assert(sizeof(struct time_value) == 16, "size of struct time_value");
_Static_assert(sizeof(struct dirent) == 64, "size of struct dirent");
_Static_assert(sizeof(struct process_info) == 64, "size of struct process_info");
_Static_assert(sizeof(struct system_info) == 128, "size of struct system_info");

#endif
