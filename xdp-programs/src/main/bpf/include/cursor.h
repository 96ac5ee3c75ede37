/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/* A position in a frame that never runs past its end. */
#ifndef MILLRACE_CURSOR_H
#define MILLRACE_CURSOR_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* No header that we step over begins behind this; the verifier wants a bound that it can see. */
#define CURSOR_LIMIT	0x3fff

/*
 * An offset, not a pointer: the verifier treats positions that different headers
 * led to as one, where pointers would multiply the paths that it walks.
 */
struct cursor {
	void *start;
	void *end;
	__u32 offset;
};

static __always_inline struct cursor cursor_of(struct xdp_md *ctx)
{
	struct cursor cursor = {
		.start = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};

	return cursor;
}

/*
 * Returns the next @length bytes and steps over them, or NULL when the frame
 * ends before. A length read from the frame must have an upper bound that the
 * verifier can see (a byte times a constant has one).
 */
static __always_inline void *cursor_take(struct cursor *cursor, __u32 length)
{
	void *taken;

	if (cursor->offset > CURSOR_LIMIT)
		return NULL;
	taken = cursor->start + cursor->offset;
	if (taken + length > cursor->end)
		return NULL;
	cursor->offset += length;
	return taken;
}

#endif
