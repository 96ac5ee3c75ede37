/* What the verifier must refuse: a read that no bounds check covers. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Apache-2.0";

SEC("xdp")
int unchecked(struct xdp_md *ctx)
{
	return *(volatile __u8 *)(long)ctx->data;
}
