package io.millrace.afxdp;

import static io.millrace.xdp.TransmitOffload.CHECKSUM;
import static io.millrace.xdp.TransmitOffload.LAUNCH_TIME;
import static io.millrace.xdp.TransmitOffload.TIMESTAMP;

import io.millrace.HostException;
import io.millrace.afxdp.statistics.TransmitStates;
import io.millrace.spi.PortSettings;
import io.millrace.xdp.TransmitOffload;
import io.millrace.xdp.XdpFeatures;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Decides who does what stages may ask for frames that leave by a port: in zero-copy mode the driver, as far as it says
 * that it can, otherwise software. Cold; the data path reads the result once.
 *
 * <ul>
 *   <li>Time stamps: in copy mode the kernel stamps a frame when it is done with it. The engine stamps frames that come
 *       back without a time.
 *   <li>Checksums: the engine computes them. In copy mode the kernel would leave them to the driver, and veth, for one,
 *       hands a frame on without; with {@code XDP_UMEM_TX_SW_CSUM} it would compute them over the first segment alone
 *       ({@code xsk_build_skb}, {@code net/xdp/xsk.c}).
 *   <li>Launch times: only a driver can hold a frame back.
 * </ul>
 */
final class TransmitPlan {
    private static final String OFF = "off";

    private final Set<TransmitOffload> asked;
    private final Set<TransmitOffload> byDriver;
    private final int askable;
    private final int offloads;
    private final int kernelFlags;
    /** The clock by which the engine stamps frames; null if it stamps none itself. */
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
     * Refuses what the port can't have in any mode, before anything is changed on the host.
     *
     * @throws HostException if launch times are wanted and the driver does not have them
     */
    static void check(PortSettings settings, NetDevice device) {
        if (settings.get(AfXdpKeys.TX_METADATA).contains(LAUNCH_TIME)
                && !XdpFeatures.of(device.index()).offloads().contains(LAUNCH_TIME)) {
            throw HostException.dueTo(
                    "tx-metadata",
                    "port " + settings.name() + ": the driver of " + device.name()
                            + " can't send frames at a launch time (tx-launch-time-fifo of its xsk-features; Linux"
                            + " 6.14 or newer);"
                            + " leave launch-time out of tx-metadata",
                    null);
        }
    }

    /**
     * Makes the plan for the mode that the port got.
     *
     * @throws HostException if launch times are wanted in copy mode
     */
    static TransmitPlan of(PortSettings settings, NetDevice device, GrantedMode mode) {
        List<TransmitOffload> asked = settings.get(AfXdpKeys.TX_METADATA);
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

    /**
     * Which of these requests the caller need not carry out itself, in the same bits; checksums only if the driver
     * computes them.
     */
    int offloads() {
        return offloads;
    }

    /**
     * Which of these requests the kernel or the driver carries out, in the same bits, which are those of the kernel's
     * flags.
     */
    int kernelFlags() {
        return kernelFlags;
    }

    boolean stamps() {
        return asked.contains(TIMESTAMP);
    }

    /**
     * The clock by which the engine stamps frames that come back without a time. Null if it stamps none: with a
     * driver's time stamps it must not, because the driver's clock is a different one.
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
