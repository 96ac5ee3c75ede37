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
import io.millrace.engine.link.PortLink;
import io.millrace.ring.Umem;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.XdpException;
import io.millrace.xdp.XdpProgram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

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
            queues[i] = new XdpQueue(queueIds[i], sockets[i].fd(), sockets[i].rings(), memory.umem().memory(),
                memory.pool(), counters, settings.batch(), new WakeUps(options.needWakeUp(), options.busyPoll().enabled()));
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
        return new AfXdpPort(portId, settings.name(), memory, counters, held, queues, rings, headers(device),
            link(device));
    }

    /** The port's own UMEM, or that of the port that it names. */
    private PortMemory memory(int queueCount) {
        PortMemory memory = settings.umem() == null
            ? new PortMemory(mapUmem())
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
            : XdpSocket.openShared(rings, settings.rings());
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

    private XdpProgram load(int queueCount) {
        try {
            return XdpProgram.load(settings.accept(), queueCount);
        } catch (IllegalArgumentException e) {
            throw settings.refusedRules(e);
        }
    }

    private SharedProgram attached(BindLadder ladder, NetDevice device) {
        XdpProgram program = load(device.rxQueues());
        try {
            return new SharedProgram(program, attach(ladder, program, device.index()));
        } catch (RuntimeException e) {
            program.close();
            throw e;
        }
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
