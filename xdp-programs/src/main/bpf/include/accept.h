/*
 * What the accept program and its loader share. Java writes these structs by
 * offset: io.millrace.xdp.AcceptLayout follows every change made here.
 */
#ifndef MILLRACE_ACCEPT_H
#define MILLRACE_ACCEPT_H

#include <linux/types.h>

/* What a rule can speak of. The set that a rule does speak of is its shape. */
#define DIMENSION_ETHERTYPE	(1 << 0)
#define DIMENSION_PROTOCOL	(1 << 1)
#define DIMENSION_DST_NET	(1 << 2)
#define DIMENSION_SRC_NET	(1 << 3)
#define DIMENSION_DST_PORT	(1 << 4)
#define DIMENSION_SRC_PORT	(1 << 5)
#define MAX_SHAPES		64

#define PORTS			65536

/*
 * A frame as the rules see it, and the key of a rule. Nets and ports are class
 * numbers: frames of one class are the same to every rule. 0 is no class.
 */
union rule_key {
	struct {
		__u8 shape;
		__u8 protocol;
		__be16 ethertype;
		__u32 dst_net;
		__u32 src_net;
		__u32 dst_port;
		__u32 src_port;
	};
	__u32 words[5];
};

/* Constant once loaded, so the verifier cuts out what these rules do not need. */
struct accept_config {
	__u32 dimensions;	/* of all shapes together */
	__u32 shape_count;	/* 0: accept every frame */
	union rule_key masks[MAX_SHAPES];	/* a frame's key & mask = the key of a rule of that shape */
};

/* Indexed by port as it stands in the frame, in network byte order. */
struct port_classes {
	__u32 dst[PORTS];
	__u32 src[PORTS];
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
};

#endif
