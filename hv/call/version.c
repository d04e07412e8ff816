// SPDX-License-Identifier: MIT
/*
 * Calls about the ABI itself.
 */
#include "call/call.h"

HANDLER int64_t call_version(void)
{
    return PV_VERSION;
}

HANDLER int64_t call_features(void)
{
    return PV_FEATURES;
}
