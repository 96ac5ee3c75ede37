// The AF_XDP rings as a C program uses them: this process's halves with cached cursors, entries of struct xdp_desc or bare
// addresses, acquire and release once a batch. The layout in memory and the sizes are those of RingBenchmark.java.
#ifndef RINGS_H
#define RINGS_H
#include <linux/if_xdp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 64
#define FRAME_SIZE 2048
#define FRAMES 8192
#define HEADROOM 256
#define PACKET_LENGTH 60
#define RX_SIZE 2048
#define TX_SIZE 2048
#define FILL_SIZE 4096
#define PAGE 4096

#define PRODUCER_OFFSET 0
#define CONSUMER_OFFSET 128
#define FLAGS_OFFSET 196
#define ENTRIES_OFFSET 320

struct ring {
	_Atomic uint32_t *producer;
	_Atomic uint32_t *consumer;
	_Atomic uint32_t *flags;
	void *entries;
	uint32_t size;
	uint32_t mask;
	uint32_t own;   // this process's cursor, which nobody else writes
	uint32_t limit; // one past the last entry that may be touched, from the kernel's cursor as last seen
};

// Every word and entry of a ring in memory of its own.
static inline struct ring new_ring(uint32_t size, size_t entry_length)
{
	size_t length = (ENTRIES_OFFSET + size * entry_length + PAGE - 1) / PAGE * PAGE;
	char *memory = aligned_alloc(PAGE, length);

	if (!memory)
		abort();
	memset(memory, 0, length);
	return (struct ring){
		.producer = (_Atomic uint32_t *)(memory + PRODUCER_OFFSET),
		.consumer = (_Atomic uint32_t *)(memory + CONSUMER_OFFSET),
		.flags = (_Atomic uint32_t *)(memory + FLAGS_OFFSET),
		.entries = memory + ENTRIES_OFFSET,
		.size = size,
		.mask = size - 1,
	};
}

static inline uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

// ---- rings that the kernel fills

static inline uint32_t peek(struct ring *ring, uint32_t max)
{
	uint32_t ready = ring->limit - ring->own;

	if (ready == 0) {
		ring->limit = atomic_load_explicit(ring->producer, memory_order_acquire);
		ready = ring->limit - ring->own;
	}
	return smaller(ready, max);
}

static inline void release(struct ring *ring, uint32_t count)
{
	ring->own += count;
	atomic_store_explicit(ring->consumer, ring->own, memory_order_release);
}

// ---- rings that the kernel empties

static inline uint32_t reserve(struct ring *ring, uint32_t wanted)
{
	uint32_t room = ring->limit - ring->own;

	if (room < wanted) {
		ring->limit = atomic_load_explicit(ring->consumer, memory_order_acquire) + ring->size;
		room = ring->limit - ring->own;
	}
	return smaller(room, wanted);
}

static inline void submit(struct ring *ring, uint32_t count)
{
	ring->own += count;
	atomic_store_explicit(ring->producer, ring->own, memory_order_release);
}

// Behind a submit: the load must not pass the store, which takes a full fence.
static inline bool needs_wake_up(struct ring *ring)
{
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load_explicit(ring->flags, memory_order_relaxed) & XDP_RING_NEED_WAKEUP;
}

// ---- entries

static inline struct xdp_desc *descriptor(struct ring *ring, uint32_t i)
{
	return &((struct xdp_desc *)ring->entries)[(ring->own + i) & ring->mask];
}

static inline uint64_t *address(struct ring *ring, uint32_t i)
{
	return &((uint64_t *)ring->entries)[(ring->own + i) & ring->mask];
}

// ---- what is measured

struct rings {
	struct ring rx;
	struct ring tx;
	struct ring fill;
	uint64_t frame_mask;
	uint32_t kernel_cursor;
};

static inline void open_rings(struct rings *rings)
{
	rings->rx = new_ring(RX_SIZE, sizeof(struct xdp_desc));
	rings->tx = new_ring(TX_SIZE, sizeof(struct xdp_desc));
	rings->fill = new_ring(FILL_SIZE, sizeof(uint64_t));
	rings->tx.limit = TX_SIZE;
	rings->fill.limit = FILL_SIZE;
	rings->frame_mask = -(uint64_t)FRAME_SIZE;
	rings->kernel_cursor = 0;
	for (uint32_t i = 0; i < RX_SIZE; i++)
		*descriptor(&rings->rx, i) = (struct xdp_desc){ (uint64_t)i * FRAME_SIZE + HEADROOM, PACKET_LENGTH, 0 };
}

// The kernel has taken what was submitted before, and received the next batch.
static inline uint64_t kernel_alone(struct rings *rings)
{
	atomic_store_explicit(rings->fill.consumer, rings->kernel_cursor, memory_order_release);
	atomic_store_explicit(rings->tx.consumer, rings->kernel_cursor, memory_order_release);
	rings->kernel_cursor += BATCH;
	atomic_store_explicit(rings->rx.producer, rings->kernel_cursor, memory_order_release);
	return rings->kernel_cursor;
}

static inline uint64_t rx_to_fill(struct rings *rings)
{
	uint32_t count;
	uint64_t bytes = 0;

	kernel_alone(rings);
	count = smaller(peek(&rings->rx, BATCH), reserve(&rings->fill, BATCH));
	for (uint32_t i = 0; i < count; i++) {
		const struct xdp_desc *received = descriptor(&rings->rx, i);

		bytes += received->len;
		*address(&rings->fill, i) = received->addr & rings->frame_mask;
	}
	submit(&rings->fill, count);
	release(&rings->rx, count);
	return bytes;
}

static inline uint64_t rx_to_fill_asking_to_wake(struct rings *rings)
{
	uint64_t bytes = rx_to_fill(rings);

	return needs_wake_up(&rings->fill) ? -bytes : bytes;
}

static inline uint64_t rx_to_tx(struct rings *rings)
{
	uint32_t count;

	kernel_alone(rings);
	count = smaller(peek(&rings->rx, BATCH), reserve(&rings->tx, BATCH));
	for (uint32_t i = 0; i < count; i++) {
		const struct xdp_desc *received = descriptor(&rings->rx, i);
		struct xdp_desc *sent = descriptor(&rings->tx, i);

		sent->addr = received->addr;
		sent->len = received->len;
		sent->options = 0;
	}
	submit(&rings->tx, count);
	release(&rings->rx, count);
	return count;
}
#endif
