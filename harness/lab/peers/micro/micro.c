// The C half of the micro suite: what the benchmarks of io.millrace.lab.bench.micro do, in the same shape. Measured as
// JMH measures: each benchmark is called in a loop until a flag says that the time is over, and each iteration's time is
// divided by the frames that the loop has got through.
//
//   micro measure NAME WARM_UPS WARM_UP_MS ITERATIONS ITERATION_MS    nanoseconds a frame of each iteration
//   micro check CALLS                                                 the sum of what so many calls of each return
#include "peer.h"
#include "rings.h"
#include "wire.h"
#include <sys/time.h>

#define FRAME_LENGTH 88
#define BYTES 9216
#define MILLI 1000000.0

static const uint8_t ipv4_frame[FRAME_LENGTH] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0,                                   // Ethernet
	0x45, 0, 0, 50, 0, 0, 0, 0, 64, 17, 0x66, 0xb9, 10, 0, 0, 1, 10, 0, 0, 2,   // IPv4
	0x23, 0x28, 0x23, 0x29, 0, 30, 0, 0,                                        // UDP
};
static const uint8_t ipv6_frame[FRAME_LENGTH] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 100, 0x86, 0xdd,            // Ethernet, VLAN 100
	0x60, 0, 0, 0, 0, 30, 17, 64,                                               // IPv6
	0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	0x23, 0x28, 0x23, 0x29, 0, 30, 0, 0,                                        // UDP
};
#define IPV4_LENGTH 64
#define IPV4_PORT (ETHERNET_LENGTH + IPV4_LEAST_LENGTH + 2)
#define IPV6_PORT (ETHERNET_LENGTH + TAG_LENGTH + IPV6_LENGTH + 2)

struct state {
	struct rings rings;
	uint8_t *ipv4; // frames, each where the kernel would put it
	uint8_t *ipv6;
	uint8_t *bytes;
	uint32_t turn;
};

static atomic_bool done;

// The compiler has to make the value, and to suppose that memory was read and written: the flag does as much in Java.
static inline void keep(uint64_t value)
{
	__asm__ volatile("" : : "r"(value) : "memory");
}

static uint8_t *frames(const uint8_t *template, int port_offset)
{
	uint8_t *memory = aligned_alloc(PAGE, BATCH * FRAME_SIZE);

	if (!memory)
		abort();
	memset(memory, 0, BATCH * FRAME_SIZE);
	for (int i = 0; i < BATCH; i++) {
		uint8_t *frame = memory + i * FRAME_SIZE + HEADROOM;

		memcpy(frame, template, FRAME_LENGTH);
		put16(frame + port_offset, 9001 + i);
	}
	return memory;
}

static void open_state(struct state *state)
{
	open_rings(&state->rings);
	state->ipv4 = frames(ipv4_frame, IPV4_PORT);
	state->ipv6 = frames(ipv6_frame, IPV6_PORT);
	state->bytes = malloc(BYTES);
	if (!state->bytes)
		abort();
	for (int i = 0; i < BYTES; i++)
		state->bytes[i] = i * 31 + 7;
	state->turn = 0;
}

// ---- the benchmarks; each call takes a batch, those of the checksum one packet

static inline uint64_t read_fields(struct state *state)
{
	uint64_t sum = 0;

	for (int i = 0; i < BATCH; i++) {
		const uint8_t *frame = state->ipv4 + i * FRAME_SIZE + HEADROOM;

		sum += get16(frame + 12) + get16(frame + 16) + frame[23] + (uint64_t)get32(frame + 26) + get32(frame + 30)
		       + get16(frame + 36);
	}
	return sum;
}

static inline uint64_t write_fields(struct state *state)
{
	uint32_t turn = state->turn++;

	for (int i = 0; i < BATCH; i++) {
		uint8_t *frame = state->ipv4 + i * FRAME_SIZE + HEADROOM;

		put32(frame, turn + i);
		put16(frame + 4, turn);
		frame[22] = turn;
		put16(frame + 36, turn + i);
	}
	return turn;
}

static inline uint64_t decode_ipv4_batch(struct state *state)
{
	uint64_t sum = 0;

	for (int i = 0; i < BATCH; i++)
		sum += decode_ipv4(state->ipv4 + i * FRAME_SIZE + HEADROOM, IPV4_LENGTH);
	return sum;
}

static inline uint64_t decode_ipv6_batch(struct state *state)
{
	uint64_t sum = 0;

	for (int i = 0; i < BATCH; i++)
		sum += decode_vlan_ipv6(state->ipv6 + i * FRAME_SIZE + HEADROOM, FRAME_LENGTH);
	return sum;
}

// A function a benchmark, so that the compiler makes one loop of each.
#define BENCHMARK(function, call)                                       \
	static uint64_t function(struct state *state)                   \
	{                                                               \
		uint64_t calls = 0;                                     \
									\
		while (!atomic_load_explicit(&done, memory_order_acquire)) { \
			keep(call);                                     \
			calls++;                                        \
		}                                                       \
		return calls;                                           \
	}                                                               \
	static uint64_t function##_sum(struct state *state, uint64_t calls) \
	{                                                               \
		uint64_t sum = 0;                                       \
									\
		while (calls--)                                         \
			sum += call;                                    \
		return sum;                                             \
	}

