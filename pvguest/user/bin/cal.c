// SPDX-License-Identifier: MIT
// cal: prints a month as a calendar, by the Gregorian rule for leap years.
#include "program.h"

#include <string.h>
#include <time.h>

enum { WEEK = 7, MONTHS = 12, YEAR_MOST = 9999, TITLE_ROOM = 32, WIDTH = 20 };

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month] + (month == 1 && is_leap(year));
}

// The day of the week of a month's first day, 0 for Sunday. The first of January of year 1 was a Monday.
static int first_weekday(int year, int month)
{
    int before = year - 1;
    int days = 1 + before * 365 + before / 4 - before / 100 + before / 400;

    for (int m = 0; m < month; m++)
        days += month_days(year, m);
    return days % WEEK;
}

static void month_print(int year, int month)
{
    struct tm first = {.tm_year = year - 1900, .tm_mon = month, .tm_mday = 1};
    int column = first_weekday(year, month);
    char title[TITLE_ROOM];

    strftime(title, sizeof title, "%B %Y", &first);
    printf("%*s%s\nSu Mo Tu We Th Fr Sa\n%*s", (int)(WIDTH - strlen(title)) / 2, "", title, 3 * column, "");
    for (int day = 1; day <= month_days(year, month); day++) {
        bool last = ++column == WEEK;

        printf("%2d%s", day, last ? "\n" : " ");
        column = last ? 0 : column;
    }
    printf(column ? "\n" : "");
}

int main(int argc, char **argv)
{
    time_t seconds = time(NULL);
    struct tm *now = gmtime(&seconds);
    uint64_t month = (uint64_t)now->tm_mon + 1;
    uint64_t year = (uint64_t)now->tm_year + 1900;

    (void)argc;
    argv = program_begin(argv, "[MONTH YEAR]", NULL);
    if (argv[0]) {
        if (!argv[1] || argv[2])
            program_usage();
        month = program_number(argv[0]);
        year = program_number(argv[1]);
    }
    if (month >= 1 && month <= MONTHS && year >= 1 && year <= YEAR_MOST)
        month_print((int)year, (int)month - 1);
    else
        program_usage();
    return program_end();
}
