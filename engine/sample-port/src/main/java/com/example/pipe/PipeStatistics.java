package com.example.pipe;

import io.millrace.statistics.PortDetails;
import io.millrace.statistics.PortStatistics;
import java.util.Map;

/**
 * What a port of type {@code pipe} tells beside what all ports do.
 *
 * @param waiting bytes that the program has sent and the port has not received
 */
public record PipeStatistics(long waiting) implements PortDetails {
    @Override
    public PipeStatistics plus(PortDetails other) {
        return new PipeStatistics(waiting + ((PipeStatistics) other).waiting);
    }

    @Override
    public Map<String, Object> toMap(PortStatistics port) {
        return Map.of("pipe", Map.of("waiting_bytes", waiting));
    }

    @Override
    public String summary(PortStatistics port) {
        return "a pipe in this process";
    }
}
