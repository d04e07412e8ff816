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

/* A module's command line: name= mem= weight= mode= -- arguments */
struct module_options {
    char name[DOMAIN_NAME];
    uint64_t memory; /* bytes */
    uint64_t weight;
    uint32_t mode; /* enum pv_mode */
    const char *arguments;
};

/**
 * Reads the hypervisor's command line, with defaults for what it does not say. Returns false with a message
 * in the buffer that names the option.
 */
bool boot_options_read(const char *line, struct boot_options *options, char *error, size_t error_size);

/** Reads a module's command line in the same way; `name` stays empty if none is given. */
bool module_options_read(const char *line, struct module_options *options, char *error, size_t error_size);

#endif
