package io.millrace.engine.uring;

import io.millrace.bindings.ConnectionCalls;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortCounters;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;

import static io.millrace.bindings.libc.libc_h.ECANCELED;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.uring.uring_h.IORING_ACCEPT_MULTISHOT;
import static io.millrace.bindings.uring.uring_h.IORING_OP_ACCEPT;
import static io.millrace.bindings.uring.uring_h.IORING_OP_ASYNC_CANCEL;
import static io.millrace.bindings.uring.uring_h.IOSQE_FIXED_FILE;

/** Accepts a listening port's connections, by one multishot operation. Poller's thread only. */
final class Acceptor {
    /** After an error that time may mend: too many open files, for instance. */
    private static final long PAUSE_NS = 50_000_000;

    private final Uring uring;
    private final StreamLifecycle lifecycle;
    private final PortCounters counters;
    private final int portId;
    private final int file;
    private final long userData;
    private boolean armed;
    private boolean stopped;
    private long pausedUntilNs;
    private boolean paused;

    /** @param file index of the listening socket among the registered ones */
    Acceptor(Uring uring, StreamLifecycle lifecycle, PortCounters counters, int portId, int file) {
        this.uring = uring;
        this.lifecycle = lifecycle;
        this.counters = counters;
        this.portId = portId;
        this.file = file;
        this.userData = UserData.of(portId, TcpPort.ACCEPT, 0, 0);
    }

    void arm() {
        if (armed || stopped || paused && lifecycle.nowNs() - pausedUntilNs < 0) {
            return;
        }
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

    void onCompletion(int result, int flags) {
        if ((flags & CompletionQueue.MORE) == 0) {
            armed = false;
        }
        if (result >= 0) {
            accepted(result);
        } else if (result != -ECANCELED()) {
            paused = true;
            pausedUntilNs = lifecycle.nowNs() + PAUSE_NS;
        }
    }

    private void accepted(int fd) {
        StreamConnection connection = stopped ? null : lifecycle.open(fd);
        if (connection == null) {
            counters.add(PortCounter.REFUSED, 1);
            ConnectionCalls.close(fd);
            return;
        }
        counters.add(PortCounter.ACCEPTED, 1);
        lifecycle.established(connection);
    }

    /** Accepts no more. */
    void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        long at = armed ? uring.claim() : SubmissionQueue.FULL;
        if (at != SubmissionQueue.FULL) {
            SubmissionEntry.write(uring.entries(), at, IORING_OP_ASYNC_CANCEL(), -1, userData, 0,
                UserData.of(portId, TcpPort.CANCEL, 0, 0));
        }
    }

    int underWay() {
        return armed ? 1 : 0;
    }
}
