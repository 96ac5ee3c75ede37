// A UDP sink or echo server on io_uring: one multishot recvmsg over a ring of provided buffers, sendmsg for the echo.
// Usage: udp-uring sink|echo busy|wait ADDRESS PORT [gso]; SIGINT or SIGTERM ends it.
// busy: never sleeps; wait: sleeps until there is a completion. gso: takes datagrams that the kernel merged (UDP_GRO)
// and sends them back in one piece (UDP_SEGMENT).
#include "peer.h"
#include <liburing.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <sys/mman.h>

#define SUBMISSIONS 256
#define COMPLETIONS 4096
#define GROUP 1
#define PLAIN_BUFFERS 512
#define PLAIN_SIZE 2048
#define MERGED_BUFFERS 64
#define MERGED_SIZE (65536 + 512) // the largest datagram, and what recvmsg puts before it
#define SOCKET_BUFFER (4 << 20)	  // the kernel takes it twice, and counts what a datagram costs it
#define RECEIVE UINT64_MAX	  // user_data; a send has the number of its buffer

struct reply {
	struct msghdr header;
	struct iovec vector;
	unsigned int datagrams;
	char control[CMSG_SPACE(sizeof(uint16_t))] __attribute__((aligned(8)));
};

static struct io_uring ring;
static struct io_uring_buf_ring *buffers;
static struct msghdr receive_header;
static struct reply *replies;
static char *memory;
static unsigned int buffer_count = PLAIN_BUFFERS, returned;
static size_t buffer_size = PLAIN_SIZE;
static unsigned long received, merged, sent, failed, starved;
static int fd, gso;

static void open_socket(const char *ip, const char *port)
{
	fd = bound_socket(SOCK_DGRAM, ip, port);
	set_option(fd, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER, "SO_RCVBUF");
	set_option(fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER, "SO_SNDBUF");
	if (gso)
		set_option(fd, SOL_UDP, UDP_GRO, 1, "UDP_GRO");
}

static void *map(size_t length)
{
	void *address = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (address == MAP_FAILED)
		die("map memory", errno);
	return address;
}

static void give_back(unsigned int buffer)
{
	io_uring_buf_ring_add(buffers, memory + buffer * buffer_size, buffer_size, buffer,
			      io_uring_buf_ring_mask(buffer_count), returned++);
}

static void publish_buffers(void)
{
	io_uring_buf_ring_advance(buffers, returned);
	returned = 0;
}

static void open_ring(void)
{
	struct io_uring_params parameters = {
		.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
			 IORING_SETUP_DEFER_TASKRUN,
		.cq_entries = COMPLETIONS,
	};
	struct io_uring_buf_reg registration = { .ring_entries = buffer_count, .bgid = GROUP };
	int error = io_uring_queue_init_params(SUBMISSIONS, &ring, &parameters);

	if (error)
		die("set the ring up", error);
	buffers = map(buffer_count * sizeof(struct io_uring_buf));
	memory = map(buffer_count * buffer_size);
	replies = calloc(buffer_count, sizeof(*replies));
	registration.ring_addr = (uintptr_t)buffers;
	error = io_uring_register_buf_ring(&ring, &registration, 0);
	if (error || !replies)
		die("register the buffers", error);
	io_uring_buf_ring_init(buffers);
	for (unsigned int i = 0; i < buffer_count; i++)
		give_back(i);
	publish_buffers();
}

static struct io_uring_sqe *next_submission(void)
{
	struct io_uring_sqe *submission;

	while (!(submission = io_uring_get_sqe(&ring)))
		io_uring_submit(&ring);
	return submission;
}

static void arm(void)
{
	struct io_uring_sqe *submission = next_submission();

	io_uring_prep_recvmsg_multishot(submission, fd, &receive_header, 0);
	submission->flags |= IOSQE_BUFFER_SELECT;
	submission->buf_group = GROUP;
	submission->user_data = RECEIVE;
}

// Bytes of each datagram in a merged one; all of it when it is a single one.
static unsigned int segment_size(struct io_uring_recvmsg_out *out, unsigned int length)
{
	struct cmsghdr *control;

	if (!gso)
		return length;
	for (control = io_uring_recvmsg_cmsg_firsthdr(out, &receive_header); control;
	     control = io_uring_recvmsg_cmsg_nexthdr(out, &receive_header, control))
		if (control->cmsg_level == SOL_UDP && control->cmsg_type == UDP_GRO)
			return *(int *)CMSG_DATA(control);
	return length;
}

