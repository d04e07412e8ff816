// SPDX-License-Identifier: MIT
/*
 * The hypervisor's own messages: lines that begin with "(pv) ".
 */
#ifndef PV_CORE_LOG_H
#define PV_CORE_LOG_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

#define LOG_PREFIX "(pv) "

/** Shows messages up to this level from now on; LOG_INFO at first. */
void log_level_set(enum log_level level);

/** Shows one line; `format` has no newline. The formats are those of print_format. */
void log_print(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_print(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_print(LOG_WARNING, __VA_ARGS__)
#define log_info(...)    log_print(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_print(LOG_DEBUG, __VA_ARGS__)

#endif
