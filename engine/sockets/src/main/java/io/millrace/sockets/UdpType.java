package io.millrace.sockets;

import io.millrace.spi.Families;
import io.millrace.spi.PortSettings;
import io.millrace.spi.Problems;
import io.millrace.spi.config.AddressText;
import io.millrace.spi.config.KeyTypes;
import io.millrace.spi.config.Notation;
import io.millrace.spi.config.ScopedAddress;
import io.millrace.spi.config.Settings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The port type {@code udp}: a socket whose datagrams io_uring receives and sends. */
public final class UdpType extends SocketType {
    /** A coalesced datagram is up to 64 KiB long, and its addresses are in front of it. */
    private static final int LEAST_GRO_FRAME = 128 * KeyTypes.KIB;

    /** For {@link java.util.ServiceLoader}. */
    public UdpType() {
        super(
                UdpKeys.BLOCK,
                new UdpPorts(),
                new SocketRules(UdpKeys.BIND, port -> port.get(UdpKeys.BIND), UdpKeys.REUSE_PORT),
                UdpKeys.BATCH);
    }

    @Override
    public String example() {
        return "type = udp, bind = \"0.0.0.0:9000\"";
    }

    @Override
    void checkOwn(PortSettings port, Problems problems) {
        checkSizes(port, problems);
        InetAddress bound = port.get(UdpKeys.BIND).getAddress();
        port.get(UdpKeys.REMOTE)
                .ifPresent(remote -> Families.check(
                        problems, port.settings(), UdpKeys.REMOTE, remote.getAddress(), UdpKeys.BIND, bound));
        checkGroups(port, bound, problems);
    }

    private static void checkSizes(PortSettings port, Problems problems) {
        int frames = port.get(UdpKeys.FRAMES);
        int buffers = port.get(UdpKeys.BUFFERS);
        if (buffers > frames) {
            problems.add(
                    port,
                    UdpKeys.BUFFERS,
                    "is " + buffers + ", more than frames, " + frames + "; use " + Integer.highestOneBit(frames)
                            + " or less, or more frames");
        }
        int frameSize = port.get(UdpKeys.FRAME_SIZE);
        if (port.get(UdpKeys.GRO) && frameSize < LEAST_GRO_FRAME) {
            problems.add(
                    port,
                    UdpKeys.GRO,
                    "is on, and datagrams that the kernel has put together are up to 64KiB long, too "
                            + "long for frames of " + Notation.BYTES.write(frameSize) + "; set frame-size to "
                            + Notation.BYTES.write(LEAST_GRO_FRAME) + " or more, or gro to off");
        }
    }

    private static void checkGroups(PortSettings port, InetAddress bound, Problems problems) {
        List<MulticastGroup> earlier = new ArrayList<>();
        for (Settings item : port.get(UdpKeys.MULTICAST)) {
            MulticastGroup group = MulticastGroup.of(item);
            if (group.source() != null) {
                Families.check(problems, item, UdpKeys.GROUP_SOURCE, group.source(), UdpKeys.GROUP, group.group());
            }
            String problem = groupProblem(group, bound, earlier);
            if (problem != null) {
                problems.add(item.line(), item.path() + " " + problem);
            }
            earlier.add(group);
        }
    }

    private static String groupProblem(MulticastGroup group, InetAddress bound, List<MulticastGroup> earlier) {
        String is = "is the group " + AddressText.write(group.group());
        if (!AddressText.areOfOneFamily(group.group(), bound)) {
            return is + ", and bind is " + AddressText.write(bound) + "; use a group of the family of bind";
        }
        if (!bound.isAnyLocalAddress() && !bound.equals(group.group())) {
            return is + ", whose datagrams don't come to a socket that is bound to " + AddressText.write(bound)
                    + "; bind to a wildcard or to the group";
        }
        return earlier.stream().anyMatch(group::isSame) ? "is there already; remove it" : null;
    }

    @Override
    public List<String> interfaceNames(PortSettings port) {
        return Stream.concat(
                        Stream.of(
                                        port.get(UdpKeys.BIND),
                                        port.get(UdpKeys.REMOTE).orElse(null))
                                .map(ScopedAddress::interfaceName),
                        port.get(UdpKeys.MULTICAST).stream().map(group -> group.get(UdpKeys.GROUP_INTERFACE)))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
