package io.millrace.core.config;

import io.millrace.spi.config.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells ports that live in another one's UMEM what it is like, and finds those that can't. */
final class SharedMemory {
    private final List<String> names;
    private final Pollers pollers;
    private final Problems problems;

    /** @param names of all ports, those with problems too */
    SharedMemory(List<String> names, Pollers pollers, Problems problems) {
        this.names = names;
        this.pollers = pollers;
        this.problems = problems;
    }

    /** The same ports, with the frames of the UMEM that they name. */
    List<PortSettings> resolve(List<PortSettings> ports) {
        Map<String, PortSettings> byName = new HashMap<>();
        ports.forEach(port -> byName.put(port.name(), port));
        ports.forEach(port -> makeRoom(port, byName));
        Map<String, Long> promised = new HashMap<>();
        List<PortSettings> resolved = new ArrayList<>();
        for (PortSettings port : ports) {
            if (port instanceof AfXdpSettings settings && settings.umem() != null) {
                resolved.add(resolve(settings, byName, promised));
            } else {
                resolved.add(byName.get(port.name()));
            }
        }
        return resolved;
    }

    /** A UMEM has room for metadata in front of its frames, or has not, for all ports that share it. */
    private static void makeRoom(PortSettings port, Map<String, PortSettings> byName) {
        if (port instanceof AfXdpSettings settings
                && settings.umem() != null
                && settings.options().metadataRoom()
                && byName.get(settings.umem()) instanceof AfXdpSettings owner
                && owner.umem() == null) {
            byName.put(owner.name(), owner.withMetadataRoom());
        }
    }

    private AfXdpSettings resolve(AfXdpSettings port, Map<String, PortSettings> byName, Map<String, Long> promised) {
        PortSettings named = byName.get(port.umem());
        if (named == null && names.contains(port.umem())) {
            return port; // that port's problems have been reported
        }
        if (!(named instanceof AfXdpSettings owner) || owner.umem() != null) {
            problems.add(
                    port.lineOf("umem"),
                    "ports." + port.name() + ".umem is " + port.umem() + ", " + whyNot(port, named));
            return port;
        }
        long fill = promised.merge(owner.name(), port.fillFrames(pollers), Long::sum) + owner.fillFrames(pollers);
        if (fill > owner.frames()) {
            problems.add(
                    owner.lineOf("frames"),
                    "ports." + owner.name() + ".frames is " + owner.frames() + ", too few"
                            + " for the fill rings of all ports that share its UMEM, which hold " + fill
                            + "; set frames to " + fill
                            + " or more, or rings.fill to less");
        }
        return port.withMemoryOf(owner);
    }

    private static String whyNot(AfXdpSettings port, PortSettings named) {
        if (named == port) {
            return "the port itself; write own";
        }
        return switch (named) {
            case null -> "which is none of the ports; name one of type af-xdp";
            case AfXdpSettings other -> "which lives in the UMEM of " + other.umem() + " itself; name that one";
            default -> "a port of type " + named.type() + ", which has no UMEM for AF_XDP; name one of type af-xdp";
        };
    }
}
