package io.millrace.engine.afxdp;

import io.millrace.bindings.NativeLibrary;
import io.millrace.engine.HostException;
import io.millrace.engine.config.AfXdpSettings;
import io.millrace.engine.config.ConfigException;
import io.millrace.engine.config.ConfigName;
import io.millrace.engine.config.CopyMode;
import io.millrace.engine.config.Encapsulation;
import io.millrace.engine.counters.EngineCounters;
import io.millrace.engine.counters.PortCounters;
import io.millrace.ring.FramePool;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.ProgramOptions;
import io.millrace.xdp.XdpException;
import io.millrace.xdp.XdpFeatures;
import io.millrace.xdp.XdpProgram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import static io.millrace.bindings.xdp.xdp_h.XDP_COPY;
import static io.millrace.bindings.xdp.xdp_h.XDP_USE_NEED_WAKEUP;
import static io.millrace.bindings.xdp.xdp_h.XDP_USE_SG;
import static io.millrace.bindings.xdp.xdp_h.XDP_ZEROCOPY;

/**
 * Opens a port: finds the interface, maps the UMEM, attaches the program with no socket in its map, so that all traffic
 * stays with the kernel, fills the fill rings, and binds. What was done is undone if a later step fails.
 */
public final class AfXdpPortOpener {
    private static final Logger LOG = LoggerFactory.getLogger(AfXdpPortOpener.class);

    private static final long BUSY_RETRY_NS = 1_000_000_000;
    private static final long BUSY_PAUSE_NS = 10_000_000;

    private final AfXdpSettings settings;
    private final Arena frames;
    private final Arena rings = Arena.ofShared();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private AfXdpPortOpener(AfXdpSettings settings, Arena frames) {
        this.settings = settings;
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
        XdpProgram program = load(device);
        opened.add(program);
        Attachment attachment = attach(program, device.index());
        Umem umem = Umem.map(frames, settings.frames(), settings.frameSize(), settings.hugePages());
        FramePool pool = new FramePool(umem);
        SegmentChains chains = settings.multiBuffer() ? new SegmentChains(umem) : null;
        PortCounters counters = new PortCounters(engineCounters, settings.name());
        XdpSocket[] sockets = new XdpSocket[queueIds.length];
        XdpQueue[] queues = new XdpQueue[queueIds.length];
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = i == 0 ? XdpSocket.open(rings, umem, settings.rings())
                : XdpSocket.openShared(rings, settings.rings());
            opened.add(sockets[i]);
            queues[i] = queue(queueIds[i], sockets[i], umem, pool, counters, chains);
            queues[i].refill(); // some drivers post receive buffers only while they bind
            if (i == 0) {
                sockets[i].bind(device.name(), device.index(), queueIds[i], bindFlags(attachment.mode()));
            } else {
                sockets[i].bindShared(device.name(), device.index(), queueIds[i], sockets[0]);
            }
        }
        AfXdpDevice held = new AfXdpDevice(program, attachment, queueIds, sockets);
        report(device, attachment, held, queueIds.length, umem);
        AfXdpPort port = chains == null
            ? new AfXdpPort(portId, settings.name(), umem, pool, counters, held, queues, rings, headers(device))
            : new SegmentedPort(portId, settings.name(), umem, pool, counters, held, queues, rings, headers(device),
                chains, maxSegments(device, held));
        if (!settings.metadata().isEmpty()) {
            port.readMetadata();
        }
        return port;
    }

    /** @param chains of frames in several segments, or null */
    private XdpQueue queue(int id, XdpSocket socket, Umem umem, FramePool pool, PortCounters counters,
                           SegmentChains chains) {
        return chains == null
            ? new XdpQueue(id, socket.fd(), socket.rings(), umem.memory(), pool, counters, settings.batch())
            : new SegmentedQueue(id, socket.fd(), socket.rings(), umem.memory(), pool, counters, settings.batch(),
                chains);
    }

    /** How many segments the kernel sends of a frame; it would drop a longer one, and never give back its memory. */
    private int maxSegments(NetDevice device, AfXdpDevice held) {
        int most = SegmentLimit.of(device, held.isZeroCopy());
        LOG.info("port {}: multi-buffer, frames of up to {} segments can be sent", settings.name(), most);
        return most;
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
            throw new ConfigException(settings.line(), "ports." + settings.name() + ".accept: " + e.getMessage(), e);
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
    private Attachment attach(XdpProgram program, int interfaceIndex) {
        long deadline = System.nanoTime() + BUSY_RETRY_NS;
        while (true) {
            try {
                return program.attach(interfaceIndex, settings.attach());
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

    /** Generic XDP hands the socket a copy in any case; a zero-copy pool would starve there. */
    private int bindFlags(AttachMode mode) {
        if (mode == AttachMode.SKB && settings.copy() == CopyMode.ZERO_COPY) {
            throw new HostException("port " + settings.name() + ": zero-copy needs native XDP, and "
                + settings.interfaceName() + " got skb mode; set copy = auto");
        }
        int flags = XDP_USE_NEED_WAKEUP() | (settings.multiBuffer() ? XDP_USE_SG() : 0);
        if (mode == AttachMode.SKB || settings.copy() == CopyMode.COPY) {
            return flags | XDP_COPY();
        }
        return settings.copy() == CopyMode.ZERO_COPY ? flags | XDP_ZEROCOPY() : flags;
    }

    private void report(NetDevice device, Attachment attachment, AfXdpDevice held, int queueCount, Umem umem) {
        LOG.info("port {}: {} with {} of {} queues, attach {} (asked {}){}, {} (asked {}), {} frames of {} bytes{}",
            settings.name(), device.name(), queueCount, device.rxQueues(), held.attach(), ConfigName.of(settings.attach()),
            attachment.reason().isEmpty() ? "" : " because " + attachment.reason(), held.copy(), ConfigName.of(settings.copy()),
            umem.frameCount(), umem.frameSize(), umem.hugePages() ? " in huge pages" : "");
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
