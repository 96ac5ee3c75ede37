package io.millrace.engine.path;

import io.millrace.ring.Umem;

/**
 * What all stages of an engine share.
 *
 * @param umems the memory of each port, by its id
 */
public record FrameResources(Umem[] umems, LeaseDesk leases, StopSignal stop) {
}
