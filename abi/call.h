// SPDX-License-Identifier: MIT
/*
 * Numbers of the calls, errors, events and features, from the .def tables; for C and for assembly.
 */
#ifndef PV_ABI_CALL_H
#define PV_ABI_CALL_H

#define PV_VERSION_MAJOR 0
#define PV_VERSION_MINOR 4
#define PV_VERSION       ((PV_VERSION_MAJOR << 16) | PV_VERSION_MINOR)

/* Call numbers at or above the limit are refused everywhere, so that tables have a fixed size. */
#define PV_CALL_LIMIT 64

/* The most that one console_write takes, so that a call's work is bounded. */
#define PV_CONSOLE_CHUNK 128

#ifdef __ASSEMBLER__

#define PV_CALL(number, name, ...)    .set PV_CALL_##name, number;
#define PV_ERROR(number, name, ...)   .set PV_E_##name, number;
#define PV_EVENT(number, name, ...)   .set PV_EVENT_##name, number;
#define PV_FEATURE(number, name, ...) .set PV_FEATURE_##name, (1 << number);
#include "abi/calls.def"
#include "abi/errors.def"
#include "abi/events.def"
#include "abi/features.def"

#else

#define PV_CALL(number, name, ...) PV_CALL_##name = (number),
enum pv_call {
#include "abi/calls.def"
};

#define PV_ERROR(number, name, ...) PV_E_##name = (number),
enum pv_error {
#include "abi/errors.def"
};

#define PV_EVENT(number, name, ...) PV_EVENT_##name = (number),
enum pv_event {
#include "abi/events.def"
};

#define PV_FEATURE(number, name, ...) PV_FEATURE_##name = 1 << (number),
enum pv_feature {
#include "abi/features.def"
};

#endif

/* Every feature of this version of the ABI. */
#define PV_FEATURES (PV_FEATURE_CONSOLE | PV_FEATURE_TIMER | PV_FEATURE_EMULATION)

#undef PV_CALL
#undef PV_ERROR
#undef PV_EVENT
#undef PV_FEATURE

#endif
