package com.example.pipe;

import io.millrace.statistics.PortDetails;
import io.millrace.statistics.PortStatistics;
import java.util.Map;

/**
 * What a port of type {@code pipe} tells beside what all ports do.
 *
 * @param waiting bytes that the program has sent and the port has not received
 * @param passed  frames that the port's rules have left out
 */
public record PipeStatistics(long waiting, long passed) implements PortDetails {
    @Override
    public PipeStatistics plus(PortDetails other) {
        PipeStatistics more = (PipeStatistics) other;
        return new PipeStatistics(waiting + more.waiting, passed + more.passed);
    }

    @Override
    public Map<String, Object> toMap(PortStatistics port) {
        return Map.of("pipe", Map.of("waiting_bytes", waiting, "passed", passed));
    }

    @Override
    public String summary(PortStatistics port) {
        return "a pipe in this process";
    }
}
