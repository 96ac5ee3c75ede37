package io.millrace.core;

import io.millrace.FrameKind;
import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StageInlet;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StageThread;
import io.millrace.core.path.StagedPipeline;
import io.millrace.ring.FrameAudit;
import io.millrace.sockets.UringDevice;
import io.millrace.spi.Port;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;

/**
 * A poller with all that it alone owns: its queues of every port, their rings and frames, its stages. Lanes share
 * nothing on the way of a frame, so that an engine with one for each queue is as many engines side by side.
 *
 * @param number counted from 0
 * @param ports  by their ids, each with this lane's queues
 * @param uring  null when no port needs one
 */
record Lane(
        int number,
        Port[] ports,
        LeaseRegistry leases,
        List<StageRunner> stages,
        Pipeline pipeline,
        Poller poller,
        IdleStrategy idle,
        UringDevice uring) {

    /** A thread's or a counter's name in this lane. */
    static String named(String name, int number) {
        return number == 0 ? name : name + "-" + number;
    }

    /** What the stages' threads do; none in inline mode, where the poller runs the stages, nor when lanes share them. */
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

    /** Frames of a port in the pipeline; an estimate when there are several ports, for which only the sum is known. */
    int inStages(int portId) {
        return portId == 0 ? pipeline.inFlight() : 0;
    }

    /** Reports the frames of a port that the pipeline and the leases hold. */
    void auditHolders(int portId, FrameAudit audit) {
        leases.audit(portId, audit);
        for (Port port : ports) {
            port.auditHeld(ports[portId], audit);
        }
        if (pipeline instanceof StagedPipeline staged) {
            staged.audit(portId, audit);
        } else if (pipeline instanceof InlinePipeline inline
                && ports[portId].newMetadata().kind() == FrameKind.STREAM) {
            // The others find it themselves: AF_XDP queues in the RX ring, UDP ports with what is behind it in its
            // buffer.
            inline.audit(portId, audit);
        }
    }
}
