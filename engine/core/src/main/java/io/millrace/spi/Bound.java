package io.millrace.spi;

import java.net.InetSocketAddress;

/** A port that may be bound to an address. */
public interface Bound {
    /** That address, as the kernel chose it where the config leaves that open; null if there is none. Any thread. */
    InetSocketAddress localAddress();
}
