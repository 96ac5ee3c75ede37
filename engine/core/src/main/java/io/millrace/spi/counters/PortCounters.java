package io.millrace.spi.counters;

import io.millrace.Endpoint;
import io.millrace.bindings.Errno;
import io.millrace.statistics.PortCounter;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The counters of one port. Only the poller adds, so that an addition is a load, an add and a store, and no locked
 * instruction; any thread may read.
 */
public final class PortCounters {
    /** One of them counts each received frame that the stages are done with. */
    private static final PortCounter[] OUTCOMES = {
        PortCounter.CONSUMED,
        PortCounter.FORWARDED,
        PortCounter.DROPPED_BY_STAGE,
        PortCounter.DROPPED_TX_FULL,
        PortCounter.DROPPED_INVALID,
        PortCounter.DROPPED_GONE,
        PortCounter.DROPPED_AT_STOP
    };

    private final AtomicCounter[] counters = new AtomicCounter[PortCounter.values().length];
    /** By the counters' ordinals; null for those that count no {@link PortFault}. */
    private final LastFault[] faults = new LastFault[counters.length];

    private final ErrorCounts[] errors = new ErrorCounts[counters.length];
    /** Of each counter, what is no fault though the counter has it. */
    private final AtomicLongArray wanted = new AtomicLongArray(counters.length);

    public PortCounters(EngineCounters engineCounters, String portName) {
        for (PortCounter counter : PortCounter.values()) {
            counters[counter.ordinal()] = engineCounters.newCounter(counter, portName);
        }
        for (PortFault fault : PortFault.values()) {
            faults[fault.counter().ordinal()] = new LastFault();
            errors[fault.counter().ordinal()] = new ErrorCounts();
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
        if (errno != 0) {
            errors[counter.ordinal()].add(errno, amount, peer);
        }
        add(counter, amount);
    }

    /**
     * Poller only. Adds to what counts a {@link PortFault} something that is none: the program has asked for it, or
     * another counter tells people of it.
     */
    public void addWanted(PortCounter counter, long amount) {
        wanted.setRelease(counter.ordinal(), wanted.getPlain(counter.ordinal()) + amount);
        add(counter, amount);
    }

    /** Of what that counter has counted, how many are faults; any thread. */
    public long faults(PortCounter counter) {
        long all = get(counter); // before what is wanted of it, which is counted first
        return Math.max(0, all - wanted.getAcquire(counter.ordinal()));
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

    /** How many of what counts a {@link PortFault} each error has caused, by errno; any thread. */
    public Map<Integer, Long> errors(PortCounter counter) {
        ErrorCounts counts = errors[counter.ordinal()];
        Map<Integer, Long> byErrno = new TreeMap<>();
        for (int place = 0; place < counts.size(); place++) {
            byErrno.put(counts.errno(place), counts.count(place));
        }
        return byErrno;
    }

    /** What is known of the last one by an error; any thread. */
    public FaultDetails lastFault(PortCounter counter, int errno) {
        ErrorCounts counts = errors[counter.ordinal()];
        for (int place = 0; place < counts.size(); place++) {
            if (counts.errno(place) == errno) {
                return counts.last(place);
            }
        }
        return FaultDetails.NONE;
    }

    /** The same of every kind that has any, by the last word of its key and the error's name; any thread. */
    public Map<String, Map<String, Long>> errors() {
        Map<String, Map<String, Long>> all = new TreeMap<>();
        for (PortFault fault : PortFault.values()) {
            Map<String, Long> byName = new TreeMap<>();
            errors(fault.counter()).forEach((errno, count) -> byName.put(Errno.name(errno), count));
            if (!byName.isEmpty()) {
                all.put(fault.key().substring(fault.key().lastIndexOf('.') + 1), byName);
            }
        }
        return all;
    }

    /** Any thread. */
    public long get(PortCounter counter) {
        return counters[counter.ordinal()].getAcquire();
    }

    /** Received frames that have come out of the pipeline, whatever became of them; any thread. */
    public long finished() {
        long sum = 0;
        for (PortCounter outcome : OUTCOMES) {
            sum += get(outcome);
        }
        return sum;
    }

    /**
     * Received frames that have not come out of the pipeline, as far as the counters tell while they change: they count
     * a batch at a time, those of receiving and those of what became of it at different moments. Any thread.
     *
     * @param leased frames that leases alone hold, which count as not come out
     * @param most   frames of all ports in the pipeline
     */
    public int inStages(int leased, int most) {
        long out = finished() + leased; // first: what comes meanwhile is in the pipeline rather than less than nothing
        return (int) Math.clamp(get(PortCounter.RX_FRAMES) - out, 0L, Math.max(0, most));
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
