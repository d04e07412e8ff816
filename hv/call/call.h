// SPDX-License-Identifier: MIT
/*
 * Handlers of the calls of abi/calls.def. Each gets the guest's arguments as they came, checks them, and
 * returns 0 or a result, or an error negated with nothing changed.
 *
 * Handlers keep all registers themselves (the attribute), because to the guest a call keeps them: so each
 * saves just what it uses. What may not happen inside of a call (running another virtual CPU, entering the
 * guest's handler, ending the domain) is asked for by vcpu_attention and done on the way out.
 */
#ifndef PV_CALL_CALL_H
#define PV_CALL_CALL_H

#include <stdint.h>

#include "abi/call.h"

#define HANDLER __attribute__((no_caller_saved_registers))

#define CALL_ARGUMENTS_0 void
#define CALL_ARGUMENTS_1 uint64_t
#define CALL_ARGUMENTS_2 uint64_t, uint64_t
#define CALL_ARGUMENTS_3 uint64_t, uint64_t, uint64_t

/** The handlers: call_version, call_features, ...; see abi/calls.def. */
#define PV_CALL(number, name, count, ...) HANDLER int64_t call_##name(CALL_ARGUMENTS_##count);
#include "abi/calls.def"
#undef PV_CALL

#endif
