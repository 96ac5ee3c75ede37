package io.millrace.engine.afxdp;

import io.millrace.bindings.NativeLibrary;
import io.millrace.engine.HostException;
import io.millrace.engine.config.AfXdpSettings;
import io.millrace.engine.config.BusyPollSettings;
import io.millrace.engine.config.Chunks;
import io.millrace.engine.config.ConfigException;
import io.millrace.engine.config.Encapsulation;
import io.millrace.engine.config.SocketOptions;
import io.millrace.engine.counters.EngineCounters;
import io.millrace.engine.counters.PortCounters;
import io.millrace.engine.config.ConfigName;
import io.millrace.engine.link.PortLink;
import io.millrace.ring.Umem;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.ProgramOptions;
import io.millrace.xdp.XdpException;
import io.millrace.xdp.XdpFeatures;
import io.millrace.xdp.XdpProgram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Opens a port: finds the interface, maps the UMEM, attaches the program with no socket in its map, so that all traffic
 * stays with the kernel, fills the fill rings, and binds. What was done is undone if a later step fails.
 */
public final class AfXdpPortOpener {
    private static final Logger LOG = LoggerFactory.getLogger(AfXdpPortOpener.class);

    private static final long BUSY_RETRY_NS = 1_000_000_000;
    private static final long BUSY_PAUSE_NS = 10_000_000;

    private final AfXdpSettings settings;
    private final SocketOptions options;
    private final Arena frames;
    private final Map<String, PortMemory> memories;
    private final XdpPrograms programs;
    private final Arena rings = Arena.ofShared();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private AfXdpPortOpener(AfXdpSettings settings, Arena frames, Map<String, PortMemory> memories,
                            XdpPrograms programs) {
        this.settings = settings;
        this.options = settings.options();
        this.frames = frames;
        this.memories = memories;
        this.programs = programs;
        opened.add(rings);
    }

    /**
     * @param frames   owns the UMEM; to be closed after the port, which owns its rings
     * @param memories what the poller's ports opened before have their frames in, by their names; this one is added
     * @param programs those of the engine
     * @throws HostException if the host lacks something
     * @throws io.millrace.engine.config.ConfigException if the interface does not suit the settings
     */
    public static AfXdpPort open(int portId, AfXdpSettings settings, Arena frames,
                                 Map<String, PortMemory> memories, XdpPrograms programs, EngineCounters counters) {
        AfXdpPortOpener opener = new AfXdpPortOpener(settings, frames, memories, programs);
        try {
            return opener.open(portId, counters);
        } catch (RuntimeException | Error e) {
            opener.undo(e);
            throw e;
        }
    }

