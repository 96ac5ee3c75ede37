// The plain C program that the engine is measured against: one AF_XDP socket on libxdp, native attach, copy mode,
// batches of 64, need_wakeup. Usage: xdpsock-mini rxdrop|reflect INTERFACE [QUEUE]; SIGINT or SIGTERM ends it.
// Says "ready" on stdout once frames reach it, a line of rates a second on stderr, and a line of JSON at the end.
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <xdp/xsk.h>

#define FRAMES 8192
#define FRAME_SIZE 2048
#define BATCH 64
#define KICKS 64 // for one batch at most: a stuck device must not hold us here

#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9
#endif

static struct xsk_ring_prod fill, tx;
static struct xsk_ring_cons rx, completion;
static struct xsk_socket *xsk;
static unsigned char *memory;
static uint64_t free_frames[FRAMES];
static unsigned int free_count;
static unsigned long received, sent;
static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	stopped = signal;
}

static void die(const char *what, int error)
{
	fprintf(stderr, "xdpsock-mini: %s: %s\n", what, strerror(error < 0 ? -error : error));
	exit(1);
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

// return bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS), attached through a link that dies with us.
static void attach(int ifindex, int map)
{
	struct bpf_insn program[] = {
		{ .code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 1,
		  .off = offsetof(struct xdp_md, rx_queue_index) },
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_map },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "xdpsock_mini", "GPL", program,
			       sizeof(program) / sizeof(program[0]), NULL);

	if (fd < 0 || bpf_link_create(fd, ifindex, BPF_XDP, &options) < 0)
		die("load and attach the program", errno);
}

static void refill(void)
{
	uint32_t index = 0, i, count = xsk_prod_nb_free(&fill, BATCH);

	count = xsk_ring_prod__reserve(&fill, count < free_count ? count : free_count, &index);
	for (i = 0; i < count; i++)
		*xsk_ring_prod__fill_addr(&fill, index + i) = free_frames[--free_count];
	xsk_ring_prod__submit(&fill, count);
	if (xsk_ring_prod__needs_wakeup(&fill))
		recvfrom(xsk_socket__fd(xsk), NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

static void open_socket(const char *interface, int queue)
{
	struct xsk_umem_config memory_config = { .fill_size = 4096, .comp_size = 2048, .frame_size = FRAME_SIZE };
	struct xsk_socket_config config = {
		.rx_size = 2048, .tx_size = 2048, .bind_flags = XDP_COPY | XDP_USE_NEED_WAKEUP,
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
	};
	struct xsk_umem *umem;
	int error, budget = BATCH;

	memory = aligned_alloc(4096, FRAMES * FRAME_SIZE); // registering it pins, and so populates, it
	if (!memory)
		die("allocate the UMEM", errno);
	error = xsk_umem__create(&umem, memory, FRAMES * FRAME_SIZE, &fill, &completion, &memory_config);
	if (error)
		die("register the UMEM", error);
	error = xsk_socket__create(&xsk, interface, queue, umem, &rx, &tx, &config);
	if (error)
		die("bind", error);
	// A sendto moves 32 descriptors unless told otherwise; older kernels have no such option.
	setsockopt(xsk_socket__fd(xsk), SOL_XDP, XDP_MAX_TX_SKB_BUDGET, &budget, sizeof(budget));
	for (; free_count < FRAMES; free_count++)
		free_frames[free_count] = (uint64_t)free_count * FRAME_SIZE;
	refill();
}

static void reap(void)
{
	uint32_t index = 0, i, count;

	while ((count = xsk_ring_cons__peek(&completion, BATCH, &index))) {
		for (i = 0; i < count; i++)
			free_frames[free_count++] = *xsk_ring_cons__comp_addr(&completion, index + i);
		xsk_ring_cons__release(&completion, count);
		sent += count;
	}
}

static void kick(void)
{
	for (int i = 0; i < KICKS && xsk_ring_prod__needs_wakeup(&tx); i++) {
		if (sendto(xsk_socket__fd(xsk), NULL, 0, MSG_DONTWAIT, NULL, 0) >= 0 || errno != EAGAIN)
			break;
		reap();
	}
	reap();
}

static void swap_macs(unsigned char *frame)
{
	unsigned char saved[6];

	memcpy(saved, frame, 6);
	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, saved, 6);
}

static void turn(int reflect)
{
	uint32_t in = 0, out = 0, i, count = xsk_ring_cons__peek(&rx, BATCH, &in);

	while (reflect && count && xsk_ring_prod__reserve(&tx, count, &out) != count)
		kick();
	for (i = 0; i < count; i++) {
		const struct xdp_desc *frame = xsk_ring_cons__rx_desc(&rx, in + i);

		if (reflect) {
			swap_macs(memory + frame->addr);
			*xsk_ring_prod__tx_desc(&tx, out + i) = *frame;
		} else {
			free_frames[free_count++] = frame->addr; // the kernel masks the headroom off
		}
	}
	xsk_ring_cons__release(&rx, count);
	received += count;
	if (reflect && count) {
		xsk_ring_prod__submit(&tx, count);
		kick();
	}
	refill();
}

int main(int argc, char **argv)
{
	int map, reflect = argc > 1 && !strcmp(argv[1], "reflect"), queue = argc > 3 ? atoi(argv[3]) : 0;
	unsigned int ifindex = argc > 2 ? if_nametoindex(argv[2]) : 0;
	unsigned long before = 0, turns = 0;
	struct xdp_statistics kernel = { 0 };
	socklen_t length = sizeof(kernel);
	double last, now;

	if (argc < 3 || (!reflect && strcmp(argv[1], "rxdrop")) || !ifindex) {
		fprintf(stderr, "usage: xdpsock-mini rxdrop|reflect INTERFACE [QUEUE]\n");
		return 2;
	}
	signal(SIGINT, on_signal), signal(SIGTERM, on_signal);
	open_socket(argv[2], queue);
	map = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "sockets", sizeof(int), sizeof(int), queue + 1, NULL);
	if (map < 0 || xsk_socket__update_xskmap(xsk, map))
		die("put the socket into the map", errno);
	attach(ifindex, map);
	puts("ready"), fflush(stdout);
	for (last = seconds(CLOCK_MONOTONIC); !stopped; turn(reflect)) {
		if (++turns & 0xffff || (now = seconds(CLOCK_MONOTONIC)) - last < 1)
			continue;
		fprintf(stderr, "%.3f million frames/s, %.1f s of CPU\n", (received - before) / (now - last) / 1e6,
			seconds(CLOCK_PROCESS_CPUTIME_ID));
		last = now;
		before = received;
	}
	getsockopt(xsk_socket__fd(xsk), SOL_XDP, XDP_STATISTICS, &kernel, &length);
	printf("{\"rx_frames\":%lu,\"tx_frames\":%lu,\"cpu_s\":%.6f,\"rx_dropped\":%llu,\"rx_ring_full\":%llu}\n",
	       received, sent, seconds(CLOCK_PROCESS_CPUTIME_ID), kernel.rx_dropped, kernel.rx_ring_full);
	return 0;
}
