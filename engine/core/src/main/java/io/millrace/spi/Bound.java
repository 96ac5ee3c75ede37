package io.millrace.spi;

import java.net.InetSocketAddress;

/** The role of a port that may be bound to an address. */
public interface Bound {
    /**
     * The address that the port is bound to, including what the kernel chose where the config leaves it open; null if
     * it is not bound. Any thread may call this.
     */
    InetSocketAddress localAddress();
}
