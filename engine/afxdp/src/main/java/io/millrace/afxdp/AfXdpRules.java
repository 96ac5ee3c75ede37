package io.millrace.afxdp;

import io.millrace.ring.HugePages;
import io.millrace.spi.BatchLimit;
import io.millrace.spi.Families;
import io.millrace.spi.PortSettings;
import io.millrace.spi.Problems;
import io.millrace.spi.config.ConfigName;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.Settings;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.TransmitOffload;
import java.util.List;

/** Finds contradictions in the settings of a port of type {@code af-xdp}. */
final class AfXdpRules {
    /** Enough segments for a packet of 64 KiB in frames of 2 KiB. */
    private static final int SEGMENTED_RING = 64;

    private final PortSettings port;
    private final Problems problems;
    private final boolean isSkb;

    AfXdpRules(PortSettings port, Problems problems) {
        this.port = port;
        this.problems = problems;
        isSkb = port.get(AfXdpKeys.ATTACH) == AttachMode.SKB;
    }

    /** Reports every contradiction. */
    void check(Settings engine) {
        if (port.get(AfXdpKeys.UMEM).isPresent()) {
            checkForeignMemory();
        } else {
            UmemSharing.checkFrames(port, engine, problems);
        }
        checkRings();
        checkModes();
        checkMemory();
        checkMetadata();
        checkBusyPoll();
        port.get(AfXdpKeys.ENCAPSULATE).ifPresent(this::checkFamilies);
        BatchLimit.check(problems, port, AfXdpKeys.BATCH, "rings.rx has descriptors", port.get(AfXdpKeys.RX_RING));
        BatchLimit.check(problems, port, AfXdpKeys.BATCH, engine);
    }

    /** A UMEM is described once, at the port that owns it. */
    private void checkForeignMemory() {
        String owner = port.get(AfXdpKeys.UMEM).orElseThrow();
        for (Key<?> key : AfXdpKeys.MEMORY) {
            if (port.isWritten(key)) {
                problems.add(
                        port, key, "is for a UMEM of the port's own, but umem is " + owner + "; set it at that port");
            }
        }
    }

    /** A ring has to hold all segments of a frame, because the kernel takes and gives them together. */
    private void checkRings() {
        if (!port.get(AfXdpKeys.MULTI_BUFFER)) {
            return;
        }
        for (Key<Integer> ring :
                List.of(AfXdpKeys.RX_RING, AfXdpKeys.TX_RING, AfXdpKeys.FILL_RING, AfXdpKeys.COMPLETION_RING)) {
            if (port.get(ring) < SEGMENTED_RING) {
                problems.add(
                        port,
                        ring,
                        "is " + port.get(ring)
                                + ", too small for the segments of a frame with multi-buffer = on; use "
                                + SEGMENTED_RING + " or more");
            }
        }
    }

    private void checkModes() {
        RequiredMode required = port.get(AfXdpKeys.REQUIRE);
        CopyMode copy = port.get(AfXdpKeys.COPY);
        if (isSkb && copy == CopyMode.ZERO_COPY) {
            problems.add(
                    port,
                    AfXdpKeys.COPY,
                    "is zero-copy, which takes native XDP, and attach is skb; set attach to native"
                            + " or auto, or copy to copy");
        }
        if (isSkb && required != RequiredMode.NONE) {
            problems.add(
                    port,
                    AfXdpKeys.REQUIRE,
                    "is " + ConfigName.of(required) + ", and attach is skb; set attach to native"
                            + " or auto, or require to none");
        } else if (required == RequiredMode.ZERO_COPY && copy == CopyMode.COPY) {
            problems.add(
                    port,
                    AfXdpKeys.REQUIRE,
                    "is zero-copy, and copy is copy; set copy to zero-copy or auto, or require to native or none");
        }
    }

    private void checkMemory() {
        int size = port.get(AfXdpKeys.FRAME_SIZE);
        boolean isAligned = port.get(AfXdpKeys.CHUNKS) == Chunks.ALIGNED;
        if (isAligned && !AfXdpKeys.FRAME_SIZES.isAligned(size)) {
            problems.add(
                    port,
                    AfXdpKeys.FRAME_SIZE,
                    "is " + size + "; use " + AfXdpKeys.FRAME_SIZES.expected() + ", or set chunks to unaligned");
        }
        if (!isAligned && port.get(AfXdpKeys.HUGE_PAGES) == HugePages.OFF) {
            problems.add(
                    port,
                    AfXdpKeys.CHUNKS,
                    "is unaligned, which takes huge pages, and huge-pages is off; set huge-pages to"
                            + " on, or chunks to aligned");
        }
        int headroom = port.get(AfXdpKeys.HEADROOM);
        int most = size - AfXdpKeys.KERNEL_HEADROOM - AfXdpKeys.LEAST_FRAME;
        if (headroom > most) {
            problems.add(
                    port,
                    AfXdpKeys.HEADROOM,
                    "is " + headroom + ", and of a frame-size of " + size
                            + " the kernel takes " + AfXdpKeys.KERNEL_HEADROOM + " and a frame at least "
                            + AfXdpKeys.LEAST_FRAME
                            + "; use " + most + " or less"
                            + (size < AfXdpKeys.FRAME_SIZES.larger() ? ", or larger frames" : ""));
        }
    }

    private void checkMetadata() {
        if (isSkb && !port.get(AfXdpKeys.METADATA).isEmpty()) {
            problems.add(
                    port,
                    AfXdpKeys.METADATA,
                    "is what a driver tells, and attach = skb goes round it; set attach = native, or metadata = []");
        }
        // In copy mode the kernel sends frames at once, so launch times are not possible.
        if (port.get(AfXdpKeys.TX_METADATA).contains(TransmitOffload.LAUNCH_TIME)
                && (isSkb || port.get(AfXdpKeys.COPY) == CopyMode.COPY)) {
            problems.add(
                    port,
                    AfXdpKeys.TX_METADATA,
                    "holds launch-time, which a driver does in zero-copy mode, and "
                            + (isSkb ? "attach is skb; set attach" : "copy is copy; set copy")
                            + " to auto, or leave launch-time out");
        }
    }

    private void checkBusyPoll() {
        boolean putsOff = port.get(AfXdpKeys.DEFER_HARD_IRQS).isPresent()
                || port.get(AfXdpKeys.GRO_FLUSH_TIMEOUT).isPresent();
        if (putsOff && !port.get(AfXdpKeys.BUSY_POLL)) {
            problems.add(
                    port,
                    AfXdpKeys.BUSY_POLL,
                    "is off, and interrupts that are put off would come late to everybody;"
                            + " set mode to on, or defer-hard-irqs and gro-flush-timeout to keep");
        }
    }

    private void checkFamilies(Settings encapsulation) {
        Families.check(
                problems,
                encapsulation,
                AfXdpKeys.DESTINATION,
                encapsulation.get(AfXdpKeys.DESTINATION).getAddress(),
                AfXdpKeys.SOURCE,
                encapsulation.get(AfXdpKeys.SOURCE).getAddress());
    }
}
