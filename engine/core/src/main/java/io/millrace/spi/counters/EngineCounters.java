package io.millrace.spi.counters;

import io.millrace.statistics.PortCounter;
import io.millrace.statistics.StageCounter;
import io.millrace.statistics.UringCounter;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * All counters of one engine, in two native buffers of Agrona's layout. Counters are made while the engine opens; each
 * has one writing thread, and any thread may read it.
 */
public final class EngineCounters {
    private static final int STAGES = 64;

    private final CountersManager counters;

    /** Makes room for the counters of one port and 64 stages. */
    public EngineCounters() {
        this(1, STAGES, 1);
    }

    /** Makes room for the counters of a number of ports, stages and io_urings. */
    public EngineCounters(int ports, int stages, int urings) {
        int most = Math.toIntExact(count(ports, stages, urings));
        counters = new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(most * CountersReader.METADATA_LENGTH)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(most * CountersReader.COUNTER_LENGTH)));
    }

    private static long count(long ports, long stages, long urings) {
        return ports * PortCounter.values().length
                + stages * StageCounter.values().length
                + urings * UringCounter.values().length;
    }

    /** Returns whether there can be so many counters: the length of a buffer has to fit into an {@code int}. */
    public static boolean hasRoom(long ports, long stages, long urings) {
        return count(ports, stages, urings) * CountersReader.METADATA_LENGTH <= Integer.MAX_VALUE;
    }

    /** Makes a counter of a port, at 0; only the poller writes it. */
    public AtomicCounter newCounter(PortCounter counter, String portName) {
        return counters.newCounter(counter + " " + portName + ": " + counter.meaning(), counter.typeId());
    }

    /** Makes a counter of the engine's io_uring, at 0; only the poller writes it. */
    public AtomicCounter newCounter(UringCounter counter) {
        return counters.newCounter(counter + ": " + counter.meaning(), counter.typeId());
    }

    /** Makes a counter of a stage, at 0; one thread writes it. */
    public AtomicCounter newCounter(StageCounter counter, String stageName) {
        return counters.newCounter(counter + " " + stageName + ": " + counter.meaning(), counter.typeId());
    }
}
