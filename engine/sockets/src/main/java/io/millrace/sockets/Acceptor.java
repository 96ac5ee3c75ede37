package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EAGAIN;
import static io.millrace.bindings.libc.libc_h.ECANCELED;
import static io.millrace.bindings.libc.libc_h.EINTR;
import static io.millrace.bindings.libc.libc_h.EMFILE;
import static io.millrace.bindings.libc.libc_h.ENFILE;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.libc.libc_h.ENOMEM;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.uring.uring_h.IORING_ACCEPT_MULTISHOT;
import static io.millrace.bindings.uring.uring_h.IORING_OP_ACCEPT;
import static io.millrace.bindings.uring.uring_h.IOSQE_FIXED_FILE;

import io.millrace.bindings.ConnectionCalls;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.ConnectionsState;
import io.millrace.statistics.PortCounter;
import java.util.Set;

/**
 * Accepts a listening port's connections, by one multishot operation. An error of one client, which has gone for
 * instance, is counted and does not hold up the others. After an error of the host, no free descriptor for instance,
 * this port and the other ports of the poller accept again a little later. Only the poller's thread may use this.
 */
final class Acceptor implements Establisher {
    /** After so many errors in a row the host is taken to be the cause, whatever the errors say. */
    private static final int MOST_OF_CLIENTS = 32;
    /**
     * The process or the host has no free descriptor or no memory. All other errors concern one client, see accept(2).
     */
    private static final Set<Integer> OF_THE_HOST = Set.of(EMFILE(), ENFILE(), ENOBUFS(), ENOMEM());

    private final Uring uring;
    private final SpareDescriptors spares;
    private final StreamLifecycle lifecycle;
    private final CycleClock clock;
    private final PortCounters counters;
    private final int file;
    private final long userData;
    private boolean armed;
    private boolean cancelled;
    private boolean stopped;
    private long pausedUntilNs;
    private volatile boolean paused;
    private int failures;

    /**
     * @param spares the spare descriptors of the poller
     * @param file   the index of the listening socket among the registered ones
     */
    Acceptor(
            Uring uring,
            SpareDescriptors spares,
            StreamLifecycle lifecycle,
            CycleClock clock,
            PortCounters counters,
            int portId,
            int file) {
        this.uring = uring;
        this.spares = spares;
        this.lifecycle = lifecycle;
        this.clock = clock;
        this.counters = counters;
        this.file = file;
        this.userData = StreamOperation.ACCEPT.userData(portId, 0);
    }

    /** Starts to accept, unless it already does or has to wait. */
    @Override
    public void check() {
        if (stopped) {
            return;
        }
        long nowNs = clock.nowNs();
        if (armed) {
            if (!spares.areHeld() && !cancelled) { // false if another port has found no free descriptor
                cancelled = uring.cancel(userData);
            }
        } else if (spares.pauses(nowNs)) {
            if (!paused) {
                pause(nowNs);
            }
        } else if (!paused || nowNs - pausedUntilNs >= 0) {
            int errno = spares.take();
            if (errno == 0) {
                submit();
            } else {
                failed(errno);
            }
        }
    }

    private void submit() {
        long at = uring.claim();
        if (at != SubmissionQueue.FULL) {
            SubmissionEntry.write(uring.entries(), at, IORING_OP_ACCEPT(), file, 0, 0, userData);
            SubmissionEntry.ioPriority(uring.entries(), at, IORING_ACCEPT_MULTISHOT());
            SubmissionEntry.operationFlags(uring.entries(), at, SOCK_CLOEXEC());
            SubmissionEntry.flags(uring.entries(), at, IOSQE_FIXED_FILE());
            armed = true;
            paused = false;
        }
    }

    @Override
    public void onCompletion(StreamOperation operation, int index, int result, int flags) {
        if ((flags & CompletionQueue.MORE) == 0) {
            armed = false;
            cancelled = false;
        }
        if (result >= 0) {
            failures = 0;
            accepted(result);
        } else if (result != -ECANCELED() && result != -EAGAIN() && result != -EINTR()) {
            failed(-result);
        }
    }

    private void failed(int errno) {
        boolean isOfHost = OF_THE_HOST.contains(errno);
        if (isOfHost) {
            // first, since counting and logging may have to load classes, which takes descriptors
            spares.letGo(clock.nowNs());
        }
        counters.fault(PortCounter.ACCEPT_FAILED, 1, errno, null);
        failures++;
        if (isOfHost || failures > MOST_OF_CLIENTS) {
            pause(clock.nowNs() + SpareDescriptors.PAUSE_NS);
        }
    }

    private void pause(long untilNs) {
        pausedUntilNs = untilNs;
        paused = true;
    }

    private void accepted(int fd) {
        StreamConnection connection = stopped ? null : lifecycle.open(fd);
        if (connection == null) {
            counters.add(PortCounter.REFUSED, 1);
            ConnectionCalls.close(fd);
            return;
        }
        counters.add(PortCounter.ACCEPTED, 1);
        lifecycle.connected(connection, false);
    }

    @Override
    public StreamConnection current() {
        return null;
    }

    @Override
    public boolean connects() {
        return false;
    }

    @Override
    public void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (armed && !cancelled) {
            cancelled = uring.cancel(userData);
        }
    }

    @Override
    public ConnectionsState state() {
        return paused ? ConnectionsState.WAITING : ConnectionsState.LISTENING;
    }

    @Override
    public int underWay() {
        return armed ? 1 : 0;
    }
}
