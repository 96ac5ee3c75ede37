// Measures a TCP echo server: each connection keeps one message in flight, sends the next when the last has come back
// whole, and compares every byte. It never sleeps, so that only the server's wake-ups are in the times.
// Usage: tcp-client ADDRESS PORT MESSAGE_BYTES CONNECTIONS WARM_UP_MS DURATION_MS
// Says "measuring", "halfway" and "measured" on stdout, around the measured time and in its middle, waits for what is on its way, and ends with a
// line of JSON: messages and latencies of the measured time, bytes and errors of all the time. SIGINT or SIGTERM ends
// it early.
#include "peer.h"
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/epoll.h>

#define EVENTS 128
#define OWN_BITS 8 // of a value's bits, the leading ones that its bucket tells: latencies are right to 0.8 %
#define BUCKETS ((64 - OWN_BITS + 1) << OWN_BITS)
#define DRAIN_NS 30000000000ul

struct connection {
	int fd; // -1: lost
	uint64_t sequence, started_ns;
	size_t sent, received; // of the message in flight
	uint32_t events;
	int waiting; // for its message
	char *message;
};

static struct connection *connections;
static size_t message_length;
static int connection_count, alive, in_flight, epoll_fd;
static int measuring, draining;
static unsigned long bytes_sent, bytes_received, errors, messages, first_half_messages, longest_ns;
static unsigned long histogram[BUCKETS];

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ul + t.tv_nsec;
}

// Values below 2^OWN_BITS have a bucket each; above, each power of two has 2^(OWN_BITS - 1) of them.
static unsigned int bucket_of(uint64_t value)
{
	int shift = value >> OWN_BITS ? 64 - __builtin_clzl(value) - OWN_BITS : 0;

	return (shift << OWN_BITS) + (value >> shift);
}

static uint64_t largest_in(unsigned int bucket)
{
	unsigned int shift = bucket >> OWN_BITS;

	return (((uint64_t)(bucket & ((1 << OWN_BITS) - 1)) + 1) << shift) - 1;
}

static uint64_t quantile(double share)
{
	unsigned long needed = messages * share, seen = 0;

	for (unsigned int i = 0; i < BUCKETS; i++) {
		seen += histogram[i];
		if (seen > needed)
			return largest_in(i) < longest_ns ? largest_in(i) : longest_ns;
	}
	return longest_ns;
}

static void lose(struct connection *connection, const char *what)
{
	fprintf(stderr, "tcp-client: connection %d: %s\n", (int)(connection - connections), what);
	errors++;
	close(connection->fd);
	connection->fd = -1;
	alive--;
	in_flight -= connection->waiting;
	connection->waiting = 0;
}

static void watch(struct connection *connection, int operation, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = connection };

	if (epoll_ctl(epoll_fd, operation, connection->fd, &event))
		die("epoll_ctl", errno);
	connection->events = events;
}

// Every message of every connection differs: its first bytes count, the others follow from the connection's number.
static void next_message(struct connection *connection)
{
	size_t length = message_length < sizeof(connection->sequence) ? message_length : sizeof(connection->sequence);

	connection->sequence++;
	memcpy(connection->message, &connection->sequence, length);
	connection->sent = connection->received = 0;
	connection->started_ns = now_ns();
	connection->waiting = 1;
	in_flight++;
}

static void send_rest(struct connection *connection)
{
	ssize_t n = send(connection->fd, connection->message + connection->sent, message_length - connection->sent,
			 MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		lose(connection, strerror(errno));
		return;
	}
	if (n > 0) {
		connection->sent += n;
		bytes_sent += n;
	}
}

static void on_message(struct connection *connection)
{
	uint64_t took_ns = now_ns() - connection->started_ns;

	connection->waiting = 0;
	in_flight--;
	if (measuring) {
		messages++;
		histogram[bucket_of(took_ns)]++;
		longest_ns = took_ns > longest_ns ? took_ns : longest_ns;
	}
	if (draining)
		return;
	next_message(connection);
	send_rest(connection);
}

