package io.millrace.lab.traffic;

import io.millrace.HostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * The datagrams of a {@link FrameTemplate} through an ordinary socket: the kernel makes the headers and picks the
 * interface. {@link TrafficReport#refused} counts what the kernel would not take.
 *
 * <p>Opened in the network namespace that it sends from; used from any thread, one at a time.
 */
public final class UdpTraffic extends SocketTraffic {
    private static final int IPV4_UDP_HEADERS = 28;
    private static final int IPV6_UDP_HEADERS = 48;
    private static final int ETHERNET_HEADER = 14;

    private final DatagramChannel channel;
    private final InetSocketAddress destination;
    private final ByteBuffer payload;
    private long sequence;
    private IOException lastFailure;

    private UdpTraffic(DatagramChannel channel, InetSocketAddress destination, ByteBuffer payload, int frameLength) {
        super(frameLength);
        this.channel = channel;
        this.destination = destination;
        this.payload = payload;
    }

    /**
     * Opens a sender.
     *
     * @param source      address and port to send from; port 0 lets the kernel choose
     * @param destination of the same IP version
     * @param frameLength of the frames that an Ethernet interface makes of the datagrams
     */
    public static UdpTraffic open(InetSocketAddress source, InetSocketAddress destination, int frameLength)
            throws IOException {
        InetAddress address = destination.getAddress();
        boolean ipv4 = address instanceof Inet4Address;
        int payloadLength = frameLength - ETHERNET_HEADER - (ipv4 ? IPV4_UDP_HEADERS : IPV6_UDP_HEADERS);
        if (payloadLength < 0) {
            throw new IllegalArgumentException(
                    "frame of " + frameLength + " bytes; choose " + (frameLength - payloadLength) + " or more");
        }
        ByteBuffer payload = ByteBuffer.allocateDirect(payloadLength);
        for (int i = 0; i < payloadLength; i++) {
            payload.put(i, FrameTemplate.pattern(i));
        }
        DatagramChannel channel =
                DatagramChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.bind(source);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new UdpTraffic(channel, destination, payload, frameLength);
    }

    @Override
    boolean sendOne() {
        payload.clear();
        if (payload.capacity() >= Long.BYTES) {
            payload.putLong(0, sequence);
        }
        sequence++;
        try {
            channel.send(payload, destination);
            return true;
        } catch (IOException e) { // ENOBUFS and the like: the next one may pass
            lastFailure = e;
            return false;
        }
    }

    @Override
    HostException allRefused() {
        return new HostException(
                "no datagram could be sent to " + destination + ", " + lastFailure.getMessage()
                        + "; check the route and the addresses",
                lastFailure);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
