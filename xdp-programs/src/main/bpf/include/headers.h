/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/* From the bytes of a frame to the fields that accept rules speak of. */
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

#include "cursor.h"

#define MAX_VLAN_TAGS		2
#define MAX_EXTENSION_HEADERS	8

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

/* UDP and TCP start alike. */
struct port_pair {
	__be16 src;
	__be16 dst;
};

/* The type of what follows a header, and whether it is there in one piece. */
struct payload {
	__u8 protocol;
	bool known;		/* false: more extension headers than we walk */
	bool fragment;
};

/* The parsers return false or NULL when the frame ends inside the header or the header contradicts itself. */

static __always_inline bool is_vlan(__be16 ethertype)
{
	return ethertype == bpf_htons(ETH_P_8021Q) ||
	       ethertype == bpf_htons(ETH_P_8021AD);
}

/* Steps over the VLAN tags too. */
static __always_inline bool parse_ethernet(struct cursor *cursor, __be16 *ethertype)
{
	const struct ethhdr *ethernet = cursor_take(cursor, sizeof(*ethernet));
	const struct vlan_tag *tag;
	int i;

	if (!ethernet)
		return false;
	*ethertype = ethernet->h_proto;

	for (i = 0; i < MAX_VLAN_TAGS && is_vlan(*ethertype); i++) {
		tag = cursor_take(cursor, sizeof(*tag));
		if (!tag)
			return false;
		*ethertype = tag->ethertype;
	}
	return true;
}

static __always_inline const struct iphdr *parse_ipv4(struct cursor *cursor, struct payload *payload)
{
	const struct iphdr *ip = cursor_take(cursor, sizeof(*ip));

	if (!ip || ip->version != 4 || ip->ihl < 5)
		return NULL;
	if (!cursor_take(cursor, ip->ihl * 4 - sizeof(*ip)))
		return NULL;

	payload->protocol = ip->protocol;
	payload->known = true;
	payload->fragment = ip->frag_off & IPV4_FRAGMENT;
	return ip;
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

/*
 * Steps over the extension headers. The fragment header ends the walk, in the
 * first fragment too, so that all fragments of a datagram have one protocol.
 */
static __always_inline bool parse_extensions(struct cursor *cursor, struct payload *payload)
{
	const struct extension_header *extension;
	__u8 type;
	int i;

	for (i = 0; i < MAX_EXTENSION_HEADERS && is_extension(payload->protocol); i++) {
		type = payload->protocol;
		extension = cursor_take(cursor, sizeof(*extension));
		if (!extension)
			return false;
		if (!cursor_take(cursor, extension_length(type, extension) - sizeof(*extension)))
			return false;
		payload->protocol = extension->next;
		if (type == NEXT_FRAGMENT && extension->fragment_offset & IPV6_FRAGMENT) {
			payload->fragment = true;
			break;
		}
	}
	payload->known = payload->fragment || !is_extension(payload->protocol);
	return true;
}

static __always_inline const struct ipv6hdr *parse_ipv6(struct cursor *cursor, struct payload *payload)
{
	const struct ipv6hdr *ip = cursor_take(cursor, sizeof(*ip));

	if (!ip || ip->version != 6)
		return NULL;
	payload->protocol = ip->nexthdr;
	return parse_extensions(cursor, payload) ? ip : NULL;
}

static __always_inline bool has_ports(const struct payload *payload)
{
	return payload->known && !payload->fragment &&
	       (payload->protocol == IPPROTO_UDP || payload->protocol == IPPROTO_TCP);
}

static __always_inline const struct port_pair *parse_ports(struct cursor *cursor, __u8 protocol)
{
	return cursor_take(cursor, protocol == IPPROTO_UDP ? sizeof(struct udphdr) : sizeof(struct tcphdr));
}

#endif
