package io.millrace.spi;

import io.millrace.ring.FrameAudit;

/** Whoever holds frames outside the ports; asked once, when the engine has stopped. */
@FunctionalInterface
public interface FrameHolders {
    /** Reports every frame of the port that is held. */
    void audit(int portId, FrameAudit audit);
}
