/* The accept program as it is on most interfaces: see accept_frame.h. */
#include "accept_frame.h"

/* Names no GPL-only helper, so the kernel asks for no GPL. */
char _license[] SEC("license") = "Apache-2.0";

static __always_inline bool prepare(struct xdp_md *ctx)
{
	(void)ctx;
	return true;
}

SEC("xdp")
int accept(struct xdp_md *ctx)
{
	return accept_frame(ctx);
}
