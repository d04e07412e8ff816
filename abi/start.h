// SPDX-License-Identifier: MIT
/*
 * What a guest finds when it starts: the note with which it asks, and the page that answers.
 *
 * A virtual CPU starts in kernel mode at the note's entry, with rdi = address of its struct pv_start_info and
 * every other general register 0 (so there is no stack yet), events masked, no handlers, and the tables that
 * the loader built:
 * - each loadable segment at its virtual address with its permissions; its pseudo-physical address is the
 *   ELF file's physical address;
 * - all of the domain's memory from pseudo-physical address 0 at the note's `physmap`, readable and writable,
 *   the page tables themselves read-only, never executable;
 * - the window (abi/layout.h) at the note's `window`.
 */
#ifndef PV_ABI_START_H
#define PV_ABI_START_H

#include <stddef.h>
#include <stdint.h>

/* The ELF note: its name and type (System V ABI, chapter 5, note section). */
#define PV_NOTE_NAME "Paravane"
#define PV_NOTE_TYPE 1

/* The note's descriptor. */
struct pv_note {
    uint32_t version;  /* the PV_VERSION that the guest was built for: same major, minor at most ours */
    uint32_t reserved; /* 0 */
    uint64_t features; /* PV_FEATURE_* that it cannot do without */
    uint64_t entry;    /* virtual address of its first instruction */
    uint64_t physmap;  /* virtual address, of 2 MiB alignment, for the map of its memory */
    uint64_t window;   /* virtual address, page-aligned, for the window of abi/layout.h */
};
_Static_assert(sizeof(struct pv_note) == 40, "struct pv_note is 40 bytes");

#define PV_SHARE_LIMIT 4
#define PV_SHARE_NAME  16

/* Memory that is shared with another domain, and a port bound to one of its. */
struct pv_share {
    char name[PV_SHARE_NAME]; /* as the option says; empty: there is none */
    uint64_t address;         /* virtual, in the window */
    uint64_t size;            /* bytes */
    uint32_t port;
    uint32_t domain; /* whose the other end is */
};
_Static_assert(sizeof(struct pv_share) == 40, "struct pv_share is 40 bytes");

#define PV_START_MAGIC 0x3154524154535650 /* "PVSTART1" */

/* How the domain's privileged operations reach the hypervisor. */
enum pv_mode { PV_MODE_HYPERCALL = 0, PV_MODE_TRAP = 1 };

/* The start-info page: written once by the loader, then the guest's own memory. */
struct pv_start_info {
    uint64_t magic;       /* PV_START_MAGIC */
    uint32_t version;     /* PV_VERSION of the hypervisor */
    uint32_t mode;        /* enum pv_mode */
    uint64_t features;    /* PV_FEATURE_* */
    uint64_t memory;      /* bytes of memory, pseudo-physical addresses 0 to memory - 1 */
    uint64_t reserved_at; /* from this pseudo-physical address up to memory: what the loader put there */
    uint64_t physmap;     /* virtual address of pseudo-physical address 0 */
    uint64_t window;      /* virtual address of the window */
    uint64_t root;        /* pseudo-physical address of the level-4 table */
    uint64_t tsc_khz;     /* frequency of the time-stamp counter */
    uint32_t vcpus;       /* virtual CPUs of this domain */
    uint32_t reserved;
    char name[32];           /* of the domain */
    char command_line[1024]; /* what followed `--` in the module's command line */
    /*
     * Since version 0.2. Virtual address of one uint32_t for each pseudo-physical frame: its machine frame.
     * The guest's own memory: what it writes there is its own business.
     */
    uint64_t physical_to_machine;
    uint64_t wall_clock; /* since 0.3: nanoseconds since 1970 (UTC) at time 0 of the clock; 0: not known */
    uint32_t domain;     /* since 0.4: this domain's number, from 1 on */
    uint32_t reserved2;
    struct pv_share shares[PV_SHARE_LIMIT]; /* since 0.4: those that there are come first */
};
_Static_assert(offsetof(struct pv_start_info, name) == 80, "offset of name");
_Static_assert(sizeof(struct pv_start_info) == 1320, "struct pv_start_info is 1320 bytes");

#endif
