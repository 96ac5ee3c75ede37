/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/*
 * What the metadata program writes in front of a frame, and its reader reads.
 * Java does so by offset: io.millrace.xdp.MetadataLayout follows every change
 * made here.
 */
#ifndef MILLRACE_METADATA_H
#define MILLRACE_METADATA_H

#include <linux/types.h>

/* Hints; the bits are those of linux/netdev.h, by which a driver says what it can tell. */
#define HINT_TIMESTAMP	1
#define HINT_HASH	2
#define HINT_VLAN	4

/* Says that the program wrote the metadata: the upper half of present. */
#define METADATA_MAGIC	0x6d720000

/* Its end is the frame's first byte. */
struct frame_metadata {
	__u64 timestamp;	/* nanoseconds of the driver's clock */
	__u32 hash;
	__u32 hash_type;	/* what the hash covers: enum xdp_rss_hash_type */
	__be16 vlan_protocol;
	__u16 vlan_tag;		/* priority, drop eligible, VLAN id */
	__u32 present;		/* METADATA_MAGIC and the hints that the driver gave */
};

/* Constant once loaded. */
struct metadata_config {
	__u32 hints;		/* to ask for */
};

#endif
