// SPDX-License-Identifier: MIT
/*
 * shares: memory that two guests share, and the channel between them.
 *
 * What: with the argument `write` it streams bytes through a ring in the region that it shares with another
 * guest, which has the argument `read` and checks each byte; both then do what must not work with a page of
 * the region: retype it, map it elsewhere, map it anew, and what has to work, taking its mapping away. With
 * `die` it leaves the other one alone with the region. Without an argument it has to
 * find no share; with `any` it does not look.
 *
 * Why: a frame that two domains can write, and that one of them may make a table, or map where it is not
 * counted, is the end of both. One that is given back too early is somebody else's page next.
 *
 * How: byte n of the stream follows from n. Both ends sleep in port_wait.
 */
#include "abi/mmu.h"
#include "abi/port.h"

#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "shares";

#define BYTES (1u << 20)

struct ring {
    volatile uint32_t written, read; /* count up */
    uint8_t reserved[56];
    volatile uint8_t bytes[];
};

static volatile struct pv_ports *const ports = (void *)(WINDOW + PV_WINDOW_PORTS);
static const struct pv_share *share;
static struct ring *ring;
static uint32_t room;

static uint8_t byte_of(uint32_t n)
{
    return (uint8_t)(n * 2654435761u >> 24);
}

static void other_tell(void)
{
    expect_result(call(PV_CALL_port_send, share->port, 0, 0), 0, "port_send", 0);
}

/* Until something has come; what came before is forgotten first, so the caller looks again afterwards. */
static void other_await(void)
{
    uint64_t bit = 1ul << share->port % 64;

    while (call(PV_CALL_port_wait, (uintptr_t)&share->port, 1, 0) == PV_PORT_WAIT_AGAIN)
        continue;
    __atomic_and_fetch(&ports->pending[share->port / 64], ~bit, __ATOMIC_SEQ_CST);
}

static void write_all(void)
{
    for (uint32_t n = 0; n < BYTES; n++) {
        while (n - ring->read == room)
            other_await();
        ring->bytes[n % room] = byte_of(n);
        __atomic_store_n(&ring->written, n + 1, __ATOMIC_SEQ_CST);
        if (n % 1024 == 1023)
            other_tell();
    }
    while (ring->read != BYTES)
        other_await();
}

static void read_all(void)
{
    uint32_t wrong = 0;

    for (uint32_t n = 0; n < BYTES; n++) {
        while (ring->written == n)
            other_await();
        wrong += ring->bytes[n % room] != byte_of(n);
        __atomic_store_n(&ring->read, n + 1, __ATOMIC_SEQ_CST);
        if (n % 1024 == 1023)
            other_tell();
    }
    expect(wrong == 0, "%u of the bytes are wrong", wrong);
    print("%u bytes\n", BYTES);
}

/* The last page of the region is not needed any more. */
static void attack(void)
{
    uint64_t at = share->address + share->size - PAGE_SIZE;
    uint64_t entry = entry_value(entry_of(at, 1)), frame = entry & ~0xffful & ~(1ul << 63);
    uint64_t page = page_take();

    for (unsigned int type = PV_FRAME_DATA; type <= PV_FRAME_LEVEL4; type++)
        expect_result(mmu_do(frame | PV_MMU_RETYPE, type), -PV_E_OWNER, "retype to", type);
    expect_result(mmu_do(frame | PV_MMU_CLEAR, PV_FRAME_LEVEL1), -PV_E_OWNER, "clear", 0);
    expect_result(page_map(page, 0), 0, "unmapping a page", 0);
    expect_result(call(PV_CALL_va_update, PHYSMAP + page, entry, 0), -PV_E_OWNER, "mapping it elsewhere", 0);
    expect_result(map_at(at, entry & ~2ul), -PV_E_OWNER, "mapping it for reading", 0);
    expect_result(map_at(at, entry & ~1ul), -PV_E_OWNER, "an entry that is not present", 0);
    expect_result(map_at(at, 0), 0, "taking the mapping away", 0);
    expect_result(map_at(at, entry), -PV_E_OWNER, "mapping it anew", 0);
}

static void share_open(uint64_t size)
{
    const char *name = start_info->shares[0].name;

    share = &start_info->shares[0];
    if (name[0] != 'r' || name[1] != '1' || name[2] != '\0' || share->size != size)
        test_error("there is no share r1 of this size");
    expect(share->domain == 3 - start_info->domain, "it is shared with %u", share->domain);
    for (uint64_t i = 0; i < size / 8; i++)
        expect(((uint64_t *)share->address)[i] == 0 || i < 8 || !argument_is("write"), "word %u is not 0", i);
    ring = (struct ring *)share->address;
    room = (uint32_t)(size - PAGE_SIZE - sizeof *ring) & ~1023u;
}

/*
 * The other one ends first, and what it wrote stays, although the hypervisor takes pages: what had been given
 * back would be among them.
 */
static void survive(void)
{
    volatile uint64_t *word = (uint64_t *)share->address;
    struct pv_port_status status;

    do {
        other_await();
        call(PV_CALL_port_status, share->port, (uintptr_t)&status, 0);
    } while (status.state == PV_PORT_DOMAIN);
    for (unsigned int i = 0; i < 1000; i++) /* until it is buried */
        call(PV_CALL_yield, 0, 0, 0);
    while (call(PV_CALL_port_bind_vcpu, 0, 0, 0) > 0)
        continue;
    for (uint64_t i = 0; i < share->size / 8; i++)
        expect(word[i] == i * 3, "word %u is %x", i, word[i]);
}

static void die(void)
{
    volatile uint64_t *word = (uint64_t *)share->address;

    for (uint64_t i = 0; i < share->size / 8; i++)
        word[i] = i * 3;
}

void test_main(void)
{
    if (argument_is("write")) {
        share_open(65536);
        write_all();
        attack();
    } else if (argument_is("read")) {
        share_open(65536);
        read_all();
        attack();
    } else if (argument_is("die")) {
        share_open(8192);
        die();
    } else if (argument_is("survive")) {
        share_open(8192);
        survive();
    } else if (!argument_is("any")) {
        expect(start_info->shares[0].name[0] == '\0' && start_info->shares[0].size == 0, "there is a share");
    }
}
