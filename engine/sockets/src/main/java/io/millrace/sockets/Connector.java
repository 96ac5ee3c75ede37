package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ECANCELED;
import static io.millrace.bindings.libc.libc_h.ETIMEDOUT;
import static io.millrace.bindings.uring.uring_h.IORING_OP_CONNECT;
import static io.millrace.bindings.uring.uring_h.IORING_OP_LINK_TIMEOUT;
import static io.millrace.bindings.uring.uring_h.IOSQE_IO_LINK;

import io.millrace.HostException;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.uring.__kernel_timespec;
import io.millrace.ring.SubmissionEntry;
import io.millrace.spi.EndpointView;
import io.millrace.spi.PortSettings;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.ConnectionsState;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Maintains a port's one connection to its {@code connect} address. It connects with a linked time-out, and tries again
 * after a pause that doubles with each failure. Only the poller's thread may use this.
 */
final class Connector implements Establisher {
    private final Uring uring;
    private final StreamTable table;
    private final StreamLifecycle lifecycle;
    private final CycleClock clock;
    private final OutboundQueues queues;
    private final PortSettings settings;
    private final long waitTimeoutNs;
    private final long reconnectMinNs;
    private final long reconnectMaxNs;
    private final PortCounters counters;
    private final int portId;
    private final MemorySegment address;
    private final MemorySegment timeout;
    private final EndpointView remote = new EndpointView();

    private volatile ConnectionsState state = ConnectionsState.WAITING;
    private StreamConnection current;
    private long waitNs;
    private long nextAttemptNs;
    private boolean stopped;
    /** Whether the address has moved to another interface, so that the next attempt need not wait. */
    private volatile boolean moved;

    Connector(
            Uring uring,
            Streams streams,
            CycleClock clock,
            PortSettings settings,
            PortCounters counters,
            int portId,
            Arena arena) {
        this.uring = uring;
        this.table = streams.table();
        this.lifecycle = streams.lifecycle();
        this.clock = clock;
        this.queues = streams.queues();
        this.settings = settings;
        this.counters = counters;
        this.portId = portId;
        this.address =
                SocketAddresses.allocate(arena, settings.get(TcpKeys.CONNECT).orElseThrow());
        this.timeout = __kernel_timespec.allocate(arena);
        __kernel_timespec.tv_sec(timeout, settings.get(TcpKeys.CONNECT_TIMEOUT) / 1_000_000_000);
        __kernel_timespec.tv_nsec(timeout, settings.get(TcpKeys.CONNECT_TIMEOUT) % 1_000_000_000);
        SocketAddresses.read(address, 0, remote);
        this.waitTimeoutNs = settings.get(TcpKeys.WAIT_TIMEOUT);
        this.reconnectMinNs = settings.get(TcpKeys.RECONNECT_MIN);
        this.reconnectMaxNs = settings.get(TcpKeys.RECONNECT_MAX);
        this.waitNs = reconnectMinNs;
        this.nextAttemptNs = System.nanoTime();
    }

    /**
     * Connects by another interface from the next attempt on, which is made without further waiting. Any thread may
     * call this.
     *
     * @param index the kernel's number of the interface
     */
    void moveTo(int index) {
        SocketAddresses.changeScope(address, index);
        moved = true; // written last, so that the poller sees the new address with it
    }

    /** The connection, which may still be connecting; null while there is none. */
    @Override
    public StreamConnection current() {
        return current;
    }

    /** {@inheritDoc} While the engine stops, it only connects if frames still wait for a connection. */
    @Override
    public void check() {
        if (current != null && current.isOver()) {
            current = null;
            backOff();
        }
        if (moved) {
            moved = false;
            waitNs = reconnectMinNs;
            nextAttemptNs = clock.nowNs();
        }
        if (waitTimeoutNs > 0 && !queues.unconnected().isEmpty() && queues.unconnectedNs() > waitTimeoutNs) {
            queues.giveUpUnconnected();
        }
        if (current == null
                && (!stopped || !queues.unconnected().isEmpty())
                && clock.nowNs() - nextAttemptNs >= 0
                && uring.hasRoom(2)) {
            attempt();
        }
    }

    private void attempt() {
        SocketSetUp socket;
        try {
            socket = TcpSocket.forConnection(settings);
        } catch (HostException e) { // there is no descriptor left, for instance
            int errno = e.getCause() instanceof SystemCallException refusal ? refusal.errno() : 0;
            counters.add(PortCounter.ATTEMPTS, 1);
            counters.fault(PortCounter.FAILED, 1, errno, remote);
            backOff();
            return;
        }
        StreamConnection connection = lifecycle.open(socket.fd());
        if (connection == null) { // the stages still hold the former ones
            socket.close();
            backOff();
            return;
        }
        counters.add(PortCounter.ATTEMPTS, 1);
        state = ConnectionsState.CONNECTING;
        current = connection;
        connection.remote.copyFrom(remote);
        MemorySegment entries = uring.entries();
        long at = uring.claim();
        SubmissionEntry.write(
                entries,
                at,
                IORING_OP_CONNECT(),
                connection.fd(),
                address.address(),
                0,
                StreamOperation.CONNECT.userData(portId, connection.index));
        SubmissionEntry.offset(entries, at, address.byteSize());
        SubmissionEntry.flags(entries, at, IOSQE_IO_LINK());
        at = uring.claim();
        SubmissionEntry.write(
                entries,
                at,
                IORING_OP_LINK_TIMEOUT(),
                -1,
                timeout.address(),
                1,
                StreamOperation.CONNECT_TIMEOUT.userData(portId, connection.index));
        connection.operations.begin(StreamOperation.CONNECT);
        connection.operations.begin(StreamOperation.CONNECT_TIMEOUT);
    }

    /** Called when one of the two operations of an attempt has completed. */
    @Override
    public void onCompletion(StreamOperation operation, int index, int result, int flags) {
        StreamConnection connection = table.at(index);
        connection.operations.end(operation);
        if (operation == StreamOperation.CONNECT && !connection.isOver()) {
            if (result == 0) {
                connected(connection);
            } else {
                connection.report(result == -ECANCELED() ? ETIMEDOUT() : -result);
            }
        }
        lifecycle.advance(connection);
    }

    private void connected(StreamConnection connection) {
        if (!lifecycle.connected(connection, true)) {
            return;
        }
        counters.add(PortCounter.CONNECTED, 1);
        state = ConnectionsState.CONNECTED;
        waitNs = reconnectMinNs;
    }

    private void backOff() {
        state = ConnectionsState.WAITING;
        nextAttemptNs = clock.nowNs() + waitNs;
        waitNs = Math.min(2 * waitNs, reconnectMaxNs);
    }

    @Override
    public ConnectionsState state() {
        return state;
    }

    @Override
    public boolean connects() {
        return true;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /** {@inheritDoc} There are none, because the operations of an attempt are counted with its connection. */
    @Override
    public int underWay() {
        return 0;
    }
}
