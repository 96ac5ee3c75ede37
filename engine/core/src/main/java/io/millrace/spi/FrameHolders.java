package io.millrace.spi;

import io.millrace.ring.FrameAudit;

/** The parts of the engine that hold frames outside the ports. Asked once, when the engine has stopped. */
@FunctionalInterface
public interface FrameHolders {
    /** Reports every frame of a port that is held. */
    void audit(int portId, FrameAudit audit);
}
