package io.millrace.core;

import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.Roles;
import io.millrace.core.path.StageInlet;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StageWorker;
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
 * nothing on the way of a frame, so an engine with a lane for each queue behaves like that many engines side by side.
 *
 * @param number  counted from 0
 * @param ports   by their ids, each with this lane's queues
 * @param devices the devices, io_uring for instance, that tell ports what has happened
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

    /** The name that a thread or a counter has in this lane. */
    static String named(String name, int number) {
        return number == 0 ? name : name + "-" + number;
    }

    /**
     * The workers that run on the stages' threads. There are none in inline mode, where the poller runs the stages, nor
     * when lanes share the stages.
     */
    List<StageWorker> stageThreads() {
        return pipeline instanceof StagedPipeline staged ? staged.threads() : List.of();
    }

    /** The inlets by which shared stages take this lane's frames, in pipeline order. */
    List<StageInlet> stageInlets() {
        return pipeline instanceof StagedPipeline staged ? staged.inlets() : List.of();
    }

    /** The stages that run on the poller's thread. */
    List<StageRunner> inlineStages() {
        return pipeline instanceof InlinePipeline ? stages : List.of();
    }

    /** A snapshot of a port. Any thread may call this. */
    PortStatistics statistics(Port port) {
        int leased = leases.kept(port.id());
        return port.statistics(port.counters().inStages(leased, pipeline.inFlight()), leased);
    }

    /** Reports the frames of a port that are in the pipeline or held by leases. */
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
