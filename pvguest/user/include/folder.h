// SPDX-License-Identifier: MIT
// Paths, and what stands in folders.
#ifndef PV_USER_FOLDER_H
#define PV_USER_FOLDER_H

#include <stdbool.h>

// The last part of a path, without slashes at its end, in a new string. "/" stays "/".
char *path_last(const char *path);

// "FOLDER/NAME" in a new string.
char *path_join(const char *folder, const char *name);

// Calls the function with the path and the name of everything in a folder but "." and "..", sorted by name;
// all names have been read before, so that the function may change the folder. Returns false if the folder
// could not be read (it has been complained about).
bool folder_each(const char *folder, void (*each)(const char *path, const char *name, void *argument),
                 void *argument);

#endif
