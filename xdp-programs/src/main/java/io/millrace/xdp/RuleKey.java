package io.millrace.xdp;

/**
 * An entry of the rule table: the classes and values of the dimensions in the shape, 0 in all others.
 *
 * @param shape     the dimensions that count, bits of {@link AcceptLayout}
 * @param ethertype in host byte order
 */
record RuleKey(int shape, int ethertype, int protocol, int dstNet, int srcNet, int dstPort, int srcPort) {
}
