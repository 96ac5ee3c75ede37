package io.millrace.core.path;

import io.millrace.spi.Clocked;
import io.millrace.spi.EventLoop;
import io.millrace.spi.FrameSink;
import io.millrace.spi.FrameSource;
import io.millrace.spi.Port;
import io.millrace.spi.TransmitCompleter;
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

    // Arrays of one role each: where all ports are of one kind, each call has one target.
    private final TransmitCompleter[] completers;
    private final Clocked[] clocked;
    private final EventLoop[] loops;
    private final FrameSource[] sources;
    private final FrameSink[] sinks;
    private final Port[] ports;
    private final Pipeline pipeline;
    private Runnable beforeFirst = () -> {};
    private Runnable afterLast = () -> {};
    private volatile boolean draining;
    private volatile boolean drained;
    private volatile Throwable failure;
    private long busyNs;

    /** @param loops what tells ports what has happened, where they don't look themselves */
    public Poller(Port[] ports, Pipeline pipeline, EventLoop... loops) {
        this.completers = Roles.having(TransmitCompleter.class, ports);
        this.clocked = Roles.having(Clocked.class, ports);
        this.loops = loops.clone();
        this.sources = Roles.having(FrameSource.class, ports);
        this.sinks = Roles.having(FrameSink.class, ports);
        this.ports = ports;
        this.pipeline = pipeline;
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
            for (TransmitCompleter port : completers) {
                work += port.complete();
            }
            tellTime();
            for (EventLoop loop : loops) {
                work += loop.dispatch(pipeline);
            }
            for (FrameSource port : sources) {
                work += port.receive(pipeline);
            }
            for (Port port : ports) {
                port.flush();
            }
            for (EventLoop loop : loops) {
                loop.submit();
            }
            if (draining) {
                noteQuiet(work);
            }
            return work;
        } catch (Throwable e) {
            failure = e;
            throw new AgentTerminationException(e);
        }
    }

    private void tellTime() {
        if (clocked.length > 0) {
            long nowNs = System.nanoTime();
            for (Clocked port : clocked) {
                port.beginCycle(nowNs);
            }
        }
    }

    private void noteQuiet(int work) {
        int onTheirWay = pipeline.inFlight();
        for (FrameSink port : sinks) {
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
