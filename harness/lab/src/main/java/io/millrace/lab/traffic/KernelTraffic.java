package io.millrace.lab.traffic;

import io.millrace.HostException;
import io.millrace.afxdp.LinkLayer;
import io.millrace.bindings.Errno;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_test_run_opts;
import io.millrace.bindings.libc.libc_h;
import io.millrace.xdp.BpfMap;
import io.millrace.xdp.BpfObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Frames made by the kernel: {@code BPF_PROG_RUN} with live frames redirects them to an interface, some million a
 * second from one CPU. {@link TrafficReport#sent} is what the interface took: over veth, the frames that entered the
 * receiving end's queue.
 *
 * <p>Over veth the receiving end takes XDP frames in only with an XDP program attached, or GRO switched on; what it
 * does with them happens on the sending thread's CPU ({@code veth_poll}). A receiver must not write to the frames'
 * pages for longer than it has them: the kernel sends the same pages again. The lengths and checksums in the headers
 * are written anew each time, since a receiver that merges datagrams (GRO) changes them.
 *
 * <p>Opened in the interface's network namespace; used from any thread, one at a time, wherever that one is.
 * Needs root.
 */
public final class KernelTraffic implements TrafficSource {
    /** Frames that the kernel makes before it hands them to the driver; its own default. */
    private static final int BATCH = 64;
    /** About 15 ms of frames: how long a run may go on after it was stopped. */
    private static final int FLAT_OUT_BURST = 1 << 16;

    private static final long PROGRESS_NS = 1_000_000_000L;
    private static final long STUCK_NS = 1_000_000_000L;
    private static final int SEQUENCE_OFFSET_AT = 8;
    private static final int CHECKSUM_OFFSET_AT = 12;
    private static final int CHECKSUM_SUM_AT = 16;
    private static final int FIELDS_AT = 20;
    private static final int FIELDS = 4;
    private static final int STATE_LENGTH = 40;

    private final Arena arena = Arena.ofShared();
    private final String interfaceName;
    private final FrameTemplate frame;
    private final BpfObject program;
    private final BpfMap state;
    private final int programFd;
    private final TransmitCounter counter;
    private final HeldProgram held;
    private final MemorySegment options;
    private final MemorySegment key;
    private final MemorySegment value;
    private volatile boolean stopped;

    private KernelTraffic(String interfaceName, FrameTemplate frame, BpfObject program, TransmitCounter counter) {
        this.interfaceName = interfaceName;
        this.frame = frame;
        this.program = program;
        this.counter = counter;
        programFd = program.programFd("send");
        state = program.map(".bss");
        key = arena.allocate(ValueLayout.JAVA_INT);
        value = arena.allocate(STATE_LENGTH, Long.BYTES);
        value.set(ValueLayout.JAVA_INT, SEQUENCE_OFFSET_AT, frame.sequenceOffset());
        value.set(ValueLayout.JAVA_INT, CHECKSUM_OFFSET_AT, frame.checksumOffset());
        value.set(ValueLayout.JAVA_INT, CHECKSUM_SUM_AT, frame.checksumSum());
        putFields();
        state.put(key, value);
        options = bpf_test_run_opts.allocate(arena);
        bpf_test_run_opts.sz(options, options.byteSize());
        bpf_test_run_opts.data_in(options, arena.allocateFrom(ValueLayout.JAVA_BYTE, frame.bytes()));
        bpf_test_run_opts.data_size_in(options, frame.lengthBytes());
        bpf_test_run_opts.flags(options, bpf_h.BPF_F_TEST_XDP_LIVE_FRAMES());
        held = HeldProgram.hold(programFd);
    }

    private void putFields() {
        int[] offsets = frame.lengthOffsets();
        ByteBuffer bytes = ByteBuffer.wrap(frame.bytes()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < Math.min(offsets.length, FIELDS); i++) {
            value.set(ValueLayout.JAVA_SHORT, FIELDS_AT + 2L * i * Short.BYTES, (short) offsets[i]);
            value.set(ValueLayout.JAVA_SHORT, FIELDS_AT + (2L * i + 1) * Short.BYTES, bytes.getShort(offsets[i]));
        }
    }

    /**
     * Opens a generator on an interface of the calling thread's network namespace.
     *
     * @throws IllegalArgumentException if the frame is longer than {@link FrameTemplate#LONGEST_SINGLE}
     * @throws HostException            if there is no such interface, or the kernel refuses the program
     */
    public static KernelTraffic open(String interfaceName, FrameTemplate frame) {
        frame.requireSingle();
        int index = interfaceIndex(interfaceName);
        LinkLayer.requireEthernet(interfaceName);
        BpfObject program = BpfObject.load("/bpf/traffic.bpf.o", KernelTraffic.class);
        try {
            program.map("devices").put(0, index);
            return new KernelTraffic(interfaceName, frame, program, new TransmitCounter(interfaceName));
        } catch (RuntimeException e) {
            program.close();
            throw e;
        }
    }

    private static int interfaceIndex(String name) {
        try {
            return Libc.ifNameToIndex(name);
        } catch (SystemCallException e) {
            throw new HostException("interface " + name + " is not there; ip link lists those that are", e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A plan with a count tries again what the interface refused, until it took that many, or none for a second.
     *
     * @throws HostException if the interface takes no frames at all
     */
    @Override
    public TrafficReport send(TrafficPlan plan, Progress progress) {
        long startNs = System.nanoTime();
        Pacer pacer = new Pacer(plan, FLAT_OUT_BURST, startNs);
        Tally tally = new Tally(startNs);
        while (!stopped && !pacer.isOver()) {
            long left = plan.counted() ? plan.count() - tally.tried() : Long.MAX_VALUE;
            if (left <= 0) {
                left = plan.count() - tally.sent(); // what was refused, once more
                if (left <= 0 || tally.isStuck()) {
                    break;
                }
            }
            run((int) Math.min(pacer.awaitBurst(tally.tried()), left));
            if (System.nanoTime() - tally.toldNs >= PROGRESS_NS) {
                tally.tell(progress);
            }
        }
        stopped = false;
        return tally.report();
    }

    /** Sequence numbers are dense from run to run: the program's own count of its runs. */
    private long nextSequence() {
        state.get(key, value);
        return value.get(ValueLayout.JAVA_LONG, 0);
    }

    private void run(int count) {
        int whole = count / BATCH * BATCH; // the kernel rounds up to whole batches
        if (whole > 0) {
            run(whole, BATCH);
        }
        if (count > whole) {
            run(count - whole, count - whole);
        }
    }

    private void run(int count, int batch) {
        bpf_test_run_opts.repeat(options, count);
        bpf_test_run_opts.batch_size(options, batch);
        int result = bpf_h.bpf_prog_test_run_opts(programFd, options);
        if (result < 0 && -result != libc_h.EINTR()) {
            throw new HostException(
                    "the kernel does not run the generator on " + interfaceName + ": "
                            + Errno.name(-result) + " (" + Errno.describe(-result)
                            + "); live frames need Linux 5.18 and root",
                    null);
        }
    }

    /** Counts of one run, against what was there before it. */
    private final class Tally {
        private final long startNs;
        private final long firstSequence = nextSequence();
        private final long sentBefore = counter.read();
        private long toldNs;
        private long lastSent;
        private long lastSentNs;

        Tally(long startNs) {
            this.startNs = startNs;
            this.toldNs = startNs;
            this.lastSentNs = startNs;
        }

        long tried() {
            return nextSequence() - firstSequence;
        }

        long sent() {
            long sent = counter.read() - sentBefore;
            if (sent == 0 && tried() > 0) {
                throw new HostException(
                        interfaceName + " took none of " + tried() + " frames; the receiving end of a"
                                + " veth pair needs an XDP program or GRO (ethtool -K ... gro on), and both ends"
                                + " have to be up",
                        null);
            }
            return sent;
        }

        boolean isStuck() {
            long nowNs = System.nanoTime();
            long sent = sent();
            if (sent > lastSent) {
                lastSent = sent;
                lastSentNs = nowNs;
            }
            return nowNs - lastSentNs > STUCK_NS;
        }

        void tell(Progress progress) {
            toldNs = System.nanoTime();
            progress.at(report());
        }

        TrafficReport report() {
            long durationNs = System.nanoTime() - startNs;
            long sent = sent();
            return new TrafficReport(sent, Math.max(0, tried() - sent), sent * frame.lengthBytes(), durationNs);
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /** Frees what it holds. Not while {@link #send} runs. */
    @Override
    public void close() {
        held.close();
        counter.close();
        program.close();
        arena.close();
    }
}
