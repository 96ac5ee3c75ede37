/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/* Parses the bytes of a frame into the fields that accept rules have conditions on. */
#ifndef MILLRACE_HEADERS_H
#define MILLRACE_HEADERS_H

#include <stdbool.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/types.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>

#include "config.h"
#include "cursor.h"

#define MAX_VLAN_TAGS		2
#define MAX_EXTENSION_HEADERS	8

/* No header that is skipped begins after this offset; the verifier needs a visible bound. */
#define OFFSET_LIMIT		0x7fff

#define IPV4_FRAGMENT		bpf_htons(0x3fff)	/* more fragments, or an offset */
#define IPV6_FRAGMENT		bpf_htons(0xfff9)

/* IPv6 extension headers that linux/in.h does not name. */
#define NEXT_HOP_BY_HOP		0
#define NEXT_ROUTING		43
#define NEXT_FRAGMENT		44
#define NEXT_DESTINATION	60
#define NEXT_MOBILITY		135

struct vlan_tag {
	__be16 tci;
	__be16 ethertype;
};

struct extension_header {
	__u8 next;
	__u8 length;		/* in units that depend on the header */
	__be16 fragment_offset;	/* of a fragment header */
	__be32 rest;		/* none is shorter than 8 bytes */
};

/* UDP and TCP headers both begin with the ports. */
struct port_pair {
	__be16 src;
	__be16 dst;
};

/* The type of what follows a header, and whether it is there in one piece. */
struct payload {
	__u32 offset;		/* 0: it begins where the cursor is */
	__u32 walked;		/* what walk_extensions returned; 0: it was not needed */
	__u8 protocol;
	bool known;		/* false: more extension headers than we walk */
	bool fragment;
};

/* The parsers return false when the frame ends inside the header or the header contradicts itself. */

static __always_inline bool is_vlan(__be16 ethertype)
{
	return ethertype == bpf_htons(ETH_P_8021Q) ||
	       ethertype == bpf_htons(ETH_P_8021AD);
}

/* Steps over the VLAN tags too. */
static __always_inline bool parse_ethernet(struct cursor *cursor, __be16 *ethertype)
{
	int i;

	if (!cursor_has(cursor, sizeof(struct ethhdr)))
		return false;
	*ethertype = ((const struct ethhdr *)cursor->at)->h_proto;
	cursor_step(cursor, sizeof(struct ethhdr));

	for (i = 0; i < MAX_VLAN_TAGS && is_vlan(*ethertype); i++) {
		if (!cursor_has(cursor, sizeof(struct vlan_tag)))
			return false;
		*ethertype = ((const struct vlan_tag *)cursor->at)->ethertype;
		cursor_step(cursor, sizeof(struct vlan_tag));
	}
	return true;
}

/*
 * The @length bytes at an offset, a constant number; false when the frame ends
 * before. Kernels without bpf_xdp_load_bytes take a pointer to them, and
 * CAP_PERFMON for that.
 */
static __always_inline bool read_at(struct xdp_md *ctx, __u32 offset, void *into, const __u32 length)
{
	const void *from;

	if (config.load_bytes)
		return !bpf_xdp_load_bytes(ctx, offset, into, length);
	if (offset > OFFSET_LIMIT)
		return false;
	from = (const void *)(long)ctx->data + offset;
	if (from + length > (const void *)(long)ctx->data_end)
		return false;
	__builtin_memcpy(into, from, length);
	return true;
}

/* Whether a header ends within the frame. */
static __always_inline bool ends_at(struct xdp_md *ctx, __u32 end)
{
	__u8 last;

	return read_at(ctx, end - sizeof(last), &last, sizeof(last));
}

