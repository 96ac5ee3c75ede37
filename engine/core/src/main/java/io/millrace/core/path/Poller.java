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
     * How long it must have been quiet after the end of receiving before the poller counts as drained. The kernel may
     * still be running a program that was detached from the interface, and generic XDP does not wait for it.
     */
    private static final long QUIET_NS = 5_000_000;

    // The ports, in one array for each role. Where all ports are of one kind, each call site has one target.
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

    /** @param loops the event loops, io_uring's for instance, which tell ports what has happened */
    public Poller(Port[] ports, Pipeline pipeline, EventLoop... loops) {
        this.completers = Roles.having(TransmitCompleter.class, ports);
        this.clocked = Roles.having(Clocked.class, ports);
        this.loops = loops.clone();
        this.sources = Roles.having(FrameSource.class, ports);
        this.sinks = Roles.having(FrameSink.class, ports);
        this.ports = ports;
        this.pipeline = pipeline;
    }

    /** Sets what runs on the poller's thread before its first duty cycle and after its last. Only before it starts. */
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
            int ownWork = pipeline.doOwnWork();
            for (Port port : ports) {
                port.flush();
            }
            for (EventLoop loop : loops) {
                loop.submit();
            }
            if (draining) {
                noteQuiet(work);
            }
            return work + ownWork;
        } catch (Throwable e) {
            failed(e);
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
     * Starts to watch for the moment when no frame is on its way any more. The ports must have stopped receiving. Any
     * thread may call this.
     */
    public void drain() {
        draining = true;
    }

    /** Returns whether no frame is on its way any more, since {@link #drain}. Any thread may call this. */
    public boolean drained() {
        return drained;
    }

    /** Notes what keeps the poller's frames from going on; the first cause counts. Any thread may call this. */
    public void failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** What has ended the poller, or a stage that its frames come to, before its time; or null. For any thread. */
    public Throwable failure() {
        return failure;
    }

    @Override
    public String roleName() {
        return "mr-poller";
    }
}
