package io.millrace.core.config;

import io.millrace.spi.PolledQueues;
import io.millrace.spi.PortSettings;
import io.millrace.spi.Problems;
import io.millrace.spi.config.Pollers;
import java.util.List;
import java.util.OptionalInt;

/**
 * Checks what {@code pollers = per-queue} asks of the ports: each poller has one queue of every port that has queues.
 */
final class PollerRule {
    private final Problems problems;
    private final PortTypes types;
    private PortSettings first;
    private int wanted;

    PollerRule(Problems problems, PortTypes types) {
        this.problems = problems;
        this.types = types;
    }

    /** Reports each port whose queues can't be shared out among the pollers. */
    void check(List<PortSettings> ports) {
        for (PortSettings port : ports) {
            port.type().queues().ifPresent(queues -> checkQueues(port, queues));
        }
        if (!ports.isEmpty()
                && ports.stream().allMatch(port -> port.type().queues().isEmpty())) {
            problems.add(
                    ports.getFirst().line(),
                    "engine.pollers is per-queue, but no port of type "
                            + types.names(type -> type.queues().isPresent()) + " has queues; use one");
        }
    }

    /** If only the host knows how many queues there are, they are counted when the ports open. */
    private void checkQueues(PortSettings port, PolledQueues queues) {
        OptionalInt known = queues.count(port);
        if (known.isEmpty()) {
            return;
        }
        int count = known.getAsInt();
        if (first == null) {
            first = port;
            wanted = count;
        }
        String are = "are " + count + ", ";
        if (count > Pollers.MOST) {
            problems.add(
                    port,
                    queues.key(),
                    are + "more than the " + Pollers.MOST
                            + " pollers that an engine can have; spread them over several engines");
        }
        if (count != wanted) {
            problems.add(
                    port,
                    queues.key(),
                    are + "but those of port " + first.name() + " " + wanted
                            + "; pollers = per-queue needs as many in each");
        }
    }
}
