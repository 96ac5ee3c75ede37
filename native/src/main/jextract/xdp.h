/* AF_XDP sockets, and how an XDP program is attached to an interface. */
#include <linux/if_link.h>
#include <linux/if_xdp.h>
