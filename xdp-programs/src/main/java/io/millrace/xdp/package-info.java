/**
 * The XDP program that decides which frames leave the kernel's path, its loader, and the rules that it decides by.
 *
 * <p>{@link io.millrace.xdp.AcceptRule} is what an operator writes; {@code CompiledRules} turns a list of them into the
 * tables of {@code src/main/bpf/include/accept_frame.h}; {@link io.millrace.xdp.XdpProgram} loads both and attaches the
 * program to an interface. {@link io.millrace.xdp.BpfObject} loads any other object file that {@code build-bpf} made.
 */
package io.millrace.xdp;
