// SPDX-License-Identifier: MIT
/*
 * The entry code of each call, from abi/calls.def.
 */
#include "x86/call_table.h"

#include "x86/entry.h"

#define PV_CALL(number, name, ...) void entry_call_##name(void);
#include "abi/calls.def"
#undef PV_CALL

void entry_no_call(void);
void entry_return(void);
void entry_user_return(void);

#define PV_CALL(number, name, ...) [number] = entry_call_##name,
static void (*const entries[PV_CALL_LIMIT])(void) = {
#include "abi/calls.def"
};
#undef PV_CALL

void call_table_fill(void (*table[PV_CALL_LIMIT])(void), bool fast)
{
    for (unsigned i = 0; i < PV_CALL_LIMIT; i++) {
        table[i] = entries[i] != NULL ? entries[i] : entry_no_call;
    }
    if (fast) {
        table[PV_CALL_exception_return] = entry_return;
        table[PV_CALL_user_return] = entry_user_return;
    }
}
