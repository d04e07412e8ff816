// SPDX-License-Identifier: MIT
/*
 * The command lines of the hypervisor and of its modules.
 */
#ifndef PV_BOOT_OPTIONS_H
#define PV_BOOT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/domain.h"

enum console_choice { CONSOLE_BOTH, CONSOLE_SERIAL, CONSOLE_SCREEN };

/* The hypervisor's command line: console= loglevel= onexit= */
struct boot_options {
    uint32_t console;   /* enum console_choice */
    uint32_t log_level; /* enum log_level */
    uint32_t on_exit;   /* enum on_exit */
};

/* A module's command line: name= mem= vcpus= weight= cap= cpus= mode= share= -- arguments */
struct module_options {
    char name[DOMAIN_NAME];
    uint64_t memory; /* bytes */
    uint64_t weight;
    uint64_t cap; /* percent of a processor for each virtual CPU; 0: no limit */
    uint64_t vcpus;
    char processors[64]; /* where they run, as a list of numbers and ranges; "" for all */
    uint32_t mode;       /* enum pv_mode */
    char share[128];     /* see boot/share.h; "" for none */
    const char *arguments;
};

/**
 * Reads the hypervisor's command line, with defaults for what it does not say. Returns false with a message
 * in the buffer that names the option.
 */
bool boot_options_read(const char *line, struct boot_options *options, char *error, size_t error_size);

/** Reads a module's command line in the same way; `name` stays empty if none is given. */
bool module_options_read(const char *line, struct module_options *options, char *error, size_t error_size);

/**
 * Reads a list of processors such as 0,2-3 as a set.
 * Returns false if it is none, or none of them is there.
 */
bool processors_option_read(const char *text, uint32_t count, uint64_t *set);

#endif
