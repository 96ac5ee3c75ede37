package io.millrace.sim;

import io.millrace.statistics.PortDetails;
import io.millrace.statistics.PortStatistics;
import java.util.Map;

/**
 * What a port of type {@code memory} tells beside what all ports do.
 *
 * @param wire    the name of its wire
 * @param refused frames that the program wanted to send and the port had no room for: {@link MemoryWire#send} said so
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
