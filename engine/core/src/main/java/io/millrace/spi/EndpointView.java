package io.millrace.spi;

import io.millrace.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** The flyweight of an address and a port. Used by one thread only. */
public final class EndpointView implements Endpoint {
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;
    private static final int REVOKED = -1;

    private int ipVersion;
    private int ipv4;
    private long ipv6High;
    private long ipv6Low;
    private int port;

    /** Shows no address yet. */
    public EndpointView() {}

    /** Shows that there is no address. */
    public void clear() {
        set(0, 0, 0, 0, 0);
    }

    /** Revokes the view: every access throws until the next address is shown. */
    public void revoke() {
        ipVersion = REVOKED;
    }

    /** Shows an IPv4 address; its first byte is in the highest bits. */
    public void setIpv4(int address, int newPort) {
        set(4, address, 0, 0, newPort);
    }

    /** Shows an IPv6 address. */
    public void setIpv6(long high, long low, int newPort) {
        set(6, 0, high, low, newPort);
    }

    /** Shows the same address as another view. */
    public void copyFrom(EndpointView other) {
        set(other.ipVersion, other.ipv4, other.ipv6High, other.ipv6Low, other.port);
    }

    private void set(int version, int address, long high, long low, int newPort) {
        ipVersion = version;
        ipv4 = address;
        ipv6High = high;
        ipv6Low = low;
        port = newPort;
    }

    private void requireValid() {
        if (ipVersion == REVOKED) {
            throw new IllegalStateException("the address is no longer valid: its callback has returned; keep"
                    + " toSocketAddress(), or the numbers");
        }
    }

    @Override
    public int ipVersion() {
        requireValid();
        return ipVersion;
    }

    @Override
    public int ipv4() {
        requireValid();
        return ipv4;
    }

    @Override
    public long ipv6High() {
        requireValid();
        return ipv6High;
    }

    @Override
    public long ipv6Low() {
        requireValid();
        return ipv6Low;
    }

    @Override
    public int port() {
        requireValid();
        return port;
    }

    @Override
    public boolean sameAs(Endpoint other) {
        requireValid();
        return ipVersion == other.ipVersion()
                && port == other.port()
                && ipv4 == other.ipv4()
                && ipv6High == other.ipv6High()
                && ipv6Low == other.ipv6Low();
    }

    @Override
    public InetSocketAddress toSocketAddress() {
        requireValid();
        if (ipVersion == 0) {
            throw new IllegalStateException("the frame tells no address; ask ipVersion() first");
        }
        byte[] bytes = ipVersion == 4
                ? ByteBuffer.allocate(IPV4_LENGTH).putInt(ipv4).array()
                : ByteBuffer.allocate(IPV6_LENGTH)
                        .putLong(ipv6High)
                        .putLong(ipv6Low)
                        .array();
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return ipVersion == REVOKED
                ? "revoked"
                : ipVersion == 0 ? "none" : toSocketAddress().toString();
    }
}
