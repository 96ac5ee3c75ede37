package io.millrace.core.path;

import io.millrace.spi.EventLoop;
import io.millrace.spi.Port;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * The thread that owns all kernel rings: RX, fill, TX and completion of every queue of every port, and both ends of the
 * stage ring. One {@link #doWork} is one duty cycle.
 */
public final class Poller implements Agent {
    /**
     * How long nothing may come after receiving ended: the kernel may still be running a program that was taken off the
     * interface, and generic XDP does not wait for it.
     */
    private static final long QUIET_NS = 5_000_000;

    private final Port[] ports;
    private final Pipeline pipeline;
    private final EventLoop ring;
    private Runnable beforeFirst = () -> {};
    private Runnable afterLast = () -> {};
    private volatile boolean draining;
    private volatile boolean drained;
    private volatile Throwable failure;
    private long busyNs;

    /** Of ports that share no ring. */
    public Poller(Port[] ports, Pipeline pipeline) {
        this(ports, pipeline, EventLoop.NONE);
    }

    /** @param ring what the ports of sockets share */
    public Poller(Port[] ports, Pipeline pipeline, EventLoop ring) {
        this.ports = ports;
        this.pipeline = pipeline;
        this.ring = ring;
    }

    /** What runs on the poller's thread before its first duty cycle, and after its last; before it starts only. */
    public void around(Runnable before, Runnable after) {
        this.beforeFirst = before;
        this.afterLast = after;
    }

    @Override
    public void onStart() {
        beforeFirst.run();
    }

    @Override
    public void onClose() {
        afterLast.run();
    }

    @Override
    public int doWork() {
        try {
            int work = pipeline.reclaim();
            for (Port port : ports) {
                work += port.complete();
            }
            work += ring.dispatch(pipeline);
            for (Port port : ports) {
                work += port.receive(pipeline);
            }
            for (Port port : ports) {
                port.flush();
            }
            ring.submit();
            if (draining) {
                noteQuiet(work);
            }
            return work;
        } catch (Throwable e) {
            failure = e;
            throw new AgentTerminationException(e);
        }
    }

    private void noteQuiet(int work) {
        int onTheirWay = pipeline.inFlight();
        for (Port port : ports) {
            onTheirWay += port.txInFlight();
        }
        long nowNs = System.nanoTime();
        if (work != 0 || onTheirWay != 0 || busyNs == 0) {
            busyNs = nowNs;
        } else if (nowNs - busyNs > QUIET_NS) {
            drained = true;
        }
    }

    /**
     * From now on watch for the moment when nothing is on its way; the ports must have stopped to receive. Any
     * thread.
     */
    public void drain() {
        draining = true;
    }

    /** Whether that moment has come. Any thread. */
    public boolean drained() {
        return drained;
    }

    /** What ended the poller before its time, or null. Any thread. */
    public Throwable failure() {
        return failure;
    }

    @Override
    public String roleName() {
        return "mr-poller";
    }
}
