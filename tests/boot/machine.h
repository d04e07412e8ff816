// SPDX-License-Identifier: MIT
/*
 * A virtual PC under test: start it, read what it says, type, look into it, see how it ends.
 *
 * Every wait has a deadline and is woken by the machine, never by a sleep. A wait that fails ends the test
 * with the transcript printed; so does a panic of the hypervisor, whatever the wait was for. A wait takes
 * 60 seconds at most, or what the environment variable PARAVANE_PATIENCE says. QEMU ends with
 * the test's process, and at the latest when it has used its share of processor time.
 */
#ifndef PV_TESTS_BOOT_MACHINE_H
#define PV_TESTS_BOOT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

struct machine;

/* What differs from the usual machine: 256 MiB, processors with everything that the emulator has, no net. */
struct machine_options {
    const char *image;             /* path of the image, in the CD drive; NULL for none */
    const char *subject;           /* what is tried with it, for the message of a failure; or NULL */
    const char *processor;         /* QEMU's -cpu; NULL is "max" */
    const char *memory;            /* QEMU's -m; NULL is "256" */
    const char *processors;        /* QEMU's -smp; NULL is what PARAVANE_SMP says, or "1" */
    const char *menu;              /* the product serial number, by which the image's menu chooses; or NULL */
    bool firmware;                 /* UEFI in place of the BIOS */
    bool reboots;                  /* a reset starts the machine anew and does not end QEMU */
    bool panics;                   /* a panic of the hypervisor is what is waited for, and fails no wait */
    const char *const *additional; /* further arguments for QEMU, ended by NULL; or NULL */
};

/* Starts a machine. Fails the test if QEMU cannot be started. */
struct machine *machine_start(const struct machine_options *options);

/*
 * The first finished line that matches the pattern (tests/boot/transcript.h), after the machine's mark;
 * waits for it. The line is valid until the machine is stopped.
 */
const char *machine_wait(struct machine *machine, const char *pattern);

/* The same, among all lines since the start. */
const char *machine_wait_ever(struct machine *machine, const char *pattern);

/* Waits until the line that is being written ends with this text: a prompt. */
void machine_wait_prompt(struct machine *machine, const char *prompt);

/* Waits until count lines after the mark match the pattern. */
void machine_wait_count(struct machine *machine, const char *pattern, size_t count);

/* Waits for QEMU's end; returns its exit status, or 128 + the signal that ended it. */
int machine_wait_end(struct machine *machine);

/* Reads for so many milliseconds, or until QEMU ends: for what shall not come, or comes in any number. */
void machine_listen(struct machine *machine, int milliseconds);

/* How many lines after the mark match the pattern, of those read so far. */
size_t machine_count(const struct machine *machine, const char *pattern);

/* How many control characters and escape sequences came that are none of a console of lines. */
size_t machine_controls(const struct machine *machine);

/* Sets the mark: lines that have been read so far no longer count. */
void machine_mark(struct machine *machine);

/* Types text on the serial line, and sets the mark first. */
void machine_type(struct machine *machine, const char *text);

/* The key that gives the keyboard to a guest ('1' to '9'), the next one ('n') or the hypervisor ('0'). */
void machine_switch(struct machine *machine, char key);

/* Line number index after the mark, or NULL when there is none: for tests that read everything. */
const char *machine_line(const struct machine *machine, size_t index);

/* What the emulator's monitor answers to a command; the caller frees it. */
char *machine_ask(struct machine *machine, const char *command);

/* Fails the test with a message and the transcript, if the condition does not hold. */
#define machine_expect(machine, condition, ...)                                                              \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            machine_fail((machine), __FILE__, __LINE__, __VA_ARGS__);                                        \
    } while (0)

/* Prints the transcript and fails the test with a message. */
_Noreturn void machine_fail(const struct machine *machine, const char *file, int line, const char *format,
                            ...) __attribute__((format(printf, 4, 5)));

/* Ends QEMU, if it has not ended, and frees everything. */
void machine_stop(struct machine *machine);

#endif
