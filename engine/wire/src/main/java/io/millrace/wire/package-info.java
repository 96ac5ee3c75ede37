/**
 * Views of the headers of a frame, over any Agrona buffer. One instance is moved from frame to frame and allocates
 * nothing: {@code wrap} checks once that the header is whole, and the getters after it check no more than the buffer
 * does. A stage keeps one of each kind that it looks at.
 *
 * {@snippet :
 * if (ethernet.wrap(buffer, 0, frame.length()) && ethernet.etherType() == EthernetFlyweight.IPV4
 *     && ipv4.wrap(buffer, ethernet.payloadOffset(), ethernet.payloadLength())
 *     && ipv4.protocol() == IpProtocol.UDP && ipv4.fragmentOffset() == 0
 *     && udp.wrap(buffer, ipv4.payloadOffset(), ipv4.payloadLength())) {
 *     handle(buffer, udp.payloadOffset(), udp.payloadLength());
 * }
 * }
 */
package io.millrace.wire;
