package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ENODEV;

import java.util.function.IntConsumer;

/**
 * The zone of a TCP port's link-local address. Its connections are in it, too: the kernel has bound them to the
 * interface by number, and when that interface is gone they never hear of their peers again.
 */
final class StreamZone implements SocketLinks.SetUp {
    private final StreamTable table;
    private final StreamLifecycle lifecycle;
    private final IntConsumer move;
    private volatile boolean lost;

    /** @param move moves the port's address to the interface with a given number */
    StreamZone(StreamTable table, StreamLifecycle lifecycle, IntConsumer move) {
        this.table = table;
        this.lifecycle = lifecycle;
        this.move = move;
    }

    @Override
    public void on(String interfaceName, int index) {
        move.accept(index);
    }

    /** {@inheritDoc} The poller ends the connections in its next duty cycle. */
    @Override
    public void lose(String interfaceName) {
        lost = true;
    }

    @Override
    public boolean isLost(String interfaceName) {
        return !lost;
    }

    /** Ends all connections if they have lost their interface. Only the poller's thread may call this. */
    void check() {
        if (lost) {
            for (int i = 0; i < table.made(); i++) {
                lifecycle.failed(table.at(i), ENODEV());
            }
            lost = false;
        }
    }
}
