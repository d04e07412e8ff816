// SPDX-License-Identifier: MIT
/*
 * Shares and rates are those of the time that a virtual CPU was up since the panel was drawn last; at first,
 * since it was made. Its four shares add up to all of that time, because what the scheduler keeps does.
 */
#include "core/top.h"

#include "core/domain.h"
#include "core/scheduler.h"
#include "core/terminal.h"
#include "core/timer.h"
#include "lib/print.h"
#include "lib/string.h"
#include "x86/clock.h"

#define PERIOD 1000000000ull /* nanoseconds */
#define ROWS   (TERMINAL_PANEL_ROWS - 3)
#define BUSY   9 /* processors for whose shares a line has room */

/* What one virtual CPU did since it was looked at last. */
struct top_row {
    const struct vcpu *vcpu;
    struct vcpu_times times;   /* `spent` since then */
    struct vcpu_counts counts; /* likewise */
    uint64_t time;             /* that it was up */
};

/* Those that ran most of the time, the first one most. */
struct top_table {
    struct top_row rows[ROWS];
    unsigned count;  /* of the rows that are filled */
    unsigned hidden; /* virtual CPUs that are in none of them */
};

struct top_text {
    char bytes[TERMINAL_PANEL];
    size_t length;
};

static struct {
    bool shown;
    bool due;
    struct timer timer;
    uint64_t drawn;                      /* when, in nanoseconds of the clock */
    uint64_t idle_seen[PROCESSOR_LIMIT]; /* how long each had been idle then */
    struct top_table table;
    struct top_text text;
} top;

static void due_note(struct timer *timer)
{
    (void)timer;
    __atomic_store_n(&top.due, true, __ATOMIC_RELAXED);
}

/* ---- Looking --------------------------------------------------------------------------------------- */

static uint64_t advance(uint64_t *seen, uint64_t now)
{
    uint64_t more = now - *seen;

    *seen = now;
    return more;
}

static struct top_row row_read(struct vcpu *vcpu)
{
    struct vcpu_counts counts = vcpu_counts(vcpu);
    struct top_row row = {.vcpu = vcpu, .times = scheduler_times(vcpu)};

    for (unsigned i = SPEND_RUNNING; i < SPEND_KINDS; i++) {
        row.times.spent[i] = advance(&vcpu->seen_spent[i], row.times.spent[i]);
        row.time += row.times.spent[i];
    }
    row.counts.calls = advance(&vcpu->seen.calls, counts.calls);
    row.counts.traps = advance(&vcpu->seen.traps, counts.traps);
    row.counts.events = advance(&vcpu->seen.events, counts.events);
    return row;
}

/* What ran longer goes before; of two that ran as long, the one that came first. */
static void row_insert(struct top_table *table, const struct top_row *row)
{
    unsigned at = table->count;

    while (at > 0 && table->rows[at - 1].times.spent[SPEND_RUNNING] < row->times.spent[SPEND_RUNNING]) {
        if (at < ROWS) {
            table->rows[at] = table->rows[at - 1];
        }
        at--;
    }
    if (at < ROWS) {
        table->rows[at] = *row;
    }
    if (table->count < ROWS) {
        table->count++;
    } else {
        table->hidden++;
    }
}

static void table_read(struct top_table *table)
{
    table->count = 0;
    table->hidden = 0;
    for (struct domain *d = domain_after(0); d != NULL; d = domain_after(d->number)) {
        for (unsigned i = 0; i < d->vcpu_count; i++) {
            struct top_row row = row_read(d->vcpus[i]);

            row_insert(table, &row);
        }
    }
}

/* ---- Drawing --------------------------------------------------------------------------------------- */

static void __attribute__((format(printf, 2, 3))) add(struct top_text *text, const char *format, ...)
{
    size_t room = sizeof(text->bytes) - text->length;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = print_vformat(text->bytes + text->length, room, format, arguments);
    va_end(arguments);
    text->length += (size_t)length < room ? (size_t)length : room - 1;
}

/* A share in percent, with one digit behind the point. */
static void add_share(struct top_text *text, uint64_t part, uint64_t whole)
{
    uint64_t tenths = whole != 0 ? (part * 1000 + whole / 2) / whole : 0;

    add(text, " %3lu.%lu", tenths / 10, tenths % 10);
}

/* How often a second, in six places. */
static void add_rate(struct top_text *text, uint64_t count, uint64_t time)
{
    uint64_t rate = time != 0 ? count * 1000 / (time / 1000000 + 1) : 0;

    if (rate < 100000) {
        add(text, " %6lu", rate);
    } else if (rate < 100000000) {
        add(text, " %5luk", rate / 1000);
    } else {
        add(text, " %5luM", rate / 1000000);
    }
}

static void draw_row(struct top_text *text, const struct top_row *row)
{
    static const char *const states[] = {"down", "ready", "blocked", "ended"};
    const struct domain *domain = row->vcpu->domain;
    bool runs = row->times.state == VCPU_RUNNABLE && row->vcpu->entry.processor->current == row->vcpu;

    add(text, "%4u.%-2u %-14.14s %2u %-7s", domain->number, row->vcpu->number, domain->name,
        row->times.processor, runs ? "running" : states[row->times.state]);
    for (unsigned i = SPEND_RUNNING; i < SPEND_KINDS; i++) {
        add_share(text, row->times.spent[i], row->time);
    }
    add_rate(text, row->counts.calls, row->time);
    add_rate(text, row->counts.traps, row->time);
    add_rate(text, row->counts.events, row->time);
    add(text, "\n");
}

/* As many processors as a line has room for. */
static void draw_processors(struct top_text *text, uint64_t time)
{
    add(text, "processors busy, %%:");
    for (unsigned i = 0; i < processor_count && i < BUSY; i++) {
        uint64_t idle = advance(&top.idle_seen[i], scheduler_idle_time(&processors[i]));

        add_share(text, idle < time ? time - idle : 0, time);
    }
    add(text, processor_count > BUSY ? " ...\n" : "\n");
}

static void draw(void)
{
    struct top_text *text = &top.text;
    uint64_t now = clock_now(), seconds = now / 1000000000;

    text->length = 0;
    table_read(&top.table);
    add(text, "top: up %lu:%02lu:%02lu, %lu frames free, %u more virtual CPUs; any key ends it\n",
        seconds / 3600, seconds / 60 % 60, seconds % 60, frame_free_count(), top.table.hidden);
    draw_processors(text, advance(&top.drawn, now));
    add(text, "  id    name           on state     run%% wait%% stol%% blkd%%  calls  traps events\n");
    for (unsigned i = 0; i < top.table.count; i++) {
        draw_row(text, &top.table.rows[i]);
    }
    terminal_panel(text->bytes, text->length);
    timer_arm(&top.timer, now + PERIOD);
}

void top_show(void)
{
    top.shown = true;
    top.timer.expire = due_note;
    draw();
}

bool top_hide(void)
{
    bool shown = top.shown;

    if (shown) {
        timer_disarm(&top.timer);
        top.shown = false;
        terminal_panel("", 0);
    }
    return shown;
}

void top_refresh(void)
{
    if (!__atomic_load_n(&top.due, __ATOMIC_RELAXED)) {
        return;
    }
    domains_hold();
    if (__atomic_exchange_n(&top.due, false, __ATOMIC_RELAXED) && top.shown) {
        draw();
    }
    domains_release();
}
