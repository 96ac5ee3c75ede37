// What there is without AF_XDP: a packet socket with a receive ring in shared memory (TPACKET_V3), and sendmmsg past the
// queueing discipline. Usage: af-packet rxdrop|reflect INTERFACE; SIGINT or SIGTERM ends it. Never sleeps to receive.
// Tells its counts 20 times a second, for nobody else knows what a packet socket's ring had no room for.
#include "peer.h"
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <sys/mman.h>

#define BLOCK_SIZE (64 << 10)
#define BLOCKS 256	 // 16 MiB, as much as the other peers have
#define FRAME_SIZE 2048	 // of no meaning to TPACKET_V3, which packs frames, but it has to fit
#define RETIRE_MS 1	 // until a block that is not full is handed over
#define BATCH 64
#define SEND_BUFFER (4 << 20)
#define TELL_NS 50000000
#define QUIET_NS 50000000 // at its end, without frames: it takes what is in the ring, which holds 100,000 of them
#define LOOKS 1024 // at an empty block, before a look at the clock

static unsigned long received, bytes, sent, failed, dropped, freezes;
static unsigned char *ring;
static int fd;

static unsigned long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000UL + t.tv_nsec;
}

static void open_socket(const char *interface)
{
	struct tpacket_req3 request = {
		.tp_block_size = BLOCK_SIZE, .tp_block_nr = BLOCKS, .tp_frame_size = FRAME_SIZE,
		.tp_frame_nr = BLOCKS * (BLOCK_SIZE / FRAME_SIZE), .tp_retire_blk_tov = RETIRE_MS,
	};
	// ETH_P_ALL would bring back what is sent.
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
				       .sll_ifindex = if_nametoindex(interface) };

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket", errno);
	set_option(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3, "TPACKET_V3");
	set_option(fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1, "PACKET_QDISC_BYPASS");
	set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER, "SO_SNDBUF");
	if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)))
		die("PACKET_RX_RING", errno);
	ring = mmap(NULL, BLOCKS * BLOCK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (ring == MAP_FAILED)
		die("map the ring", errno);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die("bind", errno);
}

// Reading them sets the kernel's to zero.
static void read_statistics(void)
{
	struct tpacket_stats_v3 statistics;
	socklen_t length = sizeof(statistics);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &length))
		die("PACKET_STATISTICS", errno);
	dropped += statistics.tp_drops;
	freezes += statistics.tp_freeze_q_cnt;
}

static void tell(void)
{
	static unsigned long last;
	unsigned long now = now_ns();

	if (now - last < TELL_NS)
		return;
	last = now;
	printf("{\"time_ns\":%lu,\"rx_frames\":%lu}\n", now, received);
	fflush(stdout);
}

static void swap_macs(unsigned char *frame)
{
	unsigned char saved[ETH_ALEN];

	memcpy(saved, frame, ETH_ALEN);
	memcpy(frame, frame + ETH_ALEN, ETH_ALEN);
	memcpy(frame + ETH_ALEN, saved, ETH_ALEN);
}

static void send_all(struct mmsghdr *messages, int count)
{
	for (int done = 0, n; done < count; done += n) {
		n = sendmmsg(fd, messages + done, count - done, 0);
		if (n > 0) {
			sent += n;
		} else if (errno == EINTR) {
			n = 0;
		} else { // the first of them could not be sent
			failed++;
			n = 1;
		}
	}
}

// Sends the frames of a block from where they are.
static void reflect_block(struct tpacket_block_desc *block)
{
	static struct mmsghdr messages[BATCH];
	static struct iovec vectors[BATCH];
	struct tpacket3_hdr *header = (void *)((unsigned char *)block + block->hdr.bh1.offset_to_first_pkt);
	int count = 0;

	for (uint32_t i = block->hdr.bh1.num_pkts; i > 0; i--) {
		unsigned char *frame = (unsigned char *)header + header->tp_mac;

		swap_macs(frame);
		vectors[count] = (struct iovec){ frame, header->tp_snaplen };
		messages[count].msg_hdr = (struct msghdr){ .msg_iov = &vectors[count], .msg_iovlen = 1 };
		if (++count == BATCH) {
			send_all(messages, count);
			count = 0;
		}
		header = (void *)((unsigned char *)header + header->tp_next_offset);
	}
	send_all(messages, count);
}

// Goes to every frame's header, as whoever looks at frames does.
static void count_block(struct tpacket_block_desc *block)
{
	struct tpacket3_hdr *header = (void *)((unsigned char *)block + block->hdr.bh1.offset_to_first_pkt);

	for (uint32_t i = block->hdr.bh1.num_pkts; i > 0; i--) {
		bytes += header->tp_snaplen;
		header = (void *)((unsigned char *)header + header->tp_next_offset);
	}
}

// Until a signal, and then until nothing more is in the ring.
static void run(int reflect)
{
	unsigned int next = 0, looks = 0;
	unsigned long quiet_since = 0;

	while (!stopped || !quiet_since || now_ns() - quiet_since < QUIET_NS) {
		struct tpacket_block_desc *block = (void *)(ring + (size_t)next * BLOCK_SIZE);

		if (!(__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) {
			if (stopped && !quiet_since)
				quiet_since = now_ns();
			if (++looks % LOOKS == 0)
				tell();
			continue;
		}
		quiet_since = 0;
		received += block->hdr.bh1.num_pkts;
		if (reflect)
			reflect_block(block);
		else
			count_block(block);
		__atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		next = (next + 1) % BLOCKS;
		tell();
	}
}

int main(int argc, char **argv)
{
	int reflect = argc > 1 && !strcmp(argv[1], "reflect");

	if (argc != 3 || (!reflect && strcmp(argv[1], "rxdrop")) || !if_nametoindex(argv[2])) {
		fprintf(stderr, "usage: af-packet rxdrop|reflect INTERFACE\n");
		return 2;
	}
	catch_signals();
	open_socket(argv[2]);
	puts("ready"), fflush(stdout);
	run(reflect);
	read_statistics();
	printf("{\"rx_frames\":%lu,\"rx_bytes\":%lu,\"rx_dropped\":%lu,\"freezes\":%lu,\"tx_frames\":%lu,"
	       "\"tx_failed\":%lu,\"cpu_s\":%.6f}\n",
	       received, bytes, dropped, freezes, sent, failed, cpu_seconds());
	return 0;
}