static void receive(struct connection *connection)
{
	static char echo[65536];
	ssize_t n = recv(connection->fd, echo, sizeof(echo), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		lose(connection, n == 0 ? "closed by the server" : strerror(errno));
		return;
	}
	bytes_received += n;
	if (connection->received + n > connection->sent ||
	    memcmp(echo, connection->message + connection->received, n)) {
		lose(connection, "came back changed");
		return;
	}
	connection->received += n;
	if (connection->received == message_length)
		on_message(connection);
}

static void work_on(struct connection *connection)
{
	uint32_t events;

	if (connection->sent < message_length)
		send_rest(connection);
	if (connection->fd >= 0)
		receive(connection);
	if (connection->fd < 0)
		return;
	events = EPOLLIN | (connection->sent < message_length ? EPOLLOUT : 0);
	if (connection_count > 1 && events != connection->events)
		watch(connection, EPOLL_CTL_MOD, events);
}

static void turn(void)
{
	struct epoll_event events[EVENTS];
	int count;

	if (connection_count == 1) { // no need to ask which it is
		if (in_flight)
			work_on(connections);
		return;
	}
	count = epoll_wait(epoll_fd, events, EVENTS, 0);
	for (int i = 0; i < count; i++)
		work_on(events[i].data.ptr);
}

static void run_until(uint64_t deadline_ns)
{
	while (!stopped && alive && now_ns() < deadline_ns)
		turn();
}

static void open_connection(struct connection *connection, const struct sockaddr_in *server)
{
	connection->message = malloc(message_length);
	connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!connection->message || connection->fd < 0)
		die("make a connection", errno);
	for (size_t i = 0; i < message_length; i++)
		connection->message[i] = i * 7 + (connection - connections);
	if (connect(connection->fd, (const struct sockaddr *)server, sizeof(*server)))
		die("connect", errno);
	set_option(connection->fd, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
	watch(connection, EPOLL_CTL_ADD, EPOLLIN);
	alive++;
}

static void say(const char *word)
{
	puts(word), fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sockaddr_in server;
	uint64_t started_ns, measured_ns, deadline_ns, duration_ns;

	if (argc != 7 || atoi(argv[3]) < 1 || atoi(argv[4]) < 1) {
		fprintf(stderr, "usage: tcp-client ADDRESS PORT MESSAGE_BYTES CONNECTIONS WARM_UP_MS DURATION_MS\n");
		return 2;
	}
	catch_signals();
	server = socket_address(argv[1], argv[2]);
	message_length = atoi(argv[3]);
	connection_count = atoi(argv[4]);
	connections = calloc(connection_count, sizeof(*connections));
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (!connections || epoll_fd < 0)
		die("set up", errno);
	for (int i = 0; i < connection_count; i++)
		open_connection(&connections[i], &server);
	for (int i = 0; i < connection_count; i++) {
		next_message(&connections[i]);
		send_rest(&connections[i]);
	}
	run_until(now_ns() + atol(argv[5]) * 1000000ul);
	say("measuring");
	measuring = 1;
	started_ns = now_ns();
	duration_ns = atol(argv[6]) * 1000000ul;
	run_until(started_ns + duration_ns / 2);
	first_half_messages = messages;
	say("halfway");
	run_until(started_ns + duration_ns);
	measuring = 0;
	measured_ns = now_ns() - started_ns;
	say("measured");
	draining = 1;
	for (deadline_ns = now_ns() + DRAIN_NS; in_flight && now_ns() < deadline_ns;)
		turn();
	errors += in_flight; // never came back
	printf("{\"messages\":%lu,\"first_half_messages\":%lu,\"duration_ns\":%lu,\"p50_ns\":%lu,\"p99_ns\":%lu,\"p999_ns\":%lu,\"max_ns\":%lu,"
	       "\"tx_bytes\":%lu,\"rx_bytes\":%lu,\"errors\":%lu}\n",
	       messages, first_half_messages, measured_ns, quantile(0.5), quantile(0.99), quantile(0.999), longest_ns, bytes_sent,
	       bytes_received, errors);
	return 0;
}
