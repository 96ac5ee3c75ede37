package io.millrace.core.path;

import java.util.stream.Stream;

/**
 * What all stages of an engine share.
 *
 * @param ports by their ids
 */
public record FrameResources(Port[] ports, LeaseDesk leases, StopSignal stop) {

    /** What each port knows of its frames, for one thread. */
    FrameFacts[] newFacts() {
        return Stream.of(ports).map(Port::newFacts).toArray(FrameFacts[]::new);
    }
}