    private AfXdpPort open(int portId, EngineCounters engineCounters) {
        NativeLibrary.LIBBPF.require();
        NetDevice device = NetDevice.find(settings.interfaceName());
        int[] queueIds = queueIds(settings, device);
        if (settings.umem() == null) {
            settings.requireFramesFor(queueIds.length);
        }
        if (!device.up()) {
            LOG.warn("port {}: interface {} is down; nothing is received until `ip link set {} up`",
                settings.name(), device.name(), device.name());
        }
        NapiTuning.recover(options.stateDir());
        boolean isFirst = !programs.has(device.name());
        BindLadder ladder = new BindLadder(settings);
        SharedProgram program = programs.share(device.name(), () -> attached(ladder, device));
        opened.add(program);
        ladder.attached(program.attachment());
        PortMemory memory = memory(queueIds.length);
        PortCounters counters = new PortCounters(engineCounters, settings.name());
        XdpSocket[] sockets = new XdpSocket[queueIds.length];
        XdpQueue[] queues = new XdpQueue[queueIds.length];
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = socket(memory);
            queues[i] = queue(queueIds[i], sockets[i], memory, counters);
            queues[i].refill(); // some drivers post receive buffers only while they bind
            bind(ladder, sockets[i], device, queueIds[i], memory);
            if (options.busyPoll().enabled()) {
                BusyPoll.enable(sockets[i].fd(), options.busyPoll());
            }
        }
        AfXdpDevice held = new AfXdpDevice(program, isFirst, ladder.granted(sockets[0]), queueIds, sockets,
            isFirst ? putInterruptsOff(device) : null);
        report(device, held.mode(), queueIds.length, memory.umem());
        memories.put(settings.name(), memory);
        AfXdpPort port = memory.chains() == null
            ? new AfXdpPort(portId, settings.name(), memory, counters, held, queues, rings, headers(device), link(device))
            : new SegmentedPort(portId, settings.name(), memory, counters, held, queues, rings, headers(device),
                link(device), maxSegments(device, held));
        if (!settings.metadata().isEmpty()) {
            port.readMetadata();
        }
        return port;
    }

    private XdpQueue queue(int id, XdpSocket socket, PortMemory memory, PortCounters counters) {
        WakeUps wakeUps = new WakeUps(options.needWakeUp(), options.busyPoll().enabled());
        MemorySegment bytes = memory.umem().memory();
        return memory.chains() == null
            ? new XdpQueue(id, socket.fd(), socket.rings(), bytes, memory.pool(), counters, settings.batch(), wakeUps)
            : new SegmentedQueue(id, socket.fd(), socket.rings(), bytes, memory.pool(), counters, settings.batch(), wakeUps,
                memory.chains());
    }

    /** How many segments the kernel sends of a frame; it would drop a longer one, and never give back its memory. */
    private int maxSegments(NetDevice device, AfXdpDevice held) {
        int most = SegmentLimit.of(device, held.mode().zeroCopy());
        LOG.info("port {}: multi-buffer, frames of up to {} segments can be sent", settings.name(), most);
        return most;
    }

    /** The port's own UMEM, or that of the port that it names. */
    private PortMemory memory(int queueCount) {
        PortMemory memory = settings.umem() == null
            ? new PortMemory(mapUmem(), settings.multiBuffer())
            : memories.get(settings.umem());
        memory.promise((long) settings.rings().fill() * queueCount);
        if (memory.promised() > memory.umem().frameCount()) {
            throw new ConfigException(settings.line(), "ports." + settings.umem() + ".frames is "
                + memory.umem().frameCount() + ", too few for the fill rings of all ports that share them, which hold "
                + memory.promised() + "; set frames to that or more, or rings.fill to less");
        }
        return memory;
    }

    private XdpSocket socket(PortMemory memory) {
        XdpSocket socket = memory.registrar() == null ? XdpSocket.open(rings, memory.umem(), options.headroom(), settings.rings())
            : XdpSocket.openShared(rings, memory.umem(), settings.rings());
        opened.add(socket);
        return socket;
    }

    /** The first socket of a UMEM says in which mode it is used, the others follow. */
    private static void bind(BindLadder ladder, XdpSocket socket, NetDevice device, int queue, PortMemory memory) {
        if (memory.registrar() == null) {
            ladder.bind(socket, device, queue);
            memory.registeredWith(socket);
        } else {
            ladder.bindShared(socket, device, queue, memory.registrar());
        }
    }

    private PortLink link(NetDevice device) {
        return new PortLink(settings.name(), device.name(), device.index(), settings.onLinkLoss(), device.up(),
            device.mtu());
    }

    /** What frames of socket ports get on their way out, or null. */
    private DatagramHeaders headers(NetDevice device) {
        Encapsulation wanted = settings.encapsulate();
        return wanted == null ? null : new DatagramHeaders(
            wanted.sourceMac() == null ? device.mac() : bytes(wanted.sourceMac()), bytes(wanted.destinationMac()),
            wanted.source(), wanted.destination());
    }

    private static byte[] bytes(String mac) {
        return HexFormat.ofDelimiter(":").parseHex(mac);
    }

    private XdpProgram load(NetDevice device) {
        requireHints(device);
        try {
            return XdpProgram.load(settings.accept(), device.rxQueues(), new ProgramOptions(settings.multiBuffer(),
                Set.copyOf(settings.metadata()), device.index()));
        } catch (IllegalArgumentException e) {
            throw settings.refusedRules(e);
        }
    }

    private SharedProgram attached(BindLadder ladder, NetDevice device) {
        XdpProgram program = load(device);
        try {
            return new SharedProgram(program, attach(ladder, program, device.index()));
        } catch (RuntimeException e) {
            program.close();
            throw e;
        }
    }

    /** Some of what is asked for will do; a driver that tells none of it is no driver to ask. */
    private void requireHints(NetDevice device) {
        XdpFeatures features = settings.metadata().isEmpty() ? null : XdpFeatures.of(device.index());
        if (features == null || !features.known() || features.hints().containsAll(settings.metadata())) {
            return;
        }
        String missing = settings.metadata().stream().filter(hint -> !features.hints().contains(hint))
            .map(ConfigName::of).collect(Collectors.joining(", "));
        if (features.hints().stream().noneMatch(settings.metadata()::contains)) {
            throw new HostException("port " + settings.name() + ": the driver of " + device.name() + " tells nothing of"
                + " a frame that is asked for (" + missing + "); set metadata = []");
        }
        LOG.warn("port {}: the driver of {} does not tell {}; frames come without", settings.name(), device.name(),
            missing);
    }

    /** The kernel takes the program of a process that was killed off the interface a moment after its end. */
    private Attachment attach(BindLadder ladder, XdpProgram program, int interfaceIndex) {
        long deadline = System.nanoTime() + BUSY_RETRY_NS;
        while (true) {
            try {
                return ladder.attach(program, interfaceIndex);
            } catch (XdpException e) {
                if (!e.isOccupied() || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(BUSY_PAUSE_NS);
            }
        }
    }

    /**
     * The queues that a port opens.
     *
     * @throws HostException if the interface is not there, or lacks one
     */
    public static int[] queueIds(AfXdpSettings settings) {
        return queueIds(settings, NetDevice.find(settings.interfaceName()));
    }

    private static int[] queueIds(AfXdpSettings settings, NetDevice device) {
        int[] ids = settings.queues().resolve(device.rxQueues());
        for (int queue : ids) {
            if (queue >= device.rxQueues()) {
                throw new HostException("port " + settings.name() + ": interface " + device.name() + " has no queue "
                    + queue + ", it has " + device.rxQueues() + " (0 to " + (device.rxQueues() - 1)
                    + "); correct `queues`, or `ethtool -L " + device.name() + "`");
            }
        }
        return ids;
    }

    private Umem mapUmem() {
        return options.chunks() == Chunks.UNALIGNED
            ? Umem.mapUnaligned(frames, settings.frames(), settings.frameSize())
            : Umem.map(frames, settings.frames(), settings.frameSize(), settings.hugePages());
    }

    /** Null if they are left alone. */
    private NapiTuning putInterruptsOff(NetDevice device) {
        BusyPollSettings wanted = options.busyPoll();
        if (!wanted.tunesInterface()) {
            return null;
        }
        NapiTuning napi = NapiTuning.apply(device, wanted, options.stateDir());
        opened.add(napi);
        return napi;
    }

    private void report(NetDevice device, GrantedMode mode, int queueCount, Umem umem) {
        LOG.info("port {}: {} with {} of {} queues, {}, {} frames of {} bytes{}", settings.name(), device.name(),
            queueCount, device.rxQueues(), mode.report(), umem.frameCount(), umem.frameSize(),
            umem.hugePages() ? " in huge pages" : "");
    }

    private void undo(Throwable cause) {
        for (AutoCloseable resource : opened.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                cause.addSuppressed(e);
            }
        }
    }
}
