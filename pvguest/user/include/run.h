// SPDX-License-Identifier: MIT
// Programs that start other programs: env, nice, time, watch, xargs.
#ifndef PV_USER_RUN_H
#define PV_USER_RUN_H

// Becomes the program argv[0], found as the shell finds it. If that cannot be, complains and ends with status
// 127 (it is not there) or 126, as a shell does.
_Noreturn void program_become(char **argv);

// Runs the program argv[0] in a process of its own and waits for its end. Returns its status, or 128 and the
// number of the signal that ended it.
int program_run(char **argv);

#endif
