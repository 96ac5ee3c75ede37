/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/*
 * The accept program of a port that wants to know what the driver knows of a
 * frame: it writes that in front of the frame before the socket gets it. It is
 * loaded for one interface, whose driver answers.
 */
#include "accept_frame.h"
#include "metadata.h"

/* The kernel only lets programs that may be used under the GPL ask a driver; this one and all that it includes may. */
char _license[] SEC("license") = "Dual MIT/GPL";

/* Declared here because the headers of a system that builds may be older than those of one that runs. */
enum xdp_rss_hash_type {
	XDP_RSS_TYPE_NONE,
};

extern int bpf_xdp_metadata_rx_timestamp(const struct xdp_md *ctx, __u64 *timestamp) __ksym __weak;
extern int bpf_xdp_metadata_rx_hash(const struct xdp_md *ctx, __u32 *hash, enum xdp_rss_hash_type *type) __ksym __weak;
extern int bpf_xdp_metadata_rx_vlan_tag(const struct xdp_md *ctx, __be16 *protocol, __u16 *tag) __ksym __weak;

const volatile struct metadata_config metadata SEC(".rodata.metadata") = {};

static __always_inline __u32 ask_timestamp(struct xdp_md *ctx, struct frame_metadata *into)
{
	__u64 timestamp = 0;

	/* A driver that says 0, as veth does, has none. */
	if (bpf_xdp_metadata_rx_timestamp(ctx, &timestamp) || !timestamp)
		return 0;
	into->timestamp = timestamp;
	return HINT_TIMESTAMP;
}

static __always_inline __u32 ask_hash(struct xdp_md *ctx, struct frame_metadata *into)
{
	enum xdp_rss_hash_type type = XDP_RSS_TYPE_NONE;
	__u32 hash = 0;

	if (bpf_xdp_metadata_rx_hash(ctx, &hash, &type))
		return 0;
	into->hash = hash;
	into->hash_type = type;
	return HINT_HASH;
}

static __always_inline __u32 ask_vlan(struct xdp_md *ctx, struct frame_metadata *into)
{
	__be16 protocol = 0;
	__u16 tag = 0;

	if (bpf_xdp_metadata_rx_vlan_tag(ctx, &protocol, &tag))
		return 0;
	into->vlan_protocol = protocol;
	into->vlan_tag = tag;
	return HINT_VLAN;
}

/*
 * False where there is no room in front of the frame, or no socket behind this
 * queue: a frame without metadata never gets to a socket, whose reader would
 * take what an older frame left there for its own.
 */
static __always_inline bool prepare(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;
	struct frame_metadata told = {};
	struct frame_metadata *area;

	if (!bpf_map_lookup_elem(&sockets, &queue))
		return false;
	if (metadata.hints & HINT_TIMESTAMP)
		told.present |= ask_timestamp(ctx, &told);
	if (metadata.hints & HINT_HASH)
		told.present |= ask_hash(ctx, &told);
	if (metadata.hints & HINT_VLAN)
		told.present |= ask_vlan(ctx, &told);
	told.present |= METADATA_MAGIC;

	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*area)))
		return false;
	area = (void *)(long)ctx->data_meta;
	if ((void *)(area + 1) > (void *)(long)ctx->data)
		return false;
	*area = told;
	return true;
}

SEC("xdp")
int accept(struct xdp_md *ctx)
{
	return accept_frame(ctx);
}
