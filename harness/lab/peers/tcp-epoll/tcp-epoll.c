// A TCP echo server on epoll, one thread. Usage: tcp-epoll busy|wait ADDRESS PORT; SIGINT or SIGTERM ends it.
// busy: looks without sleeping; wait: sleeps until there is an event.
#include "peer.h"
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/epoll.h>

#define EVENTS 128
#define CHUNK 65536
#define BACKLOG 1024

// What could not be sent back at once is kept, and nothing more received until it has gone.
struct connection {
	int fd;
	size_t from, to; // of the bytes kept
	char kept[CHUNK];
};

static unsigned long received, sent, connections;
static int epoll_fd, listener;

static void watch(int operation, int fd, uint32_t events, void *data)
{
	struct epoll_event event = { .events = events, .data.ptr = data };

	if (epoll_ctl(epoll_fd, operation, fd, &event))
		die("epoll_ctl", errno);
}

static void accept_all(void)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct connection *connection = malloc(sizeof(*connection));

		if (!connection)
			die("allocate a connection", errno);
		connection->fd = fd;
		connection->from = connection->to = 0;
		set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
		watch(EPOLL_CTL_ADD, fd, EPOLLIN, connection);
		connections++;
	}
}

static void end(struct connection *connection)
{
	close(connection->fd);
	free(connection);
}

// Sends what is kept; false when the connection is gone.
static int flush_kept(struct connection *connection)
{
	while (connection->from < connection->to) {
		ssize_t n = send(connection->fd, connection->kept + connection->from,
				 connection->to - connection->from, MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		sent += n;
		connection->from += n;
	}
	connection->from = connection->to = 0;
	return 1;
}

static void on_event(struct connection *connection, uint32_t events)
{
	int was_kept = connection->to > 0;
	ssize_t n = 1;

	if (!was_kept) {
		n = recv(connection->fd, connection->kept, CHUNK, 0);
		if (n > 0) {
			received += n;
			connection->to = n;
		}
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) || (events & EPOLLERR) || !flush_kept(connection)) {
		end(connection);
		return;
	}
	if (was_kept != (connection->to > 0))
		watch(EPOLL_CTL_MOD, connection->fd, connection->to > 0 ? EPOLLOUT : EPOLLIN, connection);
}

int main(int argc, char **argv)
{
	int busy = argc > 1 && !strcmp(argv[1], "busy");
	struct epoll_event events[EVENTS];

	if (argc != 4 || (!busy && strcmp(argv[1], "wait"))) {
		fprintf(stderr, "usage: tcp-epoll busy|wait ADDRESS PORT\n");
		return 2;
	}
	catch_signals();
	listener = bound_socket(SOCK_STREAM | SOCK_NONBLOCK, argv[2], argv[3]);
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0 || listen(listener, BACKLOG))
		die("listen", errno);
	watch(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
	puts("ready"), fflush(stdout);
	while (!stopped) {
		int count = epoll_wait(epoll_fd, events, EVENTS, busy ? 0 : -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr)
				on_event(events[i].data.ptr, events[i].events);
			else
				accept_all();
		}
	}
	printf("{\"rx_bytes\":%lu,\"tx_bytes\":%lu,\"connections\":%lu,\"cpu_s\":%.6f}\n", received, sent, connections,
	       cpu_seconds());
	return 0;
}
