// SPDX-License-Identifier: MIT
// The operands of cp, mv and ln: FROM TO, or FROM... FOLDER.
#ifndef PV_USER_TARGET_H
#define PV_USER_TARGET_H

// Calls the function for each operand but the last with where it is to go: the last one, or if that is a
// folder, the same name in it. Wrong operands end the program by program_usage().
void target_each(char **operands, void (*each)(const char *from, const char *to));

#endif
