// SPDX-License-Identifier: MIT
/*
 * Requests between processors. A flush is counted when it is asked for, and the count that was seen before a
 * flush is done after it: so one flush serves all who asked by then, and whoever asks during one waits for
 * the next.
 */
#include "x86/interprocessor.h"

#include "x86/apic.h"
#include "x86/instruction.h"
#include "x86/machine/mm_memory.h"
#include "x86/vector.h"

void processor_kick(const struct processor *processor)
{
    if (processor != processor_self()) {
        apic_send(processor->apic_id, VECTOR_KICK);
    }
}

void processor_serve(void)
{
    struct processor *self = processor_self();
    uint32_t asked = __atomic_load_n(&self->flushes_asked, __ATOMIC_SEQ_CST);

    if (asked != self->flushes_done) {
        cr3_write(cr3_read());
        __atomic_store_n(&self->flushes_done, asked, __ATOMIC_SEQ_CST);
    }
}

/* Who waits for a lock may be the one whom its holder waits for. */
void lock_wait(void)
{
    processor_relax();
    processor_serve();
}

static bool flushed(const struct processor *processor, uint32_t wanted)
{
    return (int32_t)(__atomic_load_n(&processor->flushes_done, __ATOMIC_SEQ_CST) - wanted) >= 0;
}

void processors_flush(uint64_t set)
{
    uint32_t wanted[PROCESSOR_LIMIT];

    for (uint64_t left = set; left != 0; left &= left - 1) {
        struct processor *processor = &processors[__builtin_ctzll(left)];

        wanted[processor->number] = __atomic_add_fetch(&processor->flushes_asked, 1, __ATOMIC_SEQ_CST);
        apic_send(processor->apic_id, VECTOR_FLUSH);
    }
    for (uint64_t left = set; left != 0; left &= left - 1) {
        const struct processor *processor = &processors[__builtin_ctzll(left)];

        while (!flushed(processor, wanted[processor->number])) {
            lock_wait();
        }
    }
}

void processors_stop(void)
{
    uint32_t self = processor_count > 1 ? apic_id() : processors[0].apic_id;

    for (uint32_t i = 0; i < processor_count; i++) {
        if (processors[i].apic_id != self) {
            apic_send(processors[i].apic_id, APIC_NMI);
        }
    }
}
