// SPDX-License-Identifier: MIT
/*
 * What has to end the domain.
 */
#ifndef PV_TESTS_GUESTS_USER_CALLS_FATAL_H
#define PV_TESTS_GUESTS_USER_CALLS_FATAL_H

/* Does what the guest's argument names; a failure if anything is left afterwards. */
void try_fatal(void);

#endif
