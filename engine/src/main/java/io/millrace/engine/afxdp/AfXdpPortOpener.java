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
import io.millrace.ring.FramePool;
import io.millrace.ring.Umem;
import io.millrace.xdp.XdpException;
import io.millrace.xdp.XdpProgram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
    private final Arena rings = Arena.ofShared();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private AfXdpPortOpener(AfXdpSettings settings, Arena frames) {
        this.settings = settings;
        this.options = settings.options();
        this.frames = frames;
        opened.add(rings);
    }

    /**
     * @param frames owns the UMEM; to be closed after the port, which owns its rings
     * @throws HostException if the host lacks something
     * @throws io.millrace.engine.config.ConfigException if the interface does not suit the settings
     */
    public static AfXdpPort open(int portId, AfXdpSettings settings, Arena frames, EngineCounters counters) {
        AfXdpPortOpener opener = new AfXdpPortOpener(settings, frames);
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
        int[] queueIds = queueIds(device);
        settings.requireFramesFor(queueIds.length);
        if (!device.up()) {
            LOG.warn("port {}: interface {} is down; nothing is received until `ip link set {} up`",
                settings.name(), device.name(), device.name());
        }
        NapiTuning.recover(options.stateDir());
        XdpProgram program = load(device.rxQueues());
        opened.add(program);
        BindLadder ladder = new BindLadder(settings);
        attach(ladder, program, device.index());
        Umem umem = mapUmem();
        FramePool pool = new FramePool(umem);
        PortCounters counters = new PortCounters(engineCounters, settings.name());
        XdpSocket[] sockets = new XdpSocket[queueIds.length];
        XdpQueue[] queues = new XdpQueue[queueIds.length];
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = i == 0 ? XdpSocket.open(rings, umem, options.headroom(), settings.rings())
                : XdpSocket.openShared(rings, settings.rings());
            opened.add(sockets[i]);
            queues[i] = new XdpQueue(queueIds[i], sockets[i].fd(), sockets[i].rings(), umem.memory(), pool,
                counters, settings.batch(), new WakeUps(options.needWakeUp(), options.busyPoll().enabled()));
            queues[i].refill(); // some drivers post receive buffers only while they bind
            if (i == 0) {
                ladder.bind(sockets[i], device, queueIds[i]);
            } else {
                ladder.bindShared(sockets[i], device, queueIds[i], sockets[0]);
            }
            if (options.busyPoll().enabled()) {
                BusyPoll.enable(sockets[i].fd(), options.busyPoll());
            }
        }
        AfXdpDevice held =
            new AfXdpDevice(program, ladder.granted(sockets[0]), queueIds, sockets, putInterruptsOff(device));
        report(device, held.mode(), queueIds.length, umem);
        return new AfXdpPort(portId, settings.name(), umem, pool, counters, held, queues, rings, headers(device));
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
            throw new ConfigException(settings.line(), "ports." + settings.name() + ".accept: " + e.getMessage(), e);
        }
    }

    /** The kernel takes the program of a process that was killed off the interface a moment after its end. */
    private void attach(BindLadder ladder, XdpProgram program, int interfaceIndex) {
        long deadline = System.nanoTime() + BUSY_RETRY_NS;
        while (true) {
            try {
                ladder.attach(program, interfaceIndex);
                return;
            } catch (XdpException e) {
                if (!e.isOccupied() || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(BUSY_PAUSE_NS);
            }
        }
    }

    private int[] queueIds(NetDevice device) {
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
