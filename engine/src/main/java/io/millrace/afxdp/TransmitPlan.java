package io.millrace.afxdp;

import static io.millrace.xdp.TransmitOffload.CHECKSUM;
import static io.millrace.xdp.TransmitOffload.LAUNCH_TIME;
import static io.millrace.xdp.TransmitOffload.TIMESTAMP;

import io.millrace.HostException;
import io.millrace.core.config.AfXdpSettings;
import io.millrace.xdp.TransmitOffload;
import io.millrace.xdp.XdpFeatures;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Who sees to what may be asked for frames that leave by a port. In zero-copy mode the driver, as far as it says that
 * it can. Else software: the kernel stamps frames that it sends in copy mode when it is done with them, and the engine
 * those that it does not, when it sees that. Checksums the engine computes itself: in copy mode the kernel would leave
 * them to the driver behind a socket buffer, and veth, for one, hands such a frame on without; or, with {@code
 * XDP_UMEM_TX_SW_CSUM}, compute them over the first segment alone ({@code xsk_build_skb}, {@code net/xdp/xsk.c}). Only
 * a driver can hold a frame back. Cold: what the way of a frame needs of it is asked once.
 */
final class TransmitPlan {
    private static final String OFF = "off";

    private final Set<TransmitOffload> asked;
    private final Set<TransmitOffload> byDriver;
    private final int askable;
    private final int offloads;
    private final int kernelFlags;
    /** Null where the engine stamps no frames itself. */
    private final TaiClock clock;

    TransmitPlan(Set<TransmitOffload> asked, Set<TransmitOffload> byDriver, boolean zeroCopy) {
        this.asked = asked;
        this.byDriver = byDriver;
        this.askable = bits(asked);
        this.offloads = bits(byDriver) | (stamps() ? TIMESTAMP.bit() : 0);
        this.kernelFlags = zeroCopy ? bits(byDriver) : offloads;
        this.clock = stamps() && !byDriver.contains(TIMESTAMP) ? new TaiClock() : null;
    }

    /**
     * Refuses what can't be had whatever mode the port gets; for before anything is changed.
     *
     * @throws HostException if frames are to be held back and the driver can't
     */
    static void check(AfXdpSettings settings, NetDevice device) {
        if (settings.options().txMetadata().contains(LAUNCH_TIME)
                && !XdpFeatures.of(device.index()).offloads().contains(LAUNCH_TIME)) {
            throw HostException.dueTo(
                    "tx-metadata",
                    "port " + settings.name() + ": the driver of " + device.name()
                            + " can't send frames at a launch time (tx-launch-time-fifo of its xsk-features; Linux 6.14 or newer);"
                            + " leave launch-time out of tx-metadata",
                    null);
        }
    }

    /**
     * What comes of it in the mode that the port got.
     *
     * @throws HostException if frames are to be held back in copy mode
     */
    static TransmitPlan of(AfXdpSettings settings, NetDevice device, GrantedMode mode) {
        List<TransmitOffload> asked = settings.options().txMetadata();
        boolean zeroCopy = mode.zeroCopy();
        if (asked.contains(LAUNCH_TIME) && !zeroCopy) {
            throw HostException.dueTo(
                    "tx-metadata",
                    "port " + settings.name() + ": launch-time takes zero-copy mode, and "
                            + device.name() + " got copy mode" + (mode.why().isEmpty() ? "" : " (" + mode.why() + ")")
                            + "; leave launch-time out of tx-metadata",
                    null);
        }
        Set<TransmitOffload> able = EnumSet.noneOf(TransmitOffload.class);
        if (zeroCopy && !asked.isEmpty()) {
            able.addAll(XdpFeatures.of(device.index()).offloads());
            able.retainAll(asked);
        }
        return new TransmitPlan(Set.copyOf(asked), able, zeroCopy);
    }

    boolean isEmpty() {
        return asked.isEmpty();
    }

    /** What stages may ask for, as bits of {@link io.millrace.spi.TransmitRequest}. */
    int askable() {
        return askable;
    }

    /** What of that the port sees to itself, in the same bits; not checksums that the engine computes. */
    int offloads() {
        return offloads;
    }

    /** What of that is up to the kernel or the driver, in the same bits, which are those of the kernel's flags. */
    int kernelFlags() {
        return kernelFlags;
    }

    boolean stamps() {
        return asked.contains(TIMESTAMP);
    }

    /**
     * By what the engine stamps frames that come back without a time; null if it does not, the driver's being another.
     */
    TaiClock clock() {
        return clock;
    }

    TransmitStates states() {
        return new TransmitStates(state(TIMESTAMP), state(CHECKSUM), state(LAUNCH_TIME));
    }

    private String state(TransmitOffload offload) {
        if (!asked.contains(offload)) {
            return OFF;
        }
        return byDriver.contains(offload) ? "driver" : "software";
    }

    private static int bits(Set<TransmitOffload> offloads) {
        return offloads.stream().mapToInt(TransmitOffload::bit).sum();
    }
}
