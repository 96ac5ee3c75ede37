// A TCP echo server on io_uring, one thread: multishot accept, multishot recv over a ring of provided buffers, one send
// at a time a connection. Usage: tcp-uring busy|wait ADDRESS PORT; SIGINT or SIGTERM ends it.
// busy: never sleeps; wait: sleeps until there is a completion.
#include "peer.h"
#include <liburing.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/mman.h>

#define SUBMISSIONS 1024
#define COMPLETIONS 4096
#define GROUP 1
#define BUFFERS 512
#define BUFFER_SIZE 16384
#define BACKLOG 1024
#define NONE -1

enum kind { ACCEPT, RECEIVE, SEND };

// Received buffers wait in order until they have been sent back: two sends at a time could overtake each other.
struct connection {
	int fd, first, last; // buffers
	int armed, sending, ended;
};

static struct io_uring ring;
static struct io_uring_buf_ring *buffers;
static char *memory;
static int next_of[BUFFERS], length_of[BUFFERS];
static unsigned int returned;
static unsigned long received, sent, connections, starved;
static int listener;

static void *map(size_t length)
{
	void *address = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (address == MAP_FAILED)
		die("map memory", errno);
	return address;
}

static void give_back(int buffer)
{
	io_uring_buf_ring_add(buffers, memory + (size_t)buffer * BUFFER_SIZE, BUFFER_SIZE, buffer,
			      io_uring_buf_ring_mask(BUFFERS), returned++);
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
	struct io_uring_buf_reg registration = { .ring_entries = BUFFERS, .bgid = GROUP };
	int error = io_uring_queue_init_params(SUBMISSIONS, &ring, &parameters);

	if (error)
		die("set the ring up", error);
	buffers = map(BUFFERS * sizeof(struct io_uring_buf));
	memory = map((size_t)BUFFERS * BUFFER_SIZE);
	registration.ring_addr = (uintptr_t)buffers;
	error = io_uring_register_buf_ring(&ring, &registration, 0);
	if (error)
		die("register the buffers", error);
	io_uring_buf_ring_init(buffers);
	for (int i = 0; i < BUFFERS; i++)
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

// An address of malloc ends in zeros: there is room for the kind.
static uint64_t tag(struct connection *connection, enum kind kind)
{
	return (uintptr_t)connection | kind;
}

static void arm_accept(void)
{
	struct io_uring_sqe *submission = next_submission();

	io_uring_prep_multishot_accept(submission, listener, NULL, NULL, SOCK_CLOEXEC);
	submission->user_data = tag(NULL, ACCEPT);
}

static void arm_receive(struct connection *connection)
{
	struct io_uring_sqe *submission = next_submission();

	io_uring_prep_recv_multishot(submission, connection->fd, NULL, 0, 0);
	submission->flags |= IOSQE_BUFFER_SELECT;
	submission->buf_group = GROUP;
	submission->user_data = tag(connection, RECEIVE);
	connection->armed = 1;
}

static void send_first(struct connection *connection)
{
	struct io_uring_sqe *submission = next_submission();
	int buffer = connection->first;

	io_uring_prep_send(submission, connection->fd, memory + (size_t)buffer * BUFFER_SIZE, length_of[buffer],
			   MSG_WAITALL | MSG_NOSIGNAL);
	submission->user_data = tag(connection, SEND);
	connection->sending = 1;
}

static void drop_first(struct connection *connection)
{
	int buffer = connection->first;

	connection->first = next_of[buffer];
	give_back(buffer);
}

static void end_if_idle(struct connection *connection)
{
	if (!connection->ended || connection->armed || connection->sending)
		return;
	while (connection->first != NONE)
		drop_first(connection);
	close(connection->fd);
	free(connection);
}

static void on_accepted(int fd)
{
	struct connection *connection = malloc(sizeof(*connection));

	if (fd < 0 || !connection)
		die("accept", fd < 0 ? fd : ENOMEM);
	*connection = (struct connection){ .fd = fd, .first = NONE, .last = NONE };
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
	connections++;
	arm_receive(connection);
}

static void on_received(struct connection *connection, struct io_uring_cqe *completion)
{
	int buffer = completion->flags >> IORING_CQE_BUFFER_SHIFT;

	connection->armed = !!(completion->flags & IORING_CQE_F_MORE);
	if (completion->res > 0) {
		received += completion->res;
		length_of[buffer] = completion->res;
		next_of[buffer] = NONE;
		if (connection->first == NONE)
			connection->first = buffer;
		else
			next_of[connection->last] = buffer;
		connection->last = buffer;
		if (!connection->sending)
			send_first(connection);
	} else if (completion->res == -ENOBUFS) {
		starved++;
	} else {
		connection->ended = 1;
	}
	if (!connection->armed && !connection->ended)
		arm_receive(connection);
	end_if_idle(connection);
}

static void on_sent(struct connection *connection, int result)
{
	int whole = result == length_of[connection->first];

	connection->sending = 0;
	sent += result > 0 ? result : 0;
	drop_first(connection);
	if (!whole) { // the other end is gone; a receive that is armed says so too
		shutdown(connection->fd, SHUT_RDWR);
		connection->ended = 1;
	} else if (connection->first != NONE) {
		send_first(connection);
	}
	end_if_idle(connection);
}

static void turn(int busy)
{
	int error = busy ? io_uring_submit_and_get_events(&ring) : io_uring_submit_and_wait(&ring, 1);
	struct io_uring_cqe *completion;
	unsigned int head, count = 0;

	if (error < 0 && error != -EINTR && error != -EBUSY && error != -EAGAIN)
		die("enter the ring", error);
	io_uring_for_each_cqe(&ring, head, completion) {
		enum kind kind = completion->user_data & 3;
		struct connection *connection = (void *)(uintptr_t)(completion->user_data & ~3ul);

		count++;
		if (kind == RECEIVE) {
			on_received(connection, completion);
		} else if (kind == SEND) {
			on_sent(connection, completion->res);
		} else {
			on_accepted(completion->res);
			if (!(completion->flags & IORING_CQE_F_MORE))
				arm_accept();
		}
	}
	publish_buffers();
	io_uring_cq_advance(&ring, count);
}

int main(int argc, char **argv)
{
	int busy = argc > 1 && !strcmp(argv[1], "busy");

	if (argc != 4 || (!busy && strcmp(argv[1], "wait"))) {
		fprintf(stderr, "usage: tcp-uring busy|wait ADDRESS PORT\n");
		return 2;
	}
	catch_signals();
	open_ring();
	listener = bound_socket(SOCK_STREAM, argv[2], argv[3]);
	if (listen(listener, BACKLOG))
		die("listen", errno);
	arm_accept();
	io_uring_submit(&ring);
	puts("ready"), fflush(stdout);
	while (!stopped)
		turn(busy);
	printf("{\"rx_bytes\":%lu,\"tx_bytes\":%lu,\"connections\":%lu,\"starved\":%lu,\"cpu_s\":%.6f}\n", received,
	       sent, connections, starved, cpu_seconds());
	return 0;
}
