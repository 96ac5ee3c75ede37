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
 * Tells what goes wrong at one port, by comparing its counters: a kind at once when it is new, and every
 * {@link Repeats#QUIET_NS} while it goes on, with how many there were since the line before; each error of a kind by
 * itself. One thread.
 */
final class FaultReport {
    private static final PortFault[] FAULTS = PortFault.values();

    private final String name;
    private final List<PortCounters> counters;
    private final Advice advice;
    private final Consumer<String> log;
    private final Repeats repeats = new Repeats();

    /** What happens next, or what to do. */
    interface Advice {
        /** @param errno by which error it is, or 0 */
        String of(PortFault fault, int errno);
    }

    /** @param errno 0 if none is known */
    private record Kind(PortFault fault, int errno) {}

    /**
     * @param counters of the port, in each lane
     */
    FaultReport(String name, List<PortCounters> counters, Advice advice, Consumer<String> log) {
        this.name = name;
        this.counters = counters;
        this.advice = advice;
        this.log = log;
    }

    /** @param isLast whether this is the end, and nothing can be left for a later line */
    void turn(long nowNs, boolean isLast) {
        for (PortFault fault : FAULTS) {
            long unexplained = total(fault); // before its errors, which are counted first
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
            total += inLane.errors(fault.counter()).getOrDefault(errno, 0L);
        }
        return total;
    }

    private Set<Integer> errnos(PortFault fault) {
        Set<Integer> errnos = new TreeSet<>();
        counters.forEach(inLane -> errnos.addAll(inLane.errors(fault.counter()).keySet()));
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
