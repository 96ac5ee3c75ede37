package io.millrace.spi;

import io.millrace.HostException;
import io.millrace.SourceLine;

/** Adds to a failure to open a port the place in the config where the port, or the key that caused it, is set. */
public final class PortFailure {
    private PortFailure() {}

    /** Returns the failure with its place: that of the key that caused it, or else that of the port. */
    public static HostException of(PortSettings port, RuntimeException failure) {
        HostException known = failure instanceof HostException host ? host : null;
        SourceLine line = port.lineOf(known == null ? null : known.key());
        if (line != SourceLine.NOWHERE && (known == null || !known.isPlaced())) {
            return HostException.at(line.toString(), failure);
        }
        return known == null ? new HostException(failure.getMessage(), failure) : known;
    }
}
