package io.millrace.afxdp;

import io.millrace.ConfigException;
import io.millrace.HostException;
import io.millrace.TransmitListener;
import io.millrace.bindings.NativeLibrary;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.ring.UmemMappingException;
import io.millrace.spi.EngineLog;
import io.millrace.spi.PortFailure;
import io.millrace.spi.PortLink;
import io.millrace.spi.PortSettings;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import java.lang.foreign.Arena;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Opens a port: finds the interface, maps the UMEM or finds the one that it shares, then has {@link InterfaceOpener}
 * open the queues. What was done to the interface is undone if a later step fails.
 */
public final class AfXdpPortOpener {
    private static final Logger LOG = EngineLog.of(AfXdpPortOpener.class);

    private final PortSettings settings;
    private final String stateDir;
    private final Arena frames;
    private final Map<String, UmemUsers> memories;

    private AfXdpPortOpener(PortSettings settings, String stateDir, Arena frames, Map<String, UmemUsers> memories) {
        this.settings = settings;
        this.stateDir = stateDir;
        this.frames = frames;
        this.memories = memories;
    }

    /**
     * @param stateDir the folder for notes of what has to be put back on the host
     * @param frames   owns the UMEM; it has to be closed after the port, which owns its rings
     * @param memories the UMEMs of the poller's open ports, by the ports' names; this port's is added
     * @param programs the XDP programs of the engine
     * @param listener hears when frames were sent
     * @throws HostException if the host lacks something
     * @throws io.millrace.ConfigException if the interface does not suit the settings
     */
    public static AfXdpPort open(
            int portId,
            PortSettings settings,
            String stateDir,
            Arena frames,
            Map<String, UmemUsers> memories,
            XdpPrograms programs,
            EngineCounters counters,
            TransmitListener listener) {
        return new AfXdpPortOpener(settings, stateDir, frames, memories).open(portId, programs, counters, listener);
    }

    private AfXdpPort open(int portId, XdpPrograms programs, EngineCounters engineCounters, TransmitListener listener) {
        NativeLibrary.LIBBPF.require();
        NetDevice device = NetDevice.find(settings.get(AfXdpKeys.INTERFACE));
        int[] queueIds = queueIds(settings, device);
        if (settings.get(AfXdpKeys.UMEM).isEmpty()) {
            UmemSharing.requireFrames(settings, queueIds.length);
        }
        if (!device.up()) {
            LOG.warn(
                    "port {}: interface {} is down; nothing is received until `ip link set {} up`",
                    settings.name(),
                    device.name(),
                    device.name());
        }
        NapiTuning.recover(stateDir);
        UmemUsers users = users(queueIds.length);
        PortCounters counters = new PortCounters(engineCounters, settings.name());
        InterfaceOpener opener =
                new InterfaceOpener(settings, stateDir, queueIds, programs, users.memory(), counters, listener);
        PortQueues queues = opener.open(device);
        memories.put(settings.name(), users);
        PortLink link = new PortLink(
                settings.name(),
                settings.get(AfXdpKeys.INTERFACE),
                device.index(),
                settings.get(AfXdpKeys.ON_LINK_LOSS),
                device.up(),
                queues.mtu());
        return AfXdpPort.of(portId, settings.name(), users, counters, queues, link, opener);
    }

    /** Maps the port's own UMEM, or finds that of the port that it names. */
    private UmemUsers users(int queueCount) {
        UmemUsers users = settings.get(AfXdpKeys.UMEM).isEmpty()
                ? new UmemUsers(new PortMemory(
                        mapUmem(), settings.get(AfXdpKeys.MULTI_BUFFER), settings.get(AfXdpKeys.METADATA_ROOM)))
                : memories.get(settings.get(AfXdpKeys.UMEM).orElseThrow());
        PortMemory memory = users.memory();
        memory.promise((long) settings.get(AfXdpKeys.FILL_RING) * queueCount);
        if (memory.promised() > memory.umem().frameCount()) {
            throw new ConfigException(
                    settings.lineOf(AfXdpKeys.UMEM),
                    "ports." + settings.get(AfXdpKeys.UMEM).orElseThrow() + ".frames is "
                            + memory.umem().frameCount()
                            + ", too few for the fill rings of all ports that share them, which hold "
                            + memory.promised() + "; set frames to that or more, or rings.fill to less");
        }
        return users;
    }

    private Umem mapUmem() {
        boolean isUnaligned = settings.get(AfXdpKeys.CHUNKS) == Chunks.UNALIGNED;
        try {
            return isUnaligned
                    ? Umem.mapUnaligned(frames, settings.get(AfXdpKeys.FRAMES), settings.get(AfXdpKeys.FRAME_SIZE))
                    : Umem.map(
                            frames,
                            settings.get(AfXdpKeys.FRAMES),
                            settings.get(AfXdpKeys.FRAME_SIZE),
                            settings.get(AfXdpKeys.HUGE_PAGES));
        } catch (UmemMappingException e) {
            String key = isUnaligned
                    ? "chunks"
                    : settings.get(AfXdpKeys.HUGE_PAGES) == HugePages.ON ? "huge-pages" : "frames";
            throw HostException.dueTo(key, e.getMessage(), e);
        }
    }

    /**
     * Returns the numbers of the queues that a port opens.
     *
     * @throws HostException if the interface is not there, or lacks one of the queues
     */
    public static int[] queueIds(PortSettings settings) {
        try {
            return queueIds(settings, NetDevice.find(settings.get(AfXdpKeys.INTERFACE)));
        } catch (HostException e) {
            throw PortFailure.of(settings, e);
        }
    }

    private static int[] queueIds(PortSettings settings, NetDevice device) {
        int[] ids = settings.get(AfXdpKeys.QUEUES).resolve(device.rxQueues());
        for (int queue : ids) {
            if (queue >= device.rxQueues()) {
                throw HostException.dueTo(
                        "queues",
                        "port " + settings.name() + ": interface " + device.name()
                                + " has no queue " + queue + ", it has " + device.rxQueues() + " (0 to "
                                + (device.rxQueues() - 1)
                                + "); correct `queues`, or `ethtool -L " + device.name() + "`",
                        null);
            }
        }
        return ids;
    }
}
