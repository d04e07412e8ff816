// SPDX-License-Identifier: MIT
/*
 * The option share=NAME:GUEST,GUEST:SIZE: memory that two guests share, and a channel between them. It is
 * made when all guests are loaded, and before one runs.
 */
#ifndef PV_BOOT_SHARE_H
#define PV_BOOT_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/start.h"
#include "boot/space.h"

/* What an option asks for. */
struct share_plan {
    char name[PV_SHARE_NAME];
    char guests[2][DOMAIN_NAME];
    uint64_t pages;
};

/* A guest that is loaded, as far as shares are concerned. */
struct share_guest {
    struct space space;
    uint64_t window;     /* virtual address */
    uint64_t start_info; /* pseudo-physical address */
    bool able;           /* it knows of shares */
    unsigned shares;
    uint64_t pages; /* of its window that are used for them */
};

/** Reads the option's text. Returns NULL, or what is wrong with it. */
const char *share_option_read(const char *text, struct share_plan *plan);

/** Makes what was asked for, of two different guests. Returns NULL, or why it cannot be. */
const char *share_make(const struct share_plan *plan, struct share_guest *first, struct share_guest *second);

#endif
