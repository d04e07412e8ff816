// SPDX-License-Identifier: MIT
// What stands in for domains, virtual CPUs, timers and the scheduler under hv/core/port.c: domains without
// memory of their own, whose virtual CPUs do nothing but count how often they are told something.
#ifndef PV_TESTS_UNIT_PORT_WORLD_H
#define PV_TESTS_UNIT_PORT_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/domain.h"
#include "core/port.h"

enum { WORLD_DOMAINS = 3, WORLD_VCPUS = 3 };

// Where the clock stands.
#define WORLD_NOW 1000

extern struct domain *world_domains[WORLD_DOMAINS + 1]; // by their numbers, from 1 on

// Makes everything anew.
void world_open(void);

// Pages for tables of ports that there are still, for all domains together.
extern unsigned world_pages;

// How often a virtual CPU was told that there is an event since this was asked the last time.
unsigned world_told(const struct vcpu *vcpu);

// How often anybody was; nobody is told afterwards.
unsigned world_told_all(void);

// When the virtual CPU's sleep is to end; 0 if never.
uint64_t world_deadline(const struct vcpu *vcpu);

// What is to be done just before a virtual CPU is blocked, and between that and its second look; NULL for
// nothing.
extern void (*world_drowsy)(void);
extern void (*world_asleep)(void);

// Whether any lock is held, or one was taken out of order, or a table is not what its ports say. Fails the
// test if so.
void world_check(void);

#endif
