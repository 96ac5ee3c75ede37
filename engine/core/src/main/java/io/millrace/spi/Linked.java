package io.millrace.spi;

import java.util.List;

/** The role of a port that depends on interfaces of the host. */
public interface Linked {
    /** The interfaces whose loss and return concern the port. Returns the same objects each time. */
    List<LinkedPort> links();
}
