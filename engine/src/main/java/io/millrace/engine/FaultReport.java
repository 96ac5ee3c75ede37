package io.millrace.engine;

import io.millrace.engine.counters.FaultDetails;
import io.millrace.engine.counters.PortCounters;
import io.millrace.engine.counters.PortFault;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tells what goes wrong at one port, by comparing its counters: a kind at once when it is new, and every
 * {@link #QUIET_NS} while it goes on, with how many there were since the line before. One thread.
 */
final class FaultReport {
    /** The least time between two lines of a kind. */
    static final long QUIET_NS = 10_000_000_000L;
    private static final PortFault[] FAULTS = PortFault.values();

    private final String name;
    private final List<PortCounters> counters;
    private final Function<PortFault, String> advice;
    private final Consumer<String> log;
    private final long[] told = new long[FAULTS.length];
    private final long[] toldNs = new long[FAULTS.length];

    /**
     * @param counters of the port, in each lane
     * @param advice   what happens next, or what to do
     */
    FaultReport(String name, List<PortCounters> counters, Function<PortFault, String> advice, Consumer<String> log) {
        this.name = name;
        this.counters = counters;
        this.advice = advice;
        this.log = log;
    }

    /** @param isLast whether this is the end, and nothing can be left for a later line */
    void turn(long nowNs, boolean isLast) {
        for (PortFault fault : FAULTS) {
            int kind = fault.ordinal();
            long total = total(fault);
            if (total > told[kind] && (isLast || told[kind] == 0 || nowNs - toldNs[kind] >= QUIET_NS)) {
                log.accept(line(fault, total - told[kind], total));
                told[kind] = total;
                toldNs[kind] = nowNs;
            }
        }
    }

    private long total(PortFault fault) {
        long total = 0;
        for (PortCounters inLane : counters) {
            total += inLane.get(fault.counter());
        }
        return total;
    }

    private String line(PortFault fault, long more, long total) {
        return String.format(Locale.ROOT, "port %s: %s +%,d (%,d in all%s): %s; %s", name, fault.key(), more, total,
            details(fault), fault.what(), advice.apply(fault));
    }

    private String details(PortFault fault) {
        for (PortCounters inLane : counters) {
            if (inLane.get(fault.counter()) > 0) {
                return details(inLane.lastFault(fault.counter()));
            }
        }
        return "";
    }

    private static String details(FaultDetails last) {
        StringBuilder text = new StringBuilder();
        if (!last.way().isEmpty()) {
            text.append(", to ").append(last.way());
        }
        if (last.errno() != 0 || last.ipVersion() != 0) {
            text.append(", the last").append(last.errno() == 0 ? "" : " by " + last.error())
                .append(last.ipVersion() == 0 ? "" : " with " + last.peer());
        }
        return text.toString();
    }
}
