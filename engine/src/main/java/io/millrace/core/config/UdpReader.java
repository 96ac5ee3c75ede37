package io.millrace.core.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.Problems;
import io.millrace.spi.config.ValueText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Reads ports of type {@code udp}. */
final class UdpReader {
    /** A coalesced datagram is up to 64 KiB long, and its addresses stand in front of it. */
    private static final int LEAST_GRO_FRAME = 128 * ByteSize.KIB;

    private final SettingsBlock port;
    private final Problems problems;

    private UdpReader(SettingsBlock port) {
        this.port = port;
        problems = port.problems();
    }

    /** The port; null if it has problems. */
    static UdpSettings read(String name, SettingsBlock port, EngineSettings engine) {
        int before = port.problems().count();
        UdpReader reader = new UdpReader(port);
        UdpSettings settings = reader.read(name);
        if (port.problems().count() == before) {
            reader.reportSizes(settings);
            reader.reportAddresses(settings);
            BatchLimit.check(port, UdpKeys.BATCH, settings.batch(), engine);
        }
        return port.problems().count() == before ? settings : null;
    }

    private UdpSettings read(String name) {
        port.reportUnknown(Section.UDP);
        return new UdpSettings(
                name,
                port.get(UdpKeys.BIND),
                port.get(UdpKeys.REMOTE).orElse(null),
                port.get(UdpKeys.FRAMES),
                port.get(UdpKeys.FRAME_SIZE),
                port.get(UdpKeys.BATCH),
                port.get(UdpKeys.BUFFERS),
                port.get(UdpKeys.SENDS),
                port.get(UdpKeys.RECEIVE_BUFFER),
                port.get(UdpKeys.SEND_BUFFER),
                port.get(UdpKeys.GRO),
                port.get(UdpKeys.GSO),
                port.get(UdpKeys.ZERO_COPY_ABOVE).orElse(Integer.MAX_VALUE),
                port.get(UdpKeys.TIMESTAMPS),
                port.get(UdpKeys.LOCAL_ADDRESS),
                port.get(UdpKeys.REUSE_PORT),
                port.get(UdpKeys.BUSY_POLL),
                readGroups(),
                port.get(UdpKeys.MULTICAST_TTL),
                port.get(UdpKeys.MULTICAST_LOOP),
                port.lines());
    }

    private List<MulticastGroup> readGroups() {
        String name = Section.MULTICAST.blockName();
        ConfigValue value = port.value(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ConfigList items)) {
            port.problem(
                    name,
                    value,
                    "is " + ValueText.of(value) + "; write a list of groups, as in "
                            + "[{ group = \"239.1.1.1\", interface = eth1 }]");
            return List.of();
        }
        List<MulticastGroup> groups = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            MulticastGroup group = readGroup(items.get(i), name + "[" + i + "]");
            if (group != null) {
                groups.add(group);
            }
        }
        return groups;
    }

    private MulticastGroup readGroup(ConfigValue value, String name) {
        if (!(value instanceof ConfigObject values)) {
            port.problem(
                    name,
                    value,
                    "is " + ValueText.of(value) + "; write a group, as in "
                            + "{ group = \"239.1.1.1\", interface = eth1 }");
            return null;
        }
        int before = problems.count();
        SettingsBlock block = new SettingsBlock(values, port.path(name), port.lineOf(value), problems);
        block.reportUnknown(Section.MULTICAST);
        MulticastGroup group = new MulticastGroup(
                block.get(UdpKeys.GROUP),
                block.get(UdpKeys.GROUP_INTERFACE),
                block.get(UdpKeys.GROUP_SOURCE).orElse(null));
        if (problems.count() == before && group.source() != null) {
            Families.check(block, UdpKeys.GROUP_SOURCE, group.source(), UdpKeys.GROUP, group.group());
        }
        return problems.count() == before ? group : null;
    }

    private void reportSizes(UdpSettings settings) {
        if (settings.buffers() > settings.frames()) {
            port.problem(
                    UdpKeys.BUFFERS,
                    "is " + settings.buffers() + ", more than frames, " + settings.frames() + "; use "
                            + Integer.highestOneBit(settings.frames()) + " or less, or more frames");
        }
        if (settings.gro() && settings.frameSize() < LEAST_GRO_FRAME) {
            port.problem(
                    UdpKeys.GRO,
                    "is on, and datagrams that the kernel has put together are up to 64KiB long, too "
                            + "long for frames of " + ByteText.write(settings.frameSize()) + "; set frame-size to "
                            + ByteText.write(LEAST_GRO_FRAME) + " or more, or gro to off");
        }
    }

    private void reportAddresses(UdpSettings settings) {
        InetAddress bound = settings.bind().getAddress();
        if (settings.remote() != null) {
            Families.check(port, UdpKeys.REMOTE, settings.remote().getAddress(), UdpKeys.BIND, bound);
        }
        List<MulticastGroup> groups = settings.multicast();
        ConfigList items = groups.isEmpty() ? null : (ConfigList) port.value(Section.MULTICAST.blockName());
        for (int i = 0; i < groups.size(); i++) {
            String problem = groupProblem(settings, i);
            if (problem != null) {
                port.problem(Section.MULTICAST.blockName() + "[" + i + "]", items.get(i), problem);
            }
        }
    }

    private static String groupProblem(UdpSettings settings, int index) {
        MulticastGroup group = settings.multicast().get(index);
        InetAddress bound = settings.bind().getAddress();
        if (!AddressText.areOfOneFamily(group.group(), bound)) {
            return "is the group " + AddressText.write(group.group()) + ", and bind is " + AddressText.write(bound)
                    + "; use a group of the family of bind";
        }
        if (!bound.isAnyLocalAddress() && !bound.equals(group.group())) {
            return "is the group " + AddressText.write(group.group()) + ", whose datagrams don't come to a socket that "
                    + "is bound to " + AddressText.write(bound) + "; bind to a wildcard or to the group";
        }
        boolean isThere = settings.multicast().subList(0, index).stream().anyMatch(group::isSame);
        return isThere ? "is there already; remove it" : null;
    }
}
