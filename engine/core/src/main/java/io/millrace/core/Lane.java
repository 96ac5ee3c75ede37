package io.millrace.core;

import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.Roles;
import io.millrace.core.path.StageInlet;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StageThread;
import io.millrace.core.path.StagedPipeline;
import io.millrace.ring.FrameAudit;
import io.millrace.spi.EventDevice;
import io.millrace.spi.ForeignFrameHolder;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.Port;
import io.millrace.statistics.PortStatistics;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;

/**
 * A poller with all that it alone owns: its queues of every port, their rings and frames, its stages. Lanes share
 * nothing on the way of a frame, so that an engine with one for each queue is as many engines side by side.
 *
 * @param number counted from 0
 * @param ports  by their ids, each with this lane's queues
 * @param devices what ports are told by of what has happened, where they don't look themselves
 */
record Lane(
        int number,
        Port[] ports,
        LeaseRegistry leases,
        List<StageRunner> stages,
        Pipeline pipeline,
        Poller poller,
        IdleStrategy idle,
        List<EventDevice> devices) {

    /** A thread's or a counter's name in this lane. */
    static String named(String name, int number) {
        return number == 0 ? name : name + "-" + number;
    }

    /**
     * What the stages' threads do; none in inline mode, where the poller runs the stages, nor when lanes share them.
     */
    List<StageThread> stageThreads() {
        return pipeline instanceof StagedPipeline staged ? staged.threads() : List.of();
    }

    /** Where stages that lanes share take this one's frames, in pipeline order. */
    List<StageInlet> stageInlets() {
        return pipeline instanceof StagedPipeline staged ? staged.inlets() : List.of();
    }

    /** The stages that run on the poller's thread. */
    List<StageRunner> inlineStages() {
        return pipeline instanceof InlinePipeline ? stages : List.of();
    }

    /** A snapshot of a port. Any thread. */
    PortStatistics statistics(Port port) {
        int leased = leases.kept(port.id());
        return port.statistics(port.counters().inStages(leased, pipeline.inFlight()), leased);
    }

    /** Reports the frames of a port that the pipeline and the leases hold. */
    void auditHolders(int portId, FrameAudit audit) {
        leases.audit(portId, audit);
        for (ForeignFrameHolder holder : Roles.having(ForeignFrameHolder.class, ports)) {
            holder.auditHeld(ports[portId], audit);
        }
        if (pipeline instanceof StagedPipeline staged) {
            staged.audit(portId, audit);
        } else if (pipeline instanceof InlinePipeline inline
                && ports[portId] instanceof FrameOwner owner
                && !owner.holdsUntilReturn()) {
            inline.audit(portId, audit);
        }
    }
}
