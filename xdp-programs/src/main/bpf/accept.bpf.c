/*
 * Frames that an accept rule matches go to the AF_XDP socket of the queue they
 * came in by; everything else stays with the kernel.
 *
 * The cost does not depend on the number of rules. Each address and port is
 * turned into a class number once (a trie or an array look-up), and the classes
 * are looked up in one hash table, once for each shape of rule in use.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "accept.h"
#include "cursor.h"
#include "headers.h"

/* Names no GPL-only helper, so the kernel asks for no GPL. */
char _license[] SEC("license") = "Apache-2.0";

const volatile struct accept_config config SEC(".rodata.config") = {};

struct port_classes port_classes = {};

/* The loader sets the real sizes of the maps. */

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct accept_counters);
	__uint(max_entries, 1);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, union rule_key);
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

static __always_inline bool uses(__u32 dimension)
{
	return config.dimensions & dimension;
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

static __always_inline bool classify_ipv4(struct cursor *cursor, struct payload *payload, union rule_key *key)
{
	const struct iphdr *ip = parse_ipv4(cursor, payload);

	if (!ip)
		return false;
	if (uses(DIMENSION_DST_NET))
		key->dst_net = class_of_v4(&dst_ipv4, ip->daddr);
	if (uses(DIMENSION_SRC_NET))
		key->src_net = class_of_v4(&src_ipv4, ip->saddr);
	return true;
}

static __always_inline bool classify_ipv6(struct cursor *cursor, struct payload *payload, union rule_key *key)
{
	const struct ipv6hdr *ip = parse_ipv6(cursor, payload);

	if (!ip)
		return false;
	if (uses(DIMENSION_DST_NET))
		key->dst_net = class_of_v6(&dst_ipv6, &ip->daddr);
	if (uses(DIMENSION_SRC_NET))
		key->src_net = class_of_v6(&src_ipv6, &ip->saddr);
	return true;
}

static __always_inline bool classify_ports(struct cursor *cursor, __u8 protocol, union rule_key *key)
{
	const struct port_pair *ports = parse_ports(cursor, protocol);

	if (!ports)
		return false;
	if (uses(DIMENSION_DST_PORT))
		key->dst_port = port_classes.dst[ports->dst];
	if (uses(DIMENSION_SRC_PORT))
		key->src_port = port_classes.src[ports->src];
	return true;
}

/* False when the frame is cut off or malformed within a header. */
static __always_inline bool classify(struct cursor *cursor, union rule_key *key)
{
	struct payload payload = {};
	__be16 ethertype;

	if (!parse_ethernet(cursor, &ethertype))
		return false;
	key->ethertype = ethertype;
	if (ethertype == bpf_htons(ETH_P_IP)) {
		if (!classify_ipv4(cursor, &payload, key))
			return false;
	} else if (ethertype == bpf_htons(ETH_P_IPV6)) {
		if (!classify_ipv6(cursor, &payload, key))
			return false;
	} else {
		return true;
	}

	if (payload.known) {
		key->protocol = payload.protocol;
		key->shape = DIMENSION_PROTOCOL;
	}
	return !has_ports(&payload) || classify_ports(cursor, payload.protocol, key);
}

/* The dimensions that the frame has something for: shapes with others can't match it. */
static __always_inline __u8 shape_of(const union rule_key *frame)
{
	__u8 shape = frame->shape | DIMENSION_ETHERTYPE;

	if (frame->dst_net)
		shape |= DIMENSION_DST_NET;
	if (frame->src_net)
		shape |= DIMENSION_SRC_NET;
	if (frame->dst_port)
		shape |= DIMENSION_DST_PORT;
	if (frame->src_port)
		shape |= DIMENSION_SRC_PORT;
	return shape;
}

/*
 * Looks for a rule, once in each shape. Global, not static, for the verifier:
 * it checks a global function once and not for each way that leads to it.
 */
__noinline int matches(const union rule_key *frame)
{
	union rule_key key;
	__u32 i, word;
	__u8 shape;

	if (!frame)
		return false;
	shape = shape_of(frame);
	for (i = 0; i < MAX_SHAPES && i < config.shape_count; i++) {
		if (config.masks[i].shape & ~shape)
			continue;
		for (word = 0; word < sizeof(key.words) / sizeof(key.words[0]); word++)
			key.words[word] = frame->words[word] & config.masks[i].words[word];
		key.shape = config.masks[i].shape;
		if (bpf_map_lookup_elem(&rules, &key))
			return true;
	}
	return false;
}

/* A queue without a socket leaves the frame to the kernel, which takes Linux 5.3. */
static __always_inline int redirect(struct xdp_md *ctx, struct accept_counters *count)
{
	int verdict = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);

	if (verdict == XDP_REDIRECT)
		count->matched++;
	else
		count->passed++;
	return verdict;
}

static __always_inline int accept_frame(struct xdp_md *ctx)
{
	struct cursor cursor = cursor_of(ctx);
	union rule_key frame = {};
	struct accept_counters *count;
	__u32 zero = 0;

	count = bpf_map_lookup_elem(&counters, &zero);
	if (!count)
		return XDP_PASS;

	if (!config.shape_count)
		return redirect(ctx, count);

	if (!classify(&cursor, &frame)) {
		count->too_short++;
		count->passed++;
		return XDP_PASS;
	}
	if (matches(&frame))
		return redirect(ctx, count);

	count->passed++;
	return XDP_PASS;
}

SEC("xdp")
int accept(struct xdp_md *ctx)
{
	return accept_frame(ctx);
}
