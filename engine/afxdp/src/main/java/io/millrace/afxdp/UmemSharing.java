package io.millrace.afxdp;

import io.millrace.ConfigException;
import io.millrace.spi.ConfiguredPorts;
import io.millrace.spi.PortSettings;
import io.millrace.spi.Problems;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.Pollers;
import io.millrace.spi.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives ports that share another port's UMEM its settings. Reports ports that can't share it, and UMEMs with too few
 * frames for the fill rings of their ports.
 */
final class UmemSharing {
    private final ConfiguredPorts ports;
    private final boolean perQueue;
    private final Problems problems;

    UmemSharing(ConfiguredPorts ports, Settings engine, Problems problems) {
        this.ports = ports;
        this.perQueue = isPerQueue(engine);
        this.problems = problems;
    }

    private static boolean isPerQueue(Settings engine) {
        return engine.get(EngineKeys.POLLERS) == Pollers.PER_QUEUE;
    }

    /** Returns the same ports, with the frame settings of the UMEM that they name. */
    List<PortSettings> resolve(List<PortSettings> mine) {
        Set<String> withMetadata = new HashSet<>();
        for (PortSettings port : mine) {
            if (!port.get(AfXdpKeys.TX_METADATA).isEmpty()) {
                withMetadata.add(port.get(AfXdpKeys.UMEM).orElse(port.name()));
            }
        }
        Map<String, Long> promised = new HashMap<>();
        List<PortSettings> resolved = new ArrayList<>();
        for (PortSettings port : mine) {
            String umem = port.get(AfXdpKeys.UMEM).orElse(port.name());
            PortSettings roomy = port.with(AfXdpKeys.METADATA_ROOM, withMetadata.contains(umem));
            resolved.add(port.get(AfXdpKeys.UMEM).isEmpty() ? roomy : resolve(roomy, umem, promised));
        }
        return resolved;
    }

    private PortSettings resolve(PortSettings port, String umem, Map<String, Long> promised) {
        PortSettings owner = ports.find(umem);
        if (owner == null && ports.names().contains(umem)) {
            return port; // that port's problems have already been reported
        }
        String problem = whyNot(port, umem, owner);
        if (problem != null) {
            problems.add(port, AfXdpKeys.UMEM, "is " + umem + ", " + problem);
            return port;
        }
        long fill = promised.merge(umem, fillFrames(port), Long::sum) + fillFrames(owner);
        if (fill > owner.get(AfXdpKeys.FRAMES)) {
            problems.add(
                    owner,
                    AfXdpKeys.FRAMES,
                    "is " + owner.get(AfXdpKeys.FRAMES) + ", too few"
                            + " for the fill rings of all ports that share its UMEM, which hold " + fill
                            + "; set frames to " + fill
                            + " or more, or rings.fill to less");
        }
        PortSettings guest = port;
        for (Key<?> key : AfXdpKeys.MEMORY) {
            guest = withValueOf(owner, guest, key);
        }
        return guest;
    }

    private static <T> PortSettings withValueOf(PortSettings owner, PortSettings guest, Key<T> key) {
        return guest.with(key, owner.get(key));
    }

    /** Says why a port can't share the UMEM that it names; null if it can. */
    private static String whyNot(PortSettings port, String umem, PortSettings owner) {
        if (umem.equals(port.name())) {
            return "the port itself; write own";
        }
        if (owner == null) {
            return "which is none of the ports; name one of type af-xdp";
        }
        if (owner.type() != port.type()) {
            return "a port of type " + owner.type().name() + ", which has no UMEM for AF_XDP; name one of type af-xdp";
        }
        return owner.get(AfXdpKeys.UMEM)
                .map(other -> "which lives in the UMEM of " + other + " itself; name that one")
                .orElse(null);
    }

    /** The number of frames that fill a port's fill rings; for one queue while the number of queues is not known. */
    private long fillFrames(PortSettings port) {
        return (long) port.get(AfXdpKeys.FILL_RING) * knownQueues(port, perQueue);
    }

    /** The number of a port's queues that share a UMEM, as far as the config tells. */
    private static int knownQueues(PortSettings port, boolean perQueue) {
        QueueSelection queues = port.get(AfXdpKeys.QUEUES);
        return queues.all() || perQueue ? 1 : queues.queues().size();
    }

    /** Reports a port whose own UMEM can't fill the port's fill rings. */
    static void checkFrames(PortSettings port, Settings engine, Problems problems) {
        String shortage = shortage(port, knownQueues(port, isPerQueue(engine)));
        if (shortage != null) {
            problems.add(port, AfXdpKeys.FRAMES, shortage);
        }
    }

    /**
     * Checks that the UMEM can fill the fill rings of a number of queues. Used for {@code queues = all}, where the
     * number is only known when the port opens.
     *
     * @throws ConfigException if it can't
     */
    static void requireFrames(PortSettings port, int queueCount) {
        String shortage = shortage(port, queueCount);
        if (shortage != null) {
            throw new ConfigException(
                    port.lineOf(AfXdpKeys.FRAMES), port.settings().path(AfXdpKeys.FRAMES) + " " + shortage);
        }
    }

    private static String shortage(PortSettings port, int queueCount) {
        int frames = port.get(AfXdpKeys.FRAMES);
        long needed = (long) port.get(AfXdpKeys.FILL_RING) * queueCount;
        if (frames >= needed) {
            return null;
        }
        int fitting = Integer.highestOneBit(Math.max(1, frames / queueCount));
        return "is " + frames + ", too few for the fill rings of " + queueCount
                + (queueCount == 1 ? " queue" : " queues") + ", which hold " + needed + "; set frames to " + needed
                + " or more, or rings.fill to " + fitting + " or less";
    }
}
