/**
 * A thin layer of typed calls over the bindings that jextract generated.
 *
 * <p>The packages below this one, {@code libc}, {@code xdp}, {@code bpf} and {@code uring}, are generated: C's names,
 * layouts and constants, no policy. What is here adds what a binding alone cannot give: errno from the very call that
 * failed, exceptions that read as one line, memory mappings that an arena owns, and libraries that are missing.
 *
 * <p>{@link io.millrace.bindings.Libc} is for set-up and may allocate; {@link io.millrace.bindings.SocketCalls} holds
 * the calls of a poller's duty cycle and does not.
 */
package io.millrace.bindings;
