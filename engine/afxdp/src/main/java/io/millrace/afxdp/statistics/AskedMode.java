package io.millrace.afxdp.statistics;

/**
 * The modes that the config of an AF_XDP port asks for.
 *
 * @param attach {@code auto}, {@code native} or {@code skb}
 * @param copy   {@code auto}, {@code zero-copy} or {@code copy}
 */
public record AskedMode(String attach, String copy) {}
