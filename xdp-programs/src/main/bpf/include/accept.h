/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/*
 * What the accept program and its loader share. Java writes these structs by
 * offset: io.millrace.xdp.AcceptLayout follows every change made here.
 */
#ifndef MILLRACE_ACCEPT_H
#define MILLRACE_ACCEPT_H

#include <linux/types.h>

/* The properties that a rule can have conditions on. The set that a rule has conditions on is its shape. */
enum dimension {
	ETHERTYPE,
	PROTOCOL,
	DST_NET,
	SRC_NET,
	DST_PORT,
	SRC_PORT,
	DIMENSIONS
};

#define MAX_SHAPES	(1 << DIMENSIONS)

/*
 * A frame as the rules see it: in each dimension a class. No rule distinguishes two values of one class. Class 0 is for
 * values that no rule mentions, and for a missing value.
 */
struct frame_classes {
	__u32 of[DIMENSIONS];
};

/* A rule is all combinations of the classes that it means, 0 in dimensions that are not in its shape. */
struct rule_key {
	__u32 shape;
	struct frame_classes classes;
};

/* Constant once loaded. */
struct accept_config {
	__u32 dimensions;	/* of all shapes together */
	__u32 shape_count;	/* 0: accept every frame */
	__u32 cells;		/* 1: look at the cells, 0: at the rules */
	__u32 frags;		/* 1: loaded with xdp.frags, which the kernel tells of no program */
	__u32 load_bytes;	/* 1: the kernel has bpf_xdp_load_bytes, since Linux 5.18 */
	__u32 shapes[MAX_SHAPES];
};

/*
 * Tables from values to classes, indexed by the values as they are in the frame, in network byte order. With cells, the
 * classes are already multiplied, so that their sum is the cell.
 */
struct class_tables {
	__u32 dst_port[1 << 16];
	__u32 src_port[1 << 16];
	__u32 ethertype[1 << 16];
	__u32 protocol[1 << 8];
};

struct ipv4_prefix {
	__u32 length;
	__be32 address;
};

struct ipv6_prefix {
	__u32 length;
	__u8 address[16];
};

struct accept_counters {
	__u64 matched;		/* given to an AF_XDP socket */
	__u64 passed;		/* left to the kernel, for whatever reason */
	__u64 too_short;	/* of passed: cut off or malformed within a header */
	__u64 early;		/* of matched: dropped here, for the socket's RX ring is nearly full */
};

/* A cache line for each queue, which its engine's poller writes and the program reads. */
struct rx_gate {
	__u32 shut;		/* not 0: drop what the socket would get */
	__u32 unused[15];
};

#endif
