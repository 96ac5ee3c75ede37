package io.millrace.spi;

import io.millrace.ring.FrameAudit;

/** The role of a port that may take other ports' frames as they are ({@link FrameSink#HELD}). */
public interface ForeignFrameHolder {
    /** Reports the frames of another port that this port has. Cold; the poller must have ended. */
    void auditHeld(Port home, FrameAudit audit);
}
