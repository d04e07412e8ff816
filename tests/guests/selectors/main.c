// SPDX-License-Identifier: MIT
/*
 * selectors: loads segment registers, and looks whether those of another guest show.
 *
 * What: with the argument `mark` a guest puts values into ds, es, fs and gs, again and again, and yields
 * after each; with the argument `look` it changes none, yields, and reads them.
 *
 * Why: the segment registers are no part of what an exception saves. Those that a hypervisor does not set
 * when it switches are the last guest's: the next one reads from them what it did, and two guests that should
 * not know of each other can talk.
 *
 * How: the one that looks finds the same values each time, and none of the marks. Those in ds and es are the
 * code segment's selector, which can be read from; the processor clears null ones on the way to ring 3. Those
 * in fs and gs are null selectors with privilege bits.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "selectors";

/* The one that marks begins earlier and goes on longer than the one that looks. */
#define LOOKS 500
#define MARKS 5000

struct selectors {
    uint16_t ds, es, fs, gs;
};

static struct selectors marks(void)
{
    struct selectors values = {.fs = 3, .gs = 2};

    __asm__("mov %%cs, %0" : "=r"(values.ds));
    values.es = values.ds;
    return values;
}

static struct selectors selectors_read(void)
{
    struct selectors now;

    __asm__ volatile("mov %%ds, %0\n"
                     "mov %%es, %1\n"
                     "mov %%fs, %2\n"
                     "mov %%gs, %3\n"
                     : "=r"(now.ds), "=r"(now.es), "=r"(now.fs), "=r"(now.gs));
    return now;
}

static void selectors_load(const struct selectors *values)
{
    __asm__ volatile("mov %0, %%ds\n"
                     "mov %1, %%es\n"
                     "mov %2, %%fs\n"
                     "mov %3, %%gs\n"
                     :
                     : "r"(values->ds), "r"(values->es), "r"(values->fs), "r"(values->gs));
}

static bool selectors_same(const struct selectors *a, const struct selectors *b)
{
    return a->ds == b->ds && a->es == b->es && a->fs == b->fs && a->gs == b->gs;
}

static bool selectors_share(const struct selectors *a, const struct selectors *b)
{
    return a->ds == b->ds || a->es == b->es || a->fs == b->fs || a->gs == b->gs;
}

static void mark(void)
{
    struct selectors values = marks();

    for (unsigned int i = 0; i < MARKS; i++) {
        selectors_load(&values);
        call(PV_CALL_yield, 0, 0, 0);
    }
}

static void look(void)
{
    struct selectors own = selectors_read(), other = marks();

    for (unsigned int i = 0; i < LOOKS; i++) {
        struct selectors now = selectors_read();
        expect(!selectors_share(&now, &other), "another guest's marks show: %x, %x, %x, %x", (uint64_t)now.ds,
               (uint64_t)now.es, (uint64_t)now.fs, (uint64_t)now.gs);
        expect(selectors_same(&now, &own), "ds, es, fs, gs were %x, %x, %x, %x, and are %x, %x, %x, %x",
               (uint64_t)own.ds, (uint64_t)own.es, (uint64_t)own.fs, (uint64_t)own.gs, (uint64_t)now.ds,
               (uint64_t)now.es, (uint64_t)now.fs, (uint64_t)now.gs);
        call(PV_CALL_yield, 0, 0, 0);
    }
}

void test_main(void)
{
    if (argument_is("mark"))
        mark();
    else if (argument_is("look"))
        look();
    else
        test_error("neither mark nor look");
}
