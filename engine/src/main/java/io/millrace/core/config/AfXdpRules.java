package io.millrace.core.config;

import io.millrace.ring.HugePages;
import io.millrace.spi.config.ConfigName;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.TransmitOffload;

/** What settings of a port of type {@code af-xdp} say against each other. */
final class AfXdpRules {
    private AfXdpRules() {}

    /** Reports every contradiction. */
    static void check(SettingsBlock port, AfXdpSettings settings) {
        checkModes(port, settings);
        checkMemory(port, settings);
        checkLaunchTime(port, settings);
    }

    /** The kernel hands the frames of sockets in copy mode on at once. */
    private static void checkLaunchTime(SettingsBlock port, AfXdpSettings settings) {
        boolean isSkb = settings.attach() == AttachMode.SKB;
        if (settings.options().txMetadata().contains(TransmitOffload.LAUNCH_TIME)
                && (isSkb || settings.copy() == CopyMode.COPY)) {
            port.problem(
                    AfXdpKeys.TX_METADATA,
                    "holds launch-time, which a driver does in zero-copy mode, and "
                            + (isSkb ? "attach is skb; set attach" : "copy is copy; set copy")
                            + " to auto, or leave launch-time out");
        }
    }

    private static void checkModes(SettingsBlock port, AfXdpSettings settings) {
        RequiredMode required = settings.options().require();
        boolean isSkb = settings.attach() == AttachMode.SKB;
        if (isSkb && settings.copy() == CopyMode.ZERO_COPY) {
            port.problem(
                    AfXdpKeys.COPY,
                    "is zero-copy, which takes native XDP, and attach is skb; set attach to native"
                            + " or auto, or copy to copy");
        }
        if (isSkb && required != RequiredMode.NONE) {
            port.problem(
                    AfXdpKeys.REQUIRE,
                    "is " + ConfigName.of(required) + ", and attach is skb; set attach to native"
                            + " or auto, or require to none");
        } else if (required == RequiredMode.ZERO_COPY && settings.copy() == CopyMode.COPY) {
            port.problem(
                    AfXdpKeys.REQUIRE,
                    "is zero-copy, and copy is copy; set copy to zero-copy or auto, or require to" + " native or none");
        }
    }

    private static void checkMemory(SettingsBlock port, AfXdpSettings settings) {
        SocketOptions options = settings.options();
        int size = settings.frameSize();
        boolean isAligned = options.chunks() == Chunks.ALIGNED;
        if (isAligned && !AfXdpKeys.FRAME_SIZES.isAligned(size)) {
            port.problem(
                    AfXdpKeys.FRAME_SIZE,
                    "is " + size + "; use " + AfXdpKeys.FRAME_SIZES.expected() + ", or set chunks to unaligned");
        }
        if (!isAligned && settings.hugePages() == HugePages.OFF) {
            port.problem(
                    AfXdpKeys.CHUNKS,
                    "is unaligned, which takes huge pages, and huge-pages is off; set huge-pages to"
                            + " on, or chunks to aligned");
        }
        int most = size - AfXdpKeys.KERNEL_HEADROOM - AfXdpKeys.LEAST_FRAME;
        if (options.headroom() > most) {
            port.problem(
                    AfXdpKeys.HEADROOM,
                    "is " + options.headroom() + ", and of a frame-size of " + size
                            + " the kernel takes " + AfXdpKeys.KERNEL_HEADROOM + " and a frame at least "
                            + AfXdpKeys.LEAST_FRAME
                            + "; use " + most + " or less"
                            + (size < AfXdpKeys.FRAME_SIZES.larger() ? ", or larger frames" : ""));
        }
    }
}
