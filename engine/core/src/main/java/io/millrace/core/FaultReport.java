package io.millrace.core;

import io.millrace.spi.counters.FaultDetails;
import io.millrace.spi.counters.PortCounters;
import io.millrace.spi.counters.PortFault;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Logs the faults of one port, which it finds by comparing the port's counters with what they were before. A kind of
 * fault is logged at once when it is new, then every {@link Repeats#QUIET_NS} while it goes on, with the number since
 * the line before. Each errno of a kind has lines of its own. Used by one thread only.
 */
final class FaultReport {
    private static final PortFault[] FAULTS = PortFault.values();

    private final String name;
    private final List<PortCounters> counters;
    private final Advice advice;
    private final Consumer<String> log;
    private final Repeats repeats = new Repeats();

    /** Says what happens next, or what to do. */
    interface Advice {
        /** @param errno the error of the fault, or 0 */
        String of(PortFault fault, int errno);
    }

    /** @param errno the error of the fault, or 0 if none is known */
    private record Kind(PortFault fault, int errno) {}

    /** @param counters the port's counters in each lane */
    FaultReport(String name, List<PortCounters> counters, Advice advice, Consumer<String> log) {
        this.name = name;
        this.counters = counters;
        this.advice = advice;
        this.log = log;
    }

    /** @param isLast whether the engine stops, so that nothing can be left for a later line */
    void turn(long nowNs, boolean isLast) {
        for (PortFault fault : FAULTS) {
            long unexplained = total(fault); // read before the errors: a fault's error is counted before the fault
            for (int errno : errnos(fault)) {
                long byError = total(fault, errno);
                unexplained -= byError;
                turn(new Kind(fault, errno), byError, nowNs, isLast);
            }
            turn(new Kind(fault, 0), unexplained, nowNs, isLast);
        }
    }

    private void turn(Kind kind, long total, long nowNs, boolean isLast) {
        long more = repeats.more(kind, total, nowNs, isLast);
        if (more > 0) {
            log.accept(line(kind, more, total));
        }
    }

    private long total(PortFault fault) {
        long total = 0;
        for (PortCounters inLane : counters) {
            total += inLane.faults(fault.counter());
        }
        return total;
    }

    private long total(PortFault fault, int errno) {
        long total = 0;
        for (PortCounters inLane : counters) {
            total += inLane.faultsByErrno(fault.counter()).getOrDefault(errno, 0L);
        }
        return total;
    }

    private Set<Integer> errnos(PortFault fault) {
        Set<Integer> errnos = new TreeSet<>();
        counters.forEach(
                inLane -> errnos.addAll(inLane.faultsByErrno(fault.counter()).keySet()));
        return errnos;
    }

    private String line(Kind kind, long more, long total) {
        return String.format(
                Locale.ROOT,
                "port %s: %s +%,d (%,d in all%s): %s; %s",
                name,
                kind.fault.key(),
                more,
                total,
                details(kind),
                kind.fault.what(),
                advice.of(kind.fault, kind.errno));
    }

    private String details(Kind kind) {
        for (PortCounters inLane : counters) {
            FaultDetails last = kind.errno == 0
                    ? inLane.lastFault(kind.fault.counter())
                    : inLane.lastFault(kind.fault.counter(), kind.errno);
            if (inLane.faults(kind.fault.counter()) > 0 && last != FaultDetails.NONE) {
                return details(last, kind.errno);
            }
        }
        return "";
    }

    private static String details(FaultDetails last, int errno) {
        StringBuilder text = new StringBuilder();
        if (!last.way().isEmpty()) {
            text.append(", to ").append(last.way());
        }
        if (last.errno() == errno && (errno != 0 || last.ipVersion() != 0)) {
            text.append(", the last")
                    .append(errno == 0 ? "" : " by " + last.error())
                    .append(last.ipVersion() == 0 ? "" : " with " + last.peer());
        }
        return text.toString();
    }
}
