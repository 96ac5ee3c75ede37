/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/*
 * A position in a frame that never runs past its end.
 *
 * A loader without CAP_PERFMON must neither compare a pointer into a frame with
 * NULL nor, before Linux 6.16, add a length to it that is not a constant. So the
 * headers of constant length are read by pointers that move by constants, and
 * what is behind a header of another length by its offset, with read_at.
 */
#ifndef MILLRACE_CURSOR_H
#define MILLRACE_CURSOR_H

#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct cursor {
	void *at;
	void *end;
	__u32 offset;		/* of at, which can't be told by subtracting pointers */
};

static __always_inline struct cursor cursor_of(struct xdp_md *ctx)
{
	struct cursor cursor = {
		.at = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};

	return cursor;
}

/* Whether the frame has @length more bytes. */
static __always_inline bool cursor_has(const struct cursor *cursor, const __u32 length)
{
	return cursor->at + length <= cursor->end;
}

/*
 * Steps over @length bytes, a constant. The barrier keeps clang from making one
 * addition of those on several ways, whose length would be no constant.
 */
static __always_inline void cursor_step(struct cursor *cursor, const __u32 length)
{
	cursor->at += length;
	cursor->offset += length;
	barrier_var(cursor->at);
}

#endif
