/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/*
 * Frames that an accept rule matches go to the AF_XDP socket of the queue they
 * came in by; everything else stays with the kernel.
 *
 * The cost does not depend on the number of rules. Each address, port and so on
 * is turned into a class by one look-up, and one more tells what is to become
 * of this combination of classes: a bit in a table, or, where that table would
 * be too large, an entry in a hash table, once for each shape of rule in use.
 */
#ifndef MILLRACE_ACCEPT_FRAME_H
#define MILLRACE_ACCEPT_FRAME_H

#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "accept.h"
#include "config.h"
#include "cursor.h"
#include "headers.h"

/* What a program does with a frame before its socket gets it; false leaves the frame to the kernel. */
static __always_inline bool prepare(struct xdp_md *ctx);

struct class_tables class_tables = {};

/* The loader sets the real sizes of the maps. */

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} sockets SEC(".maps");

/* One entry for each queue, since engines that share the program have queues of their own. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct accept_counters);
	__uint(max_entries, 1);
} counters SEC(".maps");

/* One for each queue, in memory that engines map. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct rx_gate);
	__uint(max_entries, 1);
} gates SEC(".maps");

/* A bit for each combination of classes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} cells SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct rule_key);
	__type(value, __u32);		/* number of the rule, for whoever debugs */
	__uint(max_entries, 1);
} rules SEC(".maps");

struct ipv4_trie {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct ipv4_prefix);
	__type(value, __u32);
	__uint(max_entries, 1);
};

struct ipv6_trie {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct ipv6_prefix);
	__type(value, __u32);
	__uint(max_entries, 1);
};

struct ipv4_trie dst_ipv4 SEC(".maps");
struct ipv4_trie src_ipv4 SEC(".maps");
struct ipv6_trie dst_ipv6 SEC(".maps");
struct ipv6_trie src_ipv6 SEC(".maps");

static __always_inline bool uses(enum dimension dimension)
{
	return config.dimensions & 1 << dimension;
}

static __always_inline __u32 class_of_v4(void *trie, __be32 address)
{
	struct ipv4_prefix key = { .length = 32, .address = address };
	const __u32 *found = bpf_map_lookup_elem(trie, &key);

	return found ? *found : 0;
}

static __always_inline __u32 class_of_v6(void *trie, const struct in6_addr *address)
{
	struct ipv6_prefix key = { .length = 128 };
	const __u32 *found;

	__builtin_memcpy(key.address, address, sizeof(key.address));
	found = bpf_map_lookup_elem(trie, &key);
	return found ? *found : 0;
}

/*
 * Takes the protocol from where it stands, and not from a register that it was
 * compared in: an index into a table has to have the same bounds on all ways
 * that lead there, or the verifier wants CAP_PERFMON.
 */
static __always_inline __u32 class_of_protocol(const __u8 *protocol)
{
	return class_tables.protocol[*(const volatile __u8 *)protocol];
}

static __always_inline __u32 class_of_walked(__u32 walked)
{
	barrier_var(walked);
	return class_tables.protocol[walked & WALKED_PROTOCOL];
}

static __always_inline bool classify_ipv4(struct xdp_md *ctx, struct cursor *cursor, struct payload *payload,
					  struct frame_classes *frame)
{
	const struct iphdr *ip = cursor->at;

	if (!parse_ipv4(ctx, cursor, payload))
		return false;
	if (uses(DST_NET))
		frame->of[DST_NET] = class_of_v4(&dst_ipv4, ip->daddr);
	if (uses(SRC_NET))
		frame->of[SRC_NET] = class_of_v4(&src_ipv4, ip->saddr);
	if (uses(PROTOCOL))
		frame->of[PROTOCOL] = class_of_protocol(&ip->protocol);
	return true;
}

static __always_inline bool classify_ipv6(struct xdp_md *ctx, struct cursor *cursor, struct payload *payload,
					  struct frame_classes *frame)
{
	const struct ipv6hdr *ip = cursor->at;

	if (!parse_ipv6(ctx, cursor, payload))
		return false;
	if (uses(DST_NET))
		frame->of[DST_NET] = class_of_v6(&dst_ipv6, &ip->daddr);
	if (uses(SRC_NET))
		frame->of[SRC_NET] = class_of_v6(&src_ipv6, &ip->saddr);
	if (uses(PROTOCOL) && payload->known)
		frame->of[PROTOCOL] = payload->walked ? class_of_walked(payload->walked) : class_of_protocol(&ip->nexthdr);
	return true;
}

