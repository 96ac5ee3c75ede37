package io.millrace.core.path;

import io.millrace.spi.FrameMetadata;
import io.millrace.spi.Port;
import java.util.stream.Stream;

/**
 * What all stages of an engine share.
 *
 * @param ports by their ids
 */
public record FrameResources(Port[] ports, LeaseRegistry leases, StopSignal stop) {

    /** What each port knows of its frames, for one thread. */
    FrameMetadata[] newMetadata() {
        return Stream.of(ports).map(Port::newMetadata).toArray(FrameMetadata[]::new);
    }
}