// The same bytes back to where they came from, cut as they were; the buffer is the reply's until that is done.
static void turn_round(unsigned int buffer, struct io_uring_recvmsg_out *out, unsigned int length, unsigned int segment)
{
	struct reply *reply = &replies[buffer];
	struct cmsghdr *control = (struct cmsghdr *)reply->control;
	struct io_uring_sqe *submission = next_submission();

	reply->vector = (struct iovec){ io_uring_recvmsg_payload(out, &receive_header), length };
	reply->header = (struct msghdr){ .msg_name = io_uring_recvmsg_name(out), .msg_namelen = out->namelen,
					 .msg_iov = &reply->vector, .msg_iovlen = 1 };
	if (segment < length) {
		control->cmsg_level = SOL_UDP;
		control->cmsg_type = UDP_SEGMENT;
		control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
		*(uint16_t *)CMSG_DATA(control) = segment;
		reply->header.msg_control = control;
		reply->header.msg_controllen = sizeof(reply->control);
	}
	io_uring_prep_sendmsg(submission, fd, &reply->header, 0);
	submission->user_data = buffer;
}

static void on_received(struct io_uring_cqe *completion, int echo)
{
	unsigned int length, segment, buffer = completion->flags >> IORING_CQE_BUFFER_SHIFT;
	struct io_uring_recvmsg_out *out;

	if (completion->res == -ENOBUFS)
		starved++;
	else if (completion->res < 0)
		die("recvmsg", completion->res);
	if (completion->res < 0)
		return;
	out = io_uring_recvmsg_validate(memory + buffer * buffer_size, completion->res, &receive_header);
	if (!out)
		die("recvmsg: no room for the headers", EMSGSIZE);
	length = io_uring_recvmsg_payload_length(out, completion->res, &receive_header);
	segment = segment_size(out, length);
	replies[buffer].datagrams = segment ? (length + segment - 1) / segment : 1;
	received += replies[buffer].datagrams;
	merged++;
	if (echo)
		turn_round(buffer, out, length, segment);
	else
		give_back(buffer);
}

static void on_sent(struct io_uring_cqe *completion)
{
	unsigned int buffer = completion->user_data;

	*(completion->res < 0 ? &failed : &sent) += replies[buffer].datagrams;
	give_back(buffer);
}

static void turn(int echo, int busy)
{
	int error = busy ? io_uring_submit_and_get_events(&ring) : io_uring_submit_and_wait(&ring, 1), disarmed = 0;
	struct io_uring_cqe *completion;
	unsigned int head, count = 0;

	if (error < 0 && error != -EINTR && error != -EBUSY && error != -EAGAIN)
		die("enter the ring", error);
	io_uring_for_each_cqe(&ring, head, completion) {
		count++;
		if (completion->user_data != RECEIVE) {
			on_sent(completion);
			continue;
		}
		disarmed |= !(completion->flags & IORING_CQE_F_MORE);
		on_received(completion, echo);
	}
	publish_buffers();
	io_uring_cq_advance(&ring, count);
	if (disarmed)
		arm();
}

int main(int argc, char **argv)
{
	int echo = argc > 1 && !strcmp(argv[1], "echo"), busy = argc > 2 && !strcmp(argv[2], "busy");

	gso = argc > 5 && !strcmp(argv[5], "gso");
	if (argc < 5 || (!echo && strcmp(argv[1], "sink")) || (!busy && strcmp(argv[2], "wait"))) {
		fprintf(stderr, "usage: udp-uring sink|echo busy|wait ADDRESS PORT [gso]\n");
		return 2;
	}
	if (gso) {
		buffer_count = MERGED_BUFFERS;
		buffer_size = MERGED_SIZE;
	}
	receive_header.msg_namelen = sizeof(struct sockaddr_in);
	receive_header.msg_controllen = gso ? CMSG_SPACE(sizeof(int)) : 0;
	catch_signals();
	open_ring();
	open_socket(argv[3], argv[4]);
	arm();
	io_uring_submit(&ring);
	puts("ready"), fflush(stdout);
	while (!stopped)
		turn(echo, busy);
	printf("{\"rx_frames\":%lu,\"rx_merged\":%lu,\"tx_frames\":%lu,\"tx_failed\":%lu,\"starved\":%lu,"
	       "\"cpu_s\":%.6f}\n",
	       received, merged, sent, failed, starved, cpu_seconds());
	return 0;
}
