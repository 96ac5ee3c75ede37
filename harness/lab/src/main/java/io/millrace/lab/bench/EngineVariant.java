package io.millrace.lab.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A variant of the engine in benchmarks: settings beside its plain ones.
 *
 * @param note         what is special about it, or ""
 * @param engineKeys   keys of the engine block, beside those for how it waits, or ""
 * @param keys         keys of the receiving port, which replace the suite's
 * @param outKeys      keys of the sending port; null if it is the receiving one
 * @param stageThreads the number of stage threads, 0 if the poller runs the stages
 * @param besideSender whether these threads share the sender's CPU
 */
record EngineVariant(
        String note, String engineKeys, String keys, String outKeys, int stageThreads, boolean besideSender) {
    private static final String TAKE_ALL = "accept = all";
    private static final int FURTHER_RULES = 10_000;

    /** The plain engine: only what a suite needs. */
    static final EngineVariant PLAIN = new EngineVariant("", TAKE_ALL);
    /** Of a UDP port: takes merged datagrams, and sends some at a time. */
    static final EngineVariant GSO =
            new EngineVariant("gro and gso", "gro = on, gso = on, frame-size = 128KiB, frames = 512, buffers = 256");
    /** Of a socket port: sends everything without a copy. */
    static final EngineVariant ZERO_COPY = new EngineVariant("zero-copy-above = 0", "zero-copy-above = 0");
    /** Of an AF_XDP port: polls all queues of its interface, of which one has traffic. */
    static final EngineVariant QUEUES = new EngineVariant("all queues", "queues = all, frames = 32768, " + TAKE_ALL);
    /** Leaves it to the kernel to drop what a full RX ring has no room for, as C and DPDK do. */
    static final EngineVariant LATE_DROP = new EngineVariant("early-drop = off", TAKE_ALL + ", early-drop = off");
    /** Of an AF_XDP port: for few frames on their way, which all stay in the caches; holds no burst. */
    static final EngineVariant SMALL = new EngineVariant(
            "frames = 256", TAKE_ALL + ", frames = 256, rings { rx = 128, fill = 128, tx = 128, completion = 128 }");
    /** Of an AF_XDP port: loses nothing of a steady load while something else has the CPU for some milliseconds. */
    static final EngineVariant DEEP =
            new EngineVariant("rings.rx = 8192", TAKE_ALL + ", frames = 32768, rings { rx = 8192, fill = 16384 }");
    /** Sends out of another interface, whose port has its frames in the same UMEM. */
    static final EngineVariant FORWARD = new EngineVariant("to another interface, one UMEM", TAKE_ALL, "umem = in", 0);
    /** Sends out of another interface, whose port has a UMEM of its own. */
    static final EngineVariant FORWARD_COPY =
            new EngineVariant("to another interface, a copy each", TAKE_ALL, "umem = own", 0);
    /** Of a UDP port: sleeps on for half a millisecond, and wakes for all that has come meanwhile. */
    static final EngineVariant MIN_WAIT =
            new EngineVariant("uring.min-wait = 500us", "uring { min-wait = 500us }", "", null, 0, false);
    /** Of a TCP port: as many connections as a benchmark has. */
    static final EngineVariant CONNECTIONS =
            new EngineVariant("connections = 16384", "connections = 16384, backlog = 16384");

    private EngineVariant(String note, String keys) {
        this(note, keys, null, 0);
    }

    private EngineVariant(String note, String keys, String outKeys, int stageThreads) {
        this(note, "", keys, outKeys, stageThreads, false);
    }

    /** Of an AF_XDP port: a number of rules, one of which accepts everything. */
    static EngineVariant rules(int count) {
        String others = IntStream.range(1, count)
                .mapToObj(i -> ", \"udp dst port " + (FURTHER_RULES + i) + "\"")
                .collect(Collectors.joining());
        return new EngineVariant(
                count == 1 ? "one rule" : count + " rules",
                "accept = [\"udp dst port " + Task.PORT + "\"" + others + "]");
    }

    /** Puts the stages on a number of threads beside the poller's; with 0 on none. */
    static EngineVariant stages(int threads) {
        return new EngineVariant("", TAKE_ALL, null, threads);
    }

    /**
     * Of an AF_XDP port: stage threads on the sender's CPU, where they have to wait for milliseconds at times. Rings
     * and memory have to hold what comes meanwhile.
     */
    static EngineVariant stagesBesideSender(int threads) {
        return new EngineVariant(
                "on the sender's CPU",
                "",
                TAKE_ALL + ", frames = 65536, rings { rx = 16384, fill = 32768 }",
                null,
                threads,
                true);
    }

    /** Of an AF_XDP port: a number of frames. */
    static EngineVariant frames(int count) {
        return new EngineVariant(count + " frames", TAKE_ALL + ", frames = " + count);
    }
}
