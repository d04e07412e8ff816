// SPDX-License-Identifier: MIT
// Channels by hypercalls. The start info says what there is. All ports stay bound to the first virtual CPU,
// so there is one that takes what comes, and no book of who takes what.
#include "pvops/channel_call.h"

#include "pvops/backend.h"
#include "pvops/stubs.h"

enum { WORD_BITS = 64 };

_Static_assert(PV_CHANNEL_LIMIT == PV_SHARE_LIMIT, "every share is a channel");

static uint32_t port_of(unsigned channel)
{
    return pv_start_info->shares[channel].port;
}

static uint64_t port_bit(uint32_t port)
{
    return UINT64_C(1) << port % WORD_BITS;
}

unsigned channel_call_count(void)
{
    unsigned count = 0;

    while (count < PV_SHARE_LIMIT && pv_start_info->shares[count].name[0] != '\0')
        count++;
    return count;
}

// The two domains have different numbers.
void channel_call_describe(unsigned channel, struct pv_channel *description)
{
    const struct pv_share *share = &pv_start_info->shares[channel];

    *description = (struct pv_channel){
        .name = share->name,
        .memory = (void *)(uintptr_t)share->address,
        .size = share->size,
        .first = pv_start_info->domain < share->domain,
    };
}

// When a domain ends, what was bound to its ports becomes unbound.
bool channel_call_is_connected(unsigned channel)
{
    struct pv_port_status status = {.state = PV_PORT_FREE};

    return pv_port_status(port_of(channel), (uintptr_t)&status) == 0 && status.state == PV_PORT_DOMAIN;
}

// Where nobody is at the other end there is nobody to tell.
void channel_call_send(unsigned channel)
{
    pv_port_send(port_of(channel));
}

void channel_call_mask(unsigned channel)
{
    uint32_t port = port_of(channel);

    __atomic_fetch_or(&pv_ports.mask[port / WORD_BITS], port_bit(port), __ATOMIC_SEQ_CST);
}

void channel_call_start(void)
{
    unsigned count = channel_call_count();

    for (unsigned channel = 0; channel < count; channel++)
        channel_call_mask(channel);
}

// Clear, then look: what comes before that is seen by the look, what comes after it is delivered.
void channel_call_unmask(unsigned channel)
{
    uint32_t port = port_of(channel), word = port / WORD_BITS;

    __atomic_fetch_and(&pv_ports.mask[word], ~port_bit(port), __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&pv_ports.pending[word], __ATOMIC_SEQ_CST) & port_bit(port))
        pv_port_unmask(port);
}

// Takes what is pending at a port that is not masked. Returns whether there was something.
static bool port_take(uint32_t port)
{
    uint32_t word = port / WORD_BITS;
    uint64_t bit = port_bit(port);

    return !(pv_ports.mask[word] & bit) && pv_ports.pending[word] & bit &&
           __atomic_fetch_and(&pv_ports.pending[word], ~bit, __ATOMIC_SEQ_CST) & bit;
}

void channel_call_dispatch(volatile struct pv_vcpu_page *page)
{
    uint64_t words = __atomic_exchange_n(&page->port_words, 0, __ATOMIC_SEQ_CST);
    unsigned count = channel_call_count();

    for (unsigned channel = 0; channel < count; channel++) {
        uint32_t port = port_of(channel);

        if (words & UINT64_C(1) << port / WORD_BITS && port_take(port))
            kernel_channel(channel);
    }
}
