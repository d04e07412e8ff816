// SPDX-License-Identifier: MIT
// Fails the build where a backend leaves an operation out.
#ifndef PV_PVOPS_COMPLETE_H
#define PV_PVOPS_COMPLETE_H

#include <stddef.h>

#include "pvops/pvops.h"

// A call of this that is left after optimisation is an error of the compiler, and in any case one of the
// linker.
__attribute__((error("a backend has an empty member"))) void pvops_member_missing(void);

typedef const void *pvops_member __attribute__((may_alias));

// Every member of struct pvops is a pointer, so that the structure can be looked through as an array of them.
// For a constant structure the compiler does that while it compiles, and nothing of the function is left but
// its `ret`.
#define PVOPS_COMPLETE(backend)                                                                              \
    __attribute__((used)) static void backend##_complete(void)                                               \
    {                                                                                                        \
        const pvops_member *members = (const pvops_member *)&(backend);                                      \
        _Pragma("GCC unroll 64") for (size_t i = 0; i < sizeof(backend) / sizeof *members; i++)              \
        {                                                                                                    \
            if (!members[i])                                                                                 \
                pvops_member_missing();                                                                      \
        }                                                                                                    \
    }

#endif