static __always_inline bool classify_ports(struct xdp_md *ctx, const struct cursor *cursor,
					   const struct payload *payload, struct frame_classes *frame)
{
	struct port_pair ports;

	if (!parse_ports(ctx, cursor, payload, &ports))
		return false;
	if (uses(DST_PORT))
		frame->of[DST_PORT] = class_tables.dst_port[ports.dst];
	if (uses(SRC_PORT))
		frame->of[SRC_PORT] = class_tables.src_port[ports.src];
	return true;
}

/* False when the frame is cut off or malformed within a header. */
static __always_inline bool classify(struct xdp_md *ctx, struct cursor *cursor, struct frame_classes *frame)
{
	struct payload payload = {};
	__be16 ethertype;

	if (!parse_ethernet(cursor, &ethertype))
		return false;
	if (uses(ETHERTYPE))
		frame->of[ETHERTYPE] = class_tables.ethertype[ethertype];

	if (ethertype == bpf_htons(ETH_P_IP)) {
		if (!classify_ipv4(ctx, cursor, &payload, frame))
			return false;
	} else if (ethertype == bpf_htons(ETH_P_IPV6)) {
		if (!classify_ipv6(ctx, cursor, &payload, frame))
			return false;
	}
	return !has_ports(&payload) || classify_ports(ctx, cursor, &payload, frame);
}

static __always_inline bool cell_accepts(const struct frame_classes *frame)
{
	const __u64 *word;
	__u32 cell = 0;
	__u32 index;
	int i;

#pragma unroll
	for (i = 0; i < DIMENSIONS; i++)
		cell += frame->of[i];
	index = cell / 64;
	word = bpf_map_lookup_elem(&cells, &index);
	return word && *word >> cell % 64 & 1;
}

/*
 * Looks for a rule, once in each shape. Global for the same reason as
 * walk_extensions. A pointer goes along the shapes, since an index would be
 * another constant in each turn, which a loader without CAP_PERFMON must not add.
 */
__noinline int rule_accepts(const struct frame_classes *frame)
{
	const volatile __u32 *shape = config.shapes;
	struct rule_key key;
	__u32 present = 0;
	__u32 i, dimension;

	if (!frame)
		return false;
#pragma unroll
	for (dimension = 0; dimension < DIMENSIONS; dimension++)
		if (frame->of[dimension])
			present |= 1 << dimension;

	for (i = 0; i < MAX_SHAPES && i < config.shape_count; i++, shape++) {
		barrier_var(shape);
		key.shape = *shape;
		if (key.shape & ~present)
			continue;
#pragma unroll
		for (dimension = 0; dimension < DIMENSIONS; dimension++)
			key.classes.of[dimension] = key.shape & 1 << dimension ? frame->of[dimension] : 0;
		if (bpf_map_lookup_elem(&rules, &key))
			return true;
	}
	return false;
}

static __always_inline bool matches(const struct frame_classes *frame)
{
	return config.cells ? cell_accepts(frame) : rule_accepts(frame);
}

static __always_inline bool is_shut(__u32 queue)
{
	const volatile struct rx_gate *gate = bpf_map_lookup_elem(&gates, &queue);

	return gate && gate->shut;
}

/*
 * A queue without a socket leaves the frame to the kernel, which takes Linux 5.3,
 * whatever its gate says: an engine that was killed may have left that shut.
 */
static __always_inline int redirect(struct xdp_md *ctx, struct accept_counters *count)
{
	int verdict = XDP_PASS;

	if (prepare(ctx))
		verdict = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
	if (verdict != XDP_REDIRECT) {
		count->passed++;
		return verdict;
	}
	count->matched++;
	if (is_shut(ctx->rx_queue_index)) {
		count->early++;
		return XDP_DROP;
	}
	return verdict;
}

static __always_inline int accept_frame(struct xdp_md *ctx)
{
	struct cursor cursor = cursor_of(ctx);
	struct frame_classes frame = {};
	struct accept_counters *count;
	__u32 queue = ctx->rx_queue_index;

	count = bpf_map_lookup_elem(&counters, &queue);
	if (!count) {
		/* The interface has got more queues since the program was loaded. */
		queue = 0;
		count = bpf_map_lookup_elem(&counters, &queue);
		if (!count)
			return XDP_PASS;
	}

	if (!config.shape_count)
		return redirect(ctx, count);

	if (!classify(ctx, &cursor, &frame)) {
		count->too_short++;
		count->passed++;
		return XDP_PASS;
	}
	if (matches(&frame))
		return redirect(ctx, count);

	count->passed++;
	return XDP_PASS;
}

#endif
