// A UDP sink or echo server on recvmmsg and sendmmsg, 64 datagrams a call.
// Usage: udp-mmsg sink|echo busy|wait ADDRESS PORT [gso]; SIGINT or SIGTERM ends it.
// busy: never sleeps in a receive; wait: sleeps until there is a datagram. gso: takes datagrams that the kernel merged
// (UDP_GRO) and sends them back in one piece (UDP_SEGMENT).
#include "peer.h"
#include <netinet/udp.h>
#include <stdint.h>

#define BATCH 64
#define PLAIN_SIZE 2048
#define MERGED_SIZE 65536
#define SOCKET_BUFFER (4 << 20) // the kernel takes it twice, and counts what a datagram costs it

static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static struct sockaddr_in senders[BATCH];
static char controls[BATCH][CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
static unsigned long received, merged, sent, failed, calls;
static size_t buffer_size = PLAIN_SIZE;
static int gso;

static int open_socket(const char *ip, const char *port)
{
	int fd = bound_socket(SOCK_DGRAM, ip, port);

	set_option(fd, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER, "SO_RCVBUF");
	set_option(fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER, "SO_SNDBUF");
	if (gso)
		set_option(fd, SOL_UDP, UDP_GRO, 1, "UDP_GRO");
	return fd;
}

static void reset(int i)
{
	struct msghdr *header = &messages[i].msg_hdr;

	vectors[i].iov_len = buffer_size;
	header->msg_namelen = sizeof(senders[i]);
	header->msg_control = gso ? controls[i] : NULL;
	header->msg_controllen = gso ? sizeof(controls[i]) : 0;
}

static void prepare(void)
{
	char *memory = aligned_alloc(4096, BATCH * buffer_size);

	if (!memory)
		die("allocate the buffers", errno);
	memset(memory, 0, BATCH * buffer_size);
	for (int i = 0; i < BATCH; i++) {
		vectors[i].iov_base = memory + i * buffer_size;
		messages[i].msg_hdr = (struct msghdr){ .msg_name = &senders[i], .msg_iov = &vectors[i],
						       .msg_iovlen = 1 };
		reset(i);
	}
}

// Bytes of each datagram in a merged one; all of it when it is a single one.
static unsigned int segment_size(struct mmsghdr *message)
{
	struct cmsghdr *control;

	for (control = CMSG_FIRSTHDR(&message->msg_hdr); control; control = CMSG_NXTHDR(&message->msg_hdr, control))
		if (control->cmsg_level == SOL_UDP && control->cmsg_type == UDP_GRO)
			return *(int *)CMSG_DATA(control);
	return message->msg_len;
}

static unsigned int datagrams(unsigned int length, unsigned int segment)
{
	return segment ? (length + segment - 1) / segment : 1;
}

// The same bytes back to where they came from, cut as they were.
static void turn_round(int i, unsigned int segment)
{
	struct msghdr *header = &messages[i].msg_hdr;
	struct cmsghdr *control = header->msg_control;

	vectors[i].iov_len = messages[i].msg_len;
	header->msg_controllen = 0;
	if (segment < messages[i].msg_len) {
		control->cmsg_level = SOL_UDP;
		control->cmsg_type = UDP_SEGMENT;
		control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
		*(uint16_t *)CMSG_DATA(control) = segment;
		header->msg_controllen = CMSG_SPACE(sizeof(uint16_t));
	}
}

static void send_back(int fd, int count, const unsigned int *each)
{
	for (int done = 0, n; done < count; done += n) {
		n = sendmmsg(fd, messages + done, count - done, 0);
		if (n <= 0) { // the first of them could not be sent
			if (errno == EINTR) {
				n = 0;
				continue;
			}
			failed += each[done];
			n = 1;
			continue;
		}
		for (int i = done; i < done + n; i++)
			sent += each[i];
	}
}

static void turn(int fd, int echo, int flags)
{
	unsigned int each[BATCH];
	int count = recvmmsg(fd, messages, BATCH, flags, NULL);

	if (count <= 0) {
		if (errno != EAGAIN && errno != EINTR)
			die("recvmmsg", errno);
		return;
	}
	calls++;
	merged += count;
	for (int i = 0; i < count; i++) {
		unsigned int segment = gso ? segment_size(&messages[i]) : messages[i].msg_len;

		each[i] = datagrams(messages[i].msg_len, segment);
		received += each[i];
		if (echo)
			turn_round(i, segment);
	}
	if (echo)
		send_back(fd, count, each);
	for (int i = 0; (echo || gso) && i < count; i++)
		reset(i);
}

int main(int argc, char **argv)
{
	int fd, echo = argc > 1 && !strcmp(argv[1], "echo"), busy = argc > 2 && !strcmp(argv[2], "busy");

	gso = argc > 5 && !strcmp(argv[5], "gso");
	if (argc < 5 || (!echo && strcmp(argv[1], "sink")) || (!busy && strcmp(argv[2], "wait"))) {
		fprintf(stderr, "usage: udp-mmsg sink|echo busy|wait ADDRESS PORT [gso]\n");
		return 2;
	}
	if (gso)
		buffer_size = MERGED_SIZE;
	catch_signals();
	prepare();
	fd = open_socket(argv[3], argv[4]);
	puts("ready"), fflush(stdout);
	while (!stopped)
		turn(fd, echo, busy ? MSG_DONTWAIT : MSG_WAITFORONE);
	printf("{\"rx_frames\":%lu,\"rx_merged\":%lu,\"tx_frames\":%lu,\"tx_failed\":%lu,\"calls\":%lu,"
	       "\"cpu_s\":%.6f}\n",
	       received, merged, sent, failed, calls, cpu_seconds());
	return 0;
}
