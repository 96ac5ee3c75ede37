package io.millrace.engine.counters;

import org.agrona.concurrent.status.AtomicCounter;

import java.util.EnumMap;
import java.util.Map;

/**
 * The counters of one port. Only the poller adds, so that an addition is a load, an add and a store, and no locked
 * instruction; any thread may read.
 */
public final class PortCounters {
    private final AtomicCounter[] counters = new AtomicCounter[PortCounter.values().length];

    public PortCounters(EngineCounters engineCounters, String portName) {
        for (PortCounter counter : PortCounter.values()) {
            counters[counter.ordinal()] = engineCounters.newCounter(counter, portName);
        }
    }

    /** Poller only. */
    public void add(PortCounter counter, long amount) {
        counters[counter.ordinal()].getAndAddRelease(amount);
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