static __always_inline bool parse_ipv4(struct xdp_md *ctx, struct cursor *cursor, struct payload *payload)
{
	const struct iphdr *ip = cursor->at;
	__u32 start = cursor->offset;

	if (!cursor_has(cursor, sizeof(*ip)) || ip->version != 4 || ip->ihl < 5)
		return false;
	payload->protocol = ip->protocol;
	payload->known = true;
	payload->fragment = ip->frag_off & IPV4_FRAGMENT;
	if (ip->ihl == 5) {
		cursor_step(cursor, sizeof(*ip));
		return true;
	}
	payload->offset = start + ip->ihl * 4;
	return ends_at(ctx, payload->offset);
}

static __always_inline bool is_extension(__u8 next)
{
	return next == NEXT_HOP_BY_HOP || next == NEXT_ROUTING || next == NEXT_DESTINATION ||
	       next == NEXT_MOBILITY || next == NEXT_FRAGMENT || next == IPPROTO_AH;
}

static __always_inline __u32 extension_length(__u8 type, const struct extension_header *extension)
{
	if (type == NEXT_FRAGMENT)
		return 8;
	if (type == IPPROTO_AH)
		return (extension->length + 2) * 4;
	return (extension->length + 1) * 8;
}

/* What walk_extensions returns, in one number as the verifier wants it of a global function; 0: malformed. */
#define WALKED_PROTOCOL	0xff
#define WALKED_FRAGMENT	(1 << 8)
#define WALKED_OFFSET	9

/*
 * Steps over the extension headers. The fragment header ends the walk, in the
 * first fragment too, so that all fragments of a datagram have one protocol.
 * Global, not static, for the verifier: it checks a global function once and
 * not for each way that leads to it.
 */
__noinline int walk_extensions(struct xdp_md *ctx, __u32 offset, __u8 protocol)
{
	struct extension_header extension;
	__u8 type;
	int i;

	for (i = 0; i < MAX_EXTENSION_HEADERS && is_extension(protocol); i++) {
		if (!read_at(ctx, offset, &extension, sizeof(extension)))
			return 0;
		type = protocol;
		protocol = extension.next;
		offset += extension_length(type, &extension);
		if (!ends_at(ctx, offset))
			return 0;
		if (type == NEXT_FRAGMENT && extension.fragment_offset & IPV6_FRAGMENT)
			return offset << WALKED_OFFSET | WALKED_FRAGMENT | protocol;
	}
	return offset << WALKED_OFFSET | protocol;
}

static __always_inline bool parse_ipv6(struct xdp_md *ctx, struct cursor *cursor, struct payload *payload)
{
	const struct ipv6hdr *ip = cursor->at;

	if (!cursor_has(cursor, sizeof(*ip)) || ip->version != 6)
		return false;
	payload->protocol = ip->nexthdr;
	payload->known = true;
	cursor_step(cursor, sizeof(*ip));
	if (!is_extension(payload->protocol))
		return true;

	payload->walked = walk_extensions(ctx, cursor->offset, payload->protocol);
	payload->offset = payload->walked >> WALKED_OFFSET;
	payload->protocol = payload->walked & WALKED_PROTOCOL;
	payload->fragment = payload->walked & WALKED_FRAGMENT;
	payload->known = payload->fragment || !is_extension(payload->protocol);
	return payload->walked;
}

static __always_inline bool has_ports(const struct payload *payload)
{
	return payload->known && !payload->fragment &&
	       (payload->protocol == IPPROTO_UDP || payload->protocol == IPPROTO_TCP);
}

/* A UDP or TCP header that is there as a whole. */
static __always_inline bool parse_ports(struct xdp_md *ctx, const struct cursor *cursor,
					const struct payload *payload, struct port_pair *ports)
{
	bool udp = payload->protocol == IPPROTO_UDP;

	if (payload->offset)
		return read_at(ctx, payload->offset, ports, sizeof(*ports)) &&
		       ends_at(ctx, payload->offset + (udp ? sizeof(struct udphdr) : sizeof(struct tcphdr)));
	if (!(udp ? cursor_has(cursor, sizeof(struct udphdr)) : cursor_has(cursor, sizeof(struct tcphdr))))
		return false;
	*ports = *(const struct port_pair *)cursor->at;
	return true;
}

#endif
