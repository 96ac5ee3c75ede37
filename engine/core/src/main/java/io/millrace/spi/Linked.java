package io.millrace.spi;

import io.millrace.core.link.LinkedPort;
import java.util.List;

/** A port that depends on interfaces of the host. */
public interface Linked {
    /** The interfaces whose loss and return concern the port; the same each time. */
    List<LinkedPort> links();
}
