package io.millrace.engine;

import io.millrace.engine.config.MillraceConfig;
import io.millrace.engine.counters.StageStatistics;
import io.millrace.engine.path.InlinePipeline;
import io.millrace.engine.path.LeaseDesk;
import io.millrace.engine.path.Pipeline;
import io.millrace.engine.path.Poller;
import io.millrace.engine.path.Port;
import io.millrace.engine.path.StageRunner;
import io.millrace.engine.path.StageThread;
import io.millrace.engine.path.StagedPipeline;
import io.millrace.engine.path.StopSignal;
import io.millrace.engine.uring.UringDevice;
import io.millrace.ring.FrameAudit;
import org.agrona.concurrent.IdleStrategy;

import java.lang.foreign.Arena;
import java.util.List;

/**
 * What an engine consists of, put together by {@link EngineAssembly}, taken apart by {@link EngineShutdown}.
 *
 * @param uring null when no port needs one
 */
record EngineParts(MillraceConfig config, Arena arena, Port[] ports, LeaseDesk leases, StopSignal stop,
                   List<StageRunner> stages, Pipeline pipeline, Poller poller, IdleStrategy idle,
                   StageFailureLog failures, UringDevice uring) {

    /** The stages' threads; none in inline mode, where the poller runs the stages. */
    List<StageThread> stageThreads() {
        return switch (pipeline) {
            case StagedPipeline staged -> staged.threads();
            default -> List.of();
        };
    }

    /** The stages that run on the poller's thread. */
    List<StageRunner> inlineStages() {
        return pipeline instanceof InlinePipeline ? stages : List.of();
    }

    /** Frames of a port in the pipeline; an estimate when there are several ports, for which only the sum is known. */
    int inStages(int portId) {
        return portId == 0 ? pipeline.inFlight() : 0;
    }

    List<StageStatistics> stageStatistics() {
        return stages.stream().map(StageRunner::statistics).toList();
    }

    /** Reports the frames of a port that the pipeline and the leases hold. */
    void auditHolders(int portId, FrameAudit audit) {
        leases.audit(portId, audit);
        if (pipeline instanceof StagedPipeline staged) {
            staged.audit(portId, audit);
        } else if (pipeline instanceof InlinePipeline inline && ports[portId].newFacts().kind() == PortKind.TCP) {
            // The others find it themselves: AF_XDP queues in the RX ring, UDP ports with what is behind it in its buffer.
            inline.audit(portId, audit);
        }
    }
}
