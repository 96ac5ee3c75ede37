package io.millrace.lab.bench.micro;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The benchmarks of the suite: each is a JMH benchmark and, if there is one, the same work in the C program. */
public enum MicroBenchmark {
    /** The kernel's part, which is subtracted from the other operations on rings. */
    KERNEL_ALONE(RingBenchmark.class, "kernelAlone", null, "kernel-alone", true),
    RX_TO_FILL(RingBenchmark.class, "rxToFill", null, "rx-to-fill", true),
    RX_TO_FILL_ASKING_TO_WAKE(RingBenchmark.class, "rxToFillAskingToWake", null, "rx-to-fill-asking-to-wake", true),
    RX_TO_TX(RingBenchmark.class, "rxToTx", null, "rx-to-tx", true),
    HAND_OVER(HandOverBenchmark.class, "handOver", null, null, true),
    HAND_OVER_BY_ONE_THREAD(HandOverBenchmark.class, "handOverByOneThread", null, null, true),
    PASS_STAGE(FrameAccessBenchmark.class, "passStage", null, null, false),
    READ_SEGMENT(FrameAccessBenchmark.class, "readSegment", null, "read-fields", true),
    READ_BUFFER(FrameAccessBenchmark.class, "readBuffer", null, "read-fields", true),
    READ_IN_STAGE(FrameAccessBenchmark.class, "readInStage", null, "read-fields", false),
    READ_UNSAFE(FrameAccessBenchmark.class, "readUnsafe", null, "read-fields", false),
    READ_HEAP(FrameAccessBenchmark.class, "readHeap", null, "read-fields", false),
    WRITE_SEGMENT(FrameAccessBenchmark.class, "writeSegment", null, "write-fields", false),
    WRITE_BUFFER(FrameAccessBenchmark.class, "writeBuffer", null, "write-fields", false),
    WRITE_IN_STAGE(FrameAccessBenchmark.class, "writeInStage", null, "write-fields", false),
    WRITE_UNSAFE(FrameAccessBenchmark.class, "writeUnsafe", null, "write-fields", false),
    WRITE_HEAP(FrameAccessBenchmark.class, "writeHeap", null, "write-fields", false),
    DECODE_IPV4(HeaderBenchmark.class, "decodeIpv4", null, "decode-ipv4", true),
    DECODE_VLAN_IPV6(HeaderBenchmark.class, "decodeVlanIpv6", null, "decode-vlan-ipv6", false),
    CHECKSUM_20(ChecksumBenchmark.class, "checksum", "20", "checksum-20", false),
    CHECKSUM_64(ChecksumBenchmark.class, "checksum", "64", "checksum-64", true),
    CHECKSUM_1500(ChecksumBenchmark.class, "checksum", "1500", "checksum-1500", true),
    CHECKSUM_9000(ChecksumBenchmark.class, "checksum", "9000", "checksum-9000", false);

    /** The parameter of the checksum benchmarks. */
    static final String LENGTH = "length";

    private final Class<?> type;
    private final String method;
    private final String length;
    private final String cName;
    private final boolean quick;

    MicroBenchmark(Class<?> type, String method, String length, String cName, boolean quick) {
        this.type = type;
        this.method = method;
        this.length = length;
        this.cName = cName;
        this.quick = quick;
    }

    /** The benchmarks of a quick run: those that have goals, and some of each kind. */
    public static List<MicroBenchmark> quick() {
        return Stream.of(values()).filter(benchmark -> benchmark.quick).toList();
    }

    /** The name of the benchmark's method, for JMH. */
    String jmhName() {
        return type.getName() + "." + method;
    }

    /** The benchmark's {@value #LENGTH} in bytes, or null if it has none. */
    String length() {
        return length;
    }

    /** The benchmark's name in the C program, or null if there is nothing to compare with. */
    String cName() {
        return cName;
    }

    /** Returns whether playing the kernel is part of it, to be taken off. */
    boolean playsKernel() {
        return type == RingBenchmark.class && this != KERNEL_ALONE;
    }

    /** The name in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
