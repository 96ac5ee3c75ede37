package io.millrace.afxdp;

/**
 * How an AF_XDP port was to come to its frames, as its config has it.
 *
 * @param attach {@code auto}, {@code native} or {@code skb}
 * @param copy   {@code auto}, {@code zero-copy} or {@code copy}
 */
public record AskedMode(String attach, String copy) {}
