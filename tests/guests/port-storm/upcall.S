// SPDX-License-Identifier: MIT
/*
 * The entry of events, the same as that of the guest `ports`.
 */
#include "tests/guests/ports/upcall.S"
