// SPDX-License-Identifier: MIT
/*
 * Printing and outcomes of the test guests. Relies on console_write and exit alone.
 */
#include "tests/guests/runtime/test.h"

#include "tests/guests/runtime/call.h"

#include <stdarg.h>
#include <stddef.h>

const struct pv_start_info *start_info;
void runtime_main(const struct pv_start_info *info);

/* What failed often is printed only so often: the rest says the same. */
#define FAILURES_PRINTED 16

static unsigned int failures;

/* A line is collected, so that it takes few calls. */
static char line[PV_CONSOLE_CHUNK];
static size_t line_length;

static void line_flush(void)
{
    for (size_t done = 0; done < line_length;) {
        int64_t taken = call(PV_CALL_console_write, (uintptr_t)line + done, line_length - done, 0);
        if (taken < 0)
            break;
        if (taken == 0)
            call(PV_CALL_yield, 0, 0, 0);
        done += (size_t)taken;
    }
    line_length = 0;
}

static void put(char character)
{
    line[line_length++] = character;
    if (character == '\n' || line_length == sizeof line)
        line_flush();
}

static void put_number(uint64_t number, unsigned int base)
{
    char digits[20];
    unsigned int count = 0;

    do {
        digits[count++] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0);
    while (count > 0)
        put(digits[--count]);
}

static void put_list(const char *format, va_list arguments)
{
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        format++;
        if (*format == 's') {
            for (const char *text = va_arg(arguments, const char *); *text != '\0'; text++)
                put(*text);
        } else {
            put_number(va_arg(arguments, uint64_t), *format == 'x' ? 16 : 10);
        }
    }
}

void print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put_list(format, arguments);
    va_end(arguments);
    line_flush();
}

void expect(bool condition, const char *format, ...)
{
    va_list arguments;

    if (condition || failures++ >= FAILURES_PRINTED)
        return;
    print("not as it should be: ");
    va_start(arguments, format);
    put_list(format, arguments);
    va_end(arguments);
    put('\n');
}

/* An error's name; for anything else what it is. */
static const char *result_name(int64_t result)
{
    static const char *const names[] = {
#define PV_ERROR(number, name, ...) [number] = #name,
#include "abi/errors.def"
#undef PV_ERROR
    };

    if (result >= 0)
        return "success";
    return -result < (int64_t)(sizeof names / sizeof *names) ? names[-result] : "no known error";
}

void expect_result(int64_t result, int64_t wanted, const char *what, uint64_t detail)
{
    expect(result == wanted, "%s (%x): %s (%x), not %s (%x)", what, detail, result_name(result),
           (uint64_t)result, result_name(wanted), (uint64_t)wanted);
}

bool argument_is(const char *word)
{
    const char *text = start_info->command_line;

    while (*word != '\0' && *text == *word) {
        word++;
        text++;
    }
    return *word == '\0' && *text == '\0';
}

static _Noreturn void end(const char *outcome, const char *why, uint64_t reason)
{
    print("test: %s: %s%s%s\n", test_name, outcome, *why != '\0' ? ": " : "", why);
    call(PV_CALL_exit, reason, 0, 0);
    for (;;)
        __builtin_ia32_pause();
}

void test_skip(const char *why)
{
    end("skip", why, 0);
}

void test_error(const char *why)
{
    end("error", why, 2);
}

void test_end(void)
{
    if (failures == 0)
        end("success", "", 0);
    end("failure", "", 1);
}

void runtime_main(const struct pv_start_info *info)
{
    start_info = info;
    if (info->magic != PV_START_MAGIC || info->window != WINDOW || info->physmap != PHYSMAP)
        test_error("the start-info page is not as the note asked");
    test_main();
    test_end();
}
