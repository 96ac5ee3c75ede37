package io.millrace.core.path;

import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.Port;
import java.util.stream.Stream;

/**
 * What all stages of an engine share.
 *
 * @param ports the ports, by their ids
 */
public record FrameResources(Port[] ports, LeaseRegistry leases, StopSignal stop) {

    /** Returns what each port knows of its frames, by the ports' ids, for use by one thread. */
    FrameMetadata[] newMetadata() {
        return newMetadata(ports);
    }

    /** Returns what each port knows of its frames, by the ports' ids; null for a port that receives nothing. */
    static FrameMetadata[] newMetadata(Port[] ports) {
        return Stream.of(Roles.byId(FrameOwner.class, ports))
                .map(owner -> owner == null ? null : owner.newMetadata())
                .toArray(FrameMetadata[]::new);
    }
}
