// SPDX-License-Identifier: MIT
// The calls as C functions: `int64_t pv_<name>(arguments)` for each line of abi/calls.def. Each calls the
// stub of its number in the entry page; how that enters the hypervisor is not our business.
//
// A call keeps every register but rax, rcx and r11. What an argument points to is memory that the compiler
// cannot see used: hence the clobber. pv_exception_return() exists but is of no use: its stub is jumped to
// (entry.S), not called.
#ifndef PV_PVOPS_STUBS_H
#define PV_PVOPS_STUBS_H

#include <stdint.h>

#include "abi/call.h"
#include "abi/layout.h"

// The call itself. After the name: the arguments in their registers, behind a comma.
#define PV_STUB_CALL(name, ...)                                                                              \
    int64_t result;                                                                                          \
    __asm__ volatile("call pv_entry_page + %c[stub]"                                                         \
                     : "=a"(result)                                                                          \
                     : [stub] "i"(PV_CALL_##name * PV_STUB_SIZE) __VA_ARGS__                                 \
                     : "rcx", "r11", "memory");                                                              \
    return result

#define PV_STUB_0(name)                                                                                      \
    static inline int64_t pv_##name(void)                                                                    \
    {                                                                                                        \
        PV_STUB_CALL(name);                                                                                  \
    }

#define PV_STUB_1(name)                                                                                      \
    static inline int64_t pv_##name(uint64_t a0)                                                             \
    {                                                                                                        \
        PV_STUB_CALL(name, , "D"(a0));                                                                       \
    }

#define PV_STUB_2(name)                                                                                      \
    static inline int64_t pv_##name(uint64_t a0, uint64_t a1)                                                \
    {                                                                                                        \
        PV_STUB_CALL(name, , "D"(a0), "S"(a1));                                                              \
    }

#define PV_STUB_3(name)                                                                                      \
    static inline int64_t pv_##name(uint64_t a0, uint64_t a1, uint64_t a2)                                   \
    {                                                                                                        \
        PV_STUB_CALL(name, , "D"(a0), "S"(a1), "d"(a2));                                                     \
    }

// The fourth argument is in r10, since syscall itself uses rcx.
#define PV_STUB_4(name)                                                                                      \
    static inline int64_t pv_##name(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)                      \
    {                                                                                                        \
        register uint64_t r10 __asm__("r10") = a3;                                                           \
        PV_STUB_CALL(name, , "D"(a0), "S"(a1), "d"(a2), "r"(r10));                                           \
    }

#define PV_CALL(number, name, count, ...) PV_STUB_##count(name)
#include "abi/calls.def"
#undef PV_CALL

#endif
