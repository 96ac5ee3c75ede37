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
    /**
     * The counters of what becomes of frames: each received frame that the stages are done with is counted in exactly
     * one of them.
     */
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
    /** Indexed by the counters' ordinals; null for counters of no {@link PortFault}. */
    private final LastFault[] faults = new LastFault[counters.length];

    private final ErrorCounts[] errors = new ErrorCounts[counters.length];
    /** For each counter, how much of it is not a fault. */
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

    /** Only the poller's thread may call this. */
    public void add(PortCounter counter, long amount) {
        counters[counter.ordinal()].getAndAddRelease(amount);
    }

    /**
     * Only the poller's thread may call this. Counts a {@link PortFault}, and keeps its details for the log.
     *
     * @param errno a positive errno, or 0 if there is none
     * @param peer  the other side, or null if it is not known; it is only read within the call
     */
    public void fault(PortCounter counter, long amount, int errno, Endpoint peer) {
        faults[counter.ordinal()].write(errno, peer);
        if (errno != 0) {
            errors[counter.ordinal()].add(errno, amount, peer);
        }
        add(counter, amount);
    }

    /**
     * Only the poller's thread may call this. Counts one fault as {@link #fault} does, but the log does not report it,
     * since another kind of fault already reports the same event.
     */
    public void faultToldElsewhere(PortCounter counter, int errno, Endpoint peer) {
        faults[counter.ordinal()].write(errno, peer);
        if (errno != 0) {
            errors[counter.ordinal()].addToldElsewhere(errno, peer);
        }
        addWanted(counter, 1);
    }

    /**
     * Only the poller's thread may call this. Adds to the counter of a {@link PortFault} something that is not a fault,
     * since the program asked for it.
     */
    public void addWanted(PortCounter counter, long amount) {
        wanted.setRelease(counter.ordinal(), wanted.getPlain(counter.ordinal()) + amount);
        add(counter, amount);
    }

    /** How much of what the counter has counted are faults that the log has to report; any thread may call this. */
    public long faults(PortCounter counter) {
        long all = get(counter); // read before the part that is no fault, which is counted first
        return Math.max(0, all - wanted.getAcquire(counter.ordinal()));
    }

    /**
     * Only the poller's thread may call this. Keeps for the log by which port the frames were to leave that a drop
     * counter counts next.
     */
    public void wayOf(PortCounter counter, String portName) {
        LastFault fault = faults[counter.ordinal()];
        if (fault != null) {
            fault.write(portName);
        }
    }

    /** The details of the last {@link PortFault} of a counter; any thread may call this. */
    public FaultDetails lastFault(PortCounter counter) {
        return faults[counter.ordinal()].read();
    }

    /** The number of a counter's {@link #faults} for each errno; any thread may call this. */
    public Map<Integer, Long> faultsByErrno(PortCounter counter) {
        ErrorCounts counts = errors[counter.ordinal()];
        Map<Integer, Long> byErrno = new TreeMap<>();
        for (int place = 0; place < counts.size(); place++) {
            byErrno.put(counts.errno(place), counts.toBeTold(place));
        }
        return byErrno;
    }

    /** The details of a counter's last fault with an errno; any thread may call this. */
    public FaultDetails lastFault(PortCounter counter, int errno) {
        ErrorCounts counts = errors[counter.ordinal()];
        for (int place = 0; place < counts.size(); place++) {
            if (counts.errno(place) == errno) {
                return counts.last(place);
            }
        }
        return FaultDetails.NONE;
    }

    /**
     * The number of faults for each errno, of every kind that has any, by the last word of its key and the errno's
     * name; any thread may call this.
     */
    public Map<String, Map<String, Long>> errors() {
        Map<String, Map<String, Long>> all = new TreeMap<>();
        for (PortFault fault : PortFault.values()) {
            ErrorCounts counts = errors[fault.counter().ordinal()];
            Map<String, Long> byName = new TreeMap<>();
            for (int place = 0; place < counts.size(); place++) {
                byName.put(Errno.name(counts.errno(place)), counts.count(place));
            }
            if (!byName.isEmpty()) {
                all.put(fault.key().substring(fault.key().lastIndexOf('.') + 1), byName);
            }
        }
        return all;
    }

    /** Any thread may call this. */
    public long get(PortCounter counter) {
        return counters[counter.ordinal()].getAcquire();
    }

    /**
     * The number of received frames that have come out of the pipeline, whatever became of them; any thread may call
     * this.
     */
    public long finished() {
        long sum = 0;
        for (PortCounter outcome : OUTCOMES) {
            sum += get(outcome);
        }
        return sum;
    }

    /**
     * The number of received frames that have not come out of the pipeline, as far as changing counters tell it: they
     * are added to a batch at a time, on receiving and on leaving at different moments. Any thread may call this.
     *
     * @param leased the number of frames that only leases hold, which count as still in
     * @param most   the number of frames of all ports in the pipeline, which the result does not exceed
     */
    public int inStages(int leased, int most) {
        // read first, so that frames which arrive meanwhile can't make the result negative
        long out = finished() + leased;
        return (int) Math.clamp(get(PortCounter.RX_FRAMES) - out, 0L, Math.max(0, most));
    }

    /** All counters; any thread may call this. */
    public Map<PortCounter, Long> all() {
        Map<PortCounter, Long> all = new EnumMap<>(PortCounter.class);
        for (PortCounter counter : PortCounter.values()) {
            all.put(counter, get(counter));
        }
        return all;
    }
}
