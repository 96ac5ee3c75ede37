/**
 * A thin layer of typed calls over the bindings that jextract generated.
 *
 * <p>The packages below this one, {@code libc}, {@code xdp}, {@code bpf} and {@code uring}, are generated: C's names,
 * layouts and constants, no policy. What is here adds what a binding alone cannot give: errno from the very call that
 * failed, exceptions that read as one line, memory mappings that an arena owns, and libraries that are missing.
 *
 * <p>{@link io.millrace.bindings.Libc} and {@link io.millrace.bindings.Sockets} are for set-up and may allocate;
 * {@link io.millrace.bindings.SocketCalls} and {@link io.millrace.bindings.UringCalls#enter} are the calls of a
 * poller's duty cycle and do not.
 */
package io.millrace.bindings;