BENCHMARK(kernel_alone_loop, kernel_alone(&state->rings))
BENCHMARK(rx_to_fill_loop, rx_to_fill(&state->rings))
BENCHMARK(rx_to_fill_asking_loop, rx_to_fill_asking_to_wake(&state->rings))
BENCHMARK(rx_to_tx_loop, rx_to_tx(&state->rings))
BENCHMARK(read_loop, read_fields(state))
BENCHMARK(write_loop, write_fields(state))
BENCHMARK(ipv4_loop, decode_ipv4_batch(state))
BENCHMARK(ipv6_loop, decode_ipv6_batch(state))

// The length in a register that the compiler knows nothing of, as Java's is in a field.
static volatile int length_20 = 20, length_64 = 64, length_1500 = 1500, length_9000 = 9000;

BENCHMARK(checksum_20_loop, internet_checksum(state->bytes, length_20))
BENCHMARK(checksum_64_loop, internet_checksum(state->bytes, length_64))
BENCHMARK(checksum_1500_loop, internet_checksum(state->bytes, length_1500))
BENCHMARK(checksum_9000_loop, internet_checksum(state->bytes, length_9000))

static const struct benchmark {
	const char *name;
	uint64_t (*loop)(struct state *state);
	uint64_t (*sum)(struct state *state, uint64_t calls);
	int per_call;
} benchmarks[] = {
	{ "kernel-alone", kernel_alone_loop, kernel_alone_loop_sum, BATCH },
	{ "rx-to-fill", rx_to_fill_loop, rx_to_fill_loop_sum, BATCH },
	{ "rx-to-fill-asking-to-wake", rx_to_fill_asking_loop, rx_to_fill_asking_loop_sum, BATCH },
	{ "rx-to-tx", rx_to_tx_loop, rx_to_tx_loop_sum, BATCH },
	{ "read-fields", read_loop, read_loop_sum, BATCH },
	{ "write-fields", write_loop, write_loop_sum, BATCH },
	{ "decode-ipv4", ipv4_loop, ipv4_loop_sum, BATCH },
	{ "decode-vlan-ipv6", ipv6_loop, ipv6_loop_sum, BATCH },
	{ "checksum-20", checksum_20_loop, checksum_20_loop_sum, 1 },
	{ "checksum-64", checksum_64_loop, checksum_64_loop_sum, 1 },
	{ "checksum-1500", checksum_1500_loop, checksum_1500_loop_sum, 1 },
	{ "checksum-9000", checksum_9000_loop, checksum_9000_loop_sum, 1 },
};
#define BENCHMARKS (sizeof(benchmarks) / sizeof(benchmarks[0]))

// ---- measuring

static void time_is_over(int signal)
{
	(void)signal;
	atomic_store_explicit(&done, true, memory_order_release);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static double iteration(const struct benchmark *benchmark, struct state *state, int ms)
{
	struct itimerval timer = { .it_value = { ms / 1000, ms % 1000 * 1000 } };
	uint64_t calls;
	double start;

	atomic_store(&done, false);
	if (setitimer(ITIMER_REAL, &timer, NULL))
		die("setitimer", errno);
	start = now_ns();
	calls = benchmark->loop(state);
	return (now_ns() - start) / ((double)calls * benchmark->per_call);
}

static int measure(const struct benchmark *benchmark, struct state *state, int warm_ups, int warm_up_ms, int iterations,
		   int iteration_ms)
{
	struct sigaction action = { .sa_handler = time_is_over };

	if (warm_ups < 0 || warm_up_ms < 1 || iterations < 1 || iteration_ms < 1)
		die("counts and times", EINVAL);
	sigaction(SIGALRM, &action, NULL);
	for (int i = 0; i < warm_ups; i++)
		iteration(benchmark, state, warm_up_ms);
	printf("{\"name\":\"%s\",\"ns\":[", benchmark->name);
	for (int i = 0; i < iterations; i++)
		printf("%s%.5f", i ? "," : "", iteration(benchmark, state, iteration_ms));
	printf("]}\n");
	return 0;
}

static int check(struct state *state, uint64_t calls)
{
	printf("{");
	for (size_t i = 0; i < BENCHMARKS; i++) {
		open_state(state);
		printf("%s\"%s\":%lld", i ? "," : "", benchmarks[i].name, (long long)benchmarks[i].sum(state, calls));
	}
	printf("}\n");
	return 0;
}

int main(int argc, char **argv)
{
	struct state state;

	open_state(&state);
	if (argc == 3 && !strcmp(argv[1], "check"))
		return check(&state, strtoull(argv[2], NULL, 10));
	for (size_t i = 0; argc == 7 && !strcmp(argv[1], "measure") && i < BENCHMARKS; i++)
		if (!strcmp(argv[2], benchmarks[i].name))
			return measure(&benchmarks[i], &state, atoi(argv[3]), atoi(argv[4]), atoi(argv[5]), atoi(argv[6]));
	fprintf(stderr, "wrong usage; type: micro measure NAME WARM_UPS WARM_UP_MS ITERATIONS ITERATION_MS, or micro check CALLS; "
		"names are");
	for (size_t i = 0; i < BENCHMARKS; i++)
		fprintf(stderr, " %s", benchmarks[i].name);
	fprintf(stderr, "\n");
	return 2;
}
