package io.millrace.sim;

import io.millrace.statistics.PortDetails;
import io.millrace.statistics.PortStatistics;
import java.util.Map;

/**
 * The statistics that only ports of type {@code memory} have.
 *
 * @param wire    the name of its wire
 * @param refused frames for which the port had no room, so that {@link MemoryWire#send} returned false
 */
public record MemoryStatistics(String wire, long refused) implements PortDetails {
    @Override
    public MemoryStatistics plus(PortDetails other) {
        return new MemoryStatistics(wire, refused + ((MemoryStatistics) other).refused);
    }

    @Override
    public Map<String, Object> toMap(PortStatistics port) {
        return Map.of("memory", Map.of("wire", wire, "refused", refused));
    }

    @Override
    public String summary(PortStatistics port) {
        return "wire " + wire + " of this process";
    }
}
