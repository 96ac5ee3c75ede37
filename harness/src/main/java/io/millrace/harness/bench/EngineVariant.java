package io.millrace.harness.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Settings that the engine takes part in benchmarks with, beside its plain ones. */
enum EngineVariant {
    /** Nothing beside what a suite needs. */
    PLAIN("", "accept = []"),
    /** Of a UDP port: takes merged datagrams, and sends some at a time. */
    GSO("gro and gso", "gro = on, gso = on, frame-size = 128KiB, frames = 512, buffers = 256"),
    /** Of a socket port: sends everything without a copy. */
    ZERO_COPY("zero-copy-above = 0", "zero-copy-above = 0"),
    /** Of an AF_XDP port: polls all queues of its interface, of which one has traffic. */
    QUEUES("all queues", "queues = all, frames = 32768, accept = []"),
    /** Of an AF_XDP port: one rule. */
    RULE("one rule", "accept = [\"udp dst port " + EngineVariant.FIRST_RULE + "-" + (int) Character.MAX_VALUE + "\"]"),
    /** Of an AF_XDP port: as many rules as one will ever want. */
    RULES(EngineVariant.RULE_COUNT + " rules", "accept = [" + IntStream.range(0, EngineVariant.RULE_COUNT)
        .mapToObj(i -> "\"udp dst port " + (EngineVariant.FIRST_RULE + i) + "\"").collect(Collectors.joining(", ")) + "]"),
    /** Sends out of another interface, whose port has its frames in the same UMEM. */
    FORWARD("to another interface, one UMEM", "accept = []", "umem = in"),
    /** Sends out of another interface, whose port has a UMEM of its own. */
    FORWARD_COPY("to another interface, a copy each", "accept = []", "umem = own"),
    /** Beside the poller's thread, all stages on one other. */
    STAGES_1(1),
    /** Beside the poller's thread, the stages on two others. */
    STAGES_2(2),
    /** Beside the poller's thread, a thread for each stage. */
    STAGES_3(3);

    private static final int FIRST_RULE = 1_000;
    private static final int RULE_COUNT = 10_000;

    private final String note;
    private final String keys;
    private final String outKeys;
    private final int stageThreads;

    EngineVariant(int stageThreads) {
        this("", "accept = []", null, stageThreads);
    }

    EngineVariant(String note, String keys) {
        this(note, keys, null);
    }

    EngineVariant(String note, String keys, String outKeys) {
        this(note, keys, outKeys, 0);
    }

    EngineVariant(String note, String keys, String outKeys, int stageThreads) {
        this.note = note;
        this.keys = keys;
        this.outKeys = outKeys;
        this.stageThreads = stageThreads;
    }

    /** What is special about it, or "". */
    String note() {
        return note;
    }

    /** Keys of the port that receives, which win over the suite's. */
    String keys() {
        return keys;
    }

    /** Threads that have stages, 0 if the poller runs them. */
    int stageThreads() {
        return stageThreads;
    }

    /** Keys of the port that it sends by; null if that is the one that receives. */
    String outKeys() {
        return outKeys;
    }
}
