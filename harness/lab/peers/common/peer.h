// What the C peers on sockets have in common. Each ends in order at SIGINT or SIGTERM, with a line of JSON on stdout;
// what goes wrong is a line on stderr and exit code 1.
#ifndef PEER_H
#define PEER_H
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static inline void die(const char *what, int error)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(error < 0 ? -error : error));
	exit(1);
}

// A signal that comes just before a blocking call would not end it: the alarm does, a second later.
static inline void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
	alarm(1);
}

static inline void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal }; // no SA_RESTART: blocking calls say EINTR

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
}

static inline double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static inline void set_option(int fd, int level, int name, int value, const char *what)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)))
		die(what, errno);
}

static inline struct sockaddr_in socket_address(const char *ip, const char *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };

	if (inet_pton(AF_INET, ip, &address.sin_addr) != 1)
		die(ip, EINVAL);
	return address;
}

static inline int bound_socket(int type, const char *ip, const char *port)
{
	struct sockaddr_in address = socket_address(ip, port);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket", errno);
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die("bind", errno);
	return fd;
}
#endif
