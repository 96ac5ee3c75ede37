package io.millrace.engine.counters;

import io.millrace.engine.Endpoint;
import org.agrona.concurrent.status.AtomicCounter;

import java.util.EnumMap;
import java.util.Map;

/**
 * The counters of one port. Only the poller adds, so that an addition is a load, an add and a store, and no locked
 * instruction; any thread may read.
 */
public final class PortCounters {
    private final AtomicCounter[] counters = new AtomicCounter[PortCounter.values().length];
    /** By the counters' ordinals; null for those that count no {@link PortFault}. */
    private final LastFault[] faults = new LastFault[counters.length];

    public PortCounters(EngineCounters engineCounters, String portName) {
        for (PortCounter counter : PortCounter.values()) {
            counters[counter.ordinal()] = engineCounters.newCounter(counter, portName);
        }
        for (PortFault fault : PortFault.values()) {
            faults[fault.counter().ordinal()] = new LastFault();
        }
    }

    /** Poller only. */
    public void add(PortCounter counter, long amount) {
        counters[counter.ordinal()].getAndAddRelease(amount);
    }

    /**
     * Poller only. Adds to what counts a {@link PortFault}, and keeps what is known of it for the log.
     *
     * @param errno a positive errno, or 0 if there is none
     * @param peer  the other side, or null if it is not known; read before this returns
     */
    public void fault(PortCounter counter, long amount, int errno, Endpoint peer) {
        faults[counter.ordinal()].write(errno, peer);
        add(counter, amount);
    }

    /** Poller only. Keeps for the log by which port those frames were to leave that a counter of drops counts next. */
    public void wayOf(PortCounter counter, String portName) {
        LastFault fault = faults[counter.ordinal()];
        if (fault != null) {
            fault.write(portName);
        }
    }

    /** What is known of the last one of what counts a {@link PortFault}; any thread. */
    public FaultDetails lastFault(PortCounter counter) {
        return faults[counter.ordinal()].read();
    }

    /** Any thread. */
    public long get(PortCounter counter) {
        return counters[counter.ordinal()].getAcquire();
    }

    /** All of them; any thread. */
    public Map<PortCounter, Long> all() {
        Map<PortCounter, Long> all = new EnumMap<>(PortCounter.class);
        for (PortCounter counter : PortCounter.values()) {
            all.put(counter, get(counter));
        }
        return all;
    }
}
