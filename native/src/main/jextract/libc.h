/* The C library: system calls of the set-up path, the three of the hot path, and facts about interfaces. */
#define _GNU_SOURCE
#include <features.h>

/* With __USE_GNU, socket addresses are a transparent union, which has no place in a function descriptor. */
#undef __USE_GNU
#include <sys/socket.h>
#define __USE_GNU 1

/* That hides accept4, which takes a plain pointer here like its neighbours. */
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
