/**
 * The memory that this process shares with the kernel: frames in a {@linkplain io.millrace.ring.Umem UMEM}, and the
 * four AF_XDP rings that pass them back and forth.
 *
 * <pre>
 *              {@link io.millrace.ring.FillRing}                    {@link io.millrace.ring.RxRing}
 *   frame pool ---- empty frames ----&gt; kernel ---- received frames ----&gt; stages
 *       ^                                                                  |
 *       +---- sent frames ---- kernel &lt;---- frames to send ----------------+
 *              {@link io.millrace.ring.CompletionRing}              {@link io.millrace.ring.TxRing}
 * </pre>
 *
 * A frame is named by its <em>address</em>, an offset into the UMEM, and is in exactly one place at a time: a ring, the
 * {@linkplain io.millrace.ring.FramePool pool}, or the hands of whoever took it out last. {@link
 * io.millrace.ring.FrameAudit} proves it.
 *
 * <p>Every ring belongs to one thread of this process, which is the only one to call its methods; the kernel is at the
 * other end. Only {@link io.millrace.ring.Umem#map} makes system calls, and nothing allocates once constructed.
 * Segments belong to the arena of their maker; a ring that is used after that arena was closed throws {@link
 * java.lang.IllegalStateException} and does not crash. Code that reads frames by their raw addresses gets no exception,
 * but no crash either: where a UMEM was, zeroes stay mapped.
 */
package io.millrace.ring;
