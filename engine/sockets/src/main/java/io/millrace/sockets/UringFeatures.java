package io.millrace.sockets;

import static io.millrace.bindings.uring.uring_h.IORING_FEAT_EXT_ARG;
import static io.millrace.bindings.uring.uring_h.IORING_FEAT_MIN_TIMEOUT;
import static io.millrace.bindings.uring.uring_h.IORING_FEAT_NODROP;
import static io.millrace.bindings.uring.uring_h.IORING_FEAT_RECVSEND_BUNDLE;
import static io.millrace.bindings.uring.uring_h.IORING_FEAT_REG_REG_RING;
import static io.millrace.bindings.uring.uring_h.IORING_FEAT_SUBMIT_STABLE;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SENDMSG_ZC;
import static io.millrace.bindings.uring.uring_h.IORING_REGISTER_PROBE;
import static io.millrace.bindings.uring.uring_h.IORING_SEND_ZC_REPORT_USAGE;
import static io.millrace.bindings.uring.uring_h.IO_URING_OP_SUPPORTED;

import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.UringCalls;
import io.millrace.bindings.uring.io_uring_probe;
import io.millrace.bindings.uring.io_uring_probe_op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * What a kernel's io_uring can do, as the kernel itself says: {@code IORING_REGISTER_PROBE} and the feature bits of
 * io_uring_setup(2). Kernel versions are only used in messages.
 *
 * @param bits       {@code IORING_FEAT_…}
 * @param operations the operations that the kernel has, by their numbers
 */
record UringFeatures(int bits, BitSet operations) {
    private static final int MOST_OPERATIONS = 256;

    static UringFeatures probe(int ringFd, int bits) {
        BitSet operations = new BitSet();
        try (Arena arena = Arena.ofConfined()) {
            long length = io_uring_probe.ops$offset() + MOST_OPERATIONS * io_uring_probe_op.sizeof();
            MemorySegment probe = arena.allocate(length, Long.BYTES);
            UringCalls.register(ringFd, IORING_REGISTER_PROBE(), probe, MOST_OPERATIONS);
            int count = Byte.toUnsignedInt(io_uring_probe.ops_len(probe));
            for (int i = 0; i < count; i++) {
                MemorySegment entry = probe.asSlice(
                        io_uring_probe.ops$offset() + i * io_uring_probe_op.sizeof(), io_uring_probe_op.sizeof());
                operations.set(
                        Byte.toUnsignedInt(io_uring_probe_op.op(entry)),
                        (io_uring_probe_op.flags(entry) & IO_URING_OP_SUPPORTED()) != 0);
            }
        } catch (SystemCallException e) { // a kernel without the probe has none of what is asked for
            operations.clear();
        }
        return new UringFeatures(bits, operations);
    }

    /**
     * Returns whether the kernel has everything that the ports rely on. The probed operation came with Linux 6.1, as
     * did sends to an address; multishot receives and provided-buffer rings are older.
     */
    boolean suffices() {
        int needed = IORING_FEAT_NODROP() | IORING_FEAT_EXT_ARG() | IORING_FEAT_SUBMIT_STABLE();
        return (bits & needed) == needed && operations.get(IORING_OP_SENDMSG_ZC());
    }

    /** Returns whether one receive may fill several provided buffers (Linux 6.10). */
    boolean hasBundles() {
        return (bits & IORING_FEAT_RECVSEND_BUNDLE()) != 0;
    }

    /** Returns whether a wait can have a minimum time in which single completions do not end it (Linux 6.12). */
    boolean hasMinWait() {
        return (bits & IORING_FEAT_MIN_TIMEOUT()) != 0;
    }

    /**
     * Returns whether the kernel can tell that it copied all the same; the flag came with Linux 6.2, the feature bit
     * that tells with 6.3.
     */
    int zeroCopyFlags() {
        return (bits & IORING_FEAT_REG_REG_RING()) != 0 ? IORING_SEND_ZC_REPORT_USAGE() : 0;
    }
}
