package io.millrace.afxdp;

import io.millrace.HostException;
import io.millrace.TransmitListener;
import io.millrace.core.config.AfXdpSettings;
import io.millrace.core.config.BusyPollSettings;
import io.millrace.core.config.Encapsulation;
import io.millrace.core.config.PartialChecksums;
import io.millrace.core.config.SocketOptions;
import io.millrace.core.counters.PortCounters;
import io.millrace.core.thread.EngineLog;
import io.millrace.ring.EarlyDrop;
import io.millrace.ring.FramePool;
import io.millrace.spi.config.ConfigException;
import io.millrace.xdp.AcceptRule;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;

/**
 * Opens the queues of a port on its interface, at the start and again when the interface was lost and one of its name
 * is back. It attaches the program with no socket in its map, so that all traffic stays with the kernel, fills the fill
 * rings, and binds the sockets. Cold.
 */
final class InterfaceOpener implements PortInterface {
    private static final Logger LOG = EngineLog.of(InterfaceOpener.class);

    private final AfXdpSettings settings;
    private final SocketOptions options;
    private final int[] queueIds;
    private final XdpPrograms programs;
    private final PortMemory memory;
    private final PortCounters counters;
    private final TransmitListener listener;

    /** @param queueIds the queues that the port opens each time */
    InterfaceOpener(
            AfXdpSettings settings,
            int[] queueIds,
            XdpPrograms programs,
            PortMemory memory,
            PortCounters counters,
            TransmitListener listener) {
        this.settings = settings;
        this.options = settings.options();
        this.queueIds = queueIds;
        this.programs = programs;
        this.memory = memory;
        this.counters = counters;
        this.listener = listener;
    }

    /**
     * Opens the queues for the first time; the poller must not have started. The fill rings get frames of the memory's
     * own pool.
     *
     * @throws HostException if the host lacks something
     */
    PortQueues open(NetDevice device) {
        return new Attempt(device, memory.pool(), XdpSocket.BUSY_PATIENCE_NS).open(null);
    }

    /** {@inheritDoc} It does not wait for whoever holds the queues, since the caller tries again. */
    @Override
    public PortQueues openAgain(FramePool free) {
        NetDevice device = NetDevice.find(settings.interfaceName());
        int last = queueIds[queueIds.length - 1];
        if (last >= device.rxQueues()) {
            throw new HostException(
                    device.name() + " has " + device.rxQueues() + (device.rxQueues() == 1 ? " queue" : " queues")
                            + " now, and the port needs queue " + last + "; give it as many as before with"
                            + " `ethtool -L " + device.name() + "`, or restart the engine");
        }
        if (settings.queues().all() && device.rxQueues() != last + 1) {
            LOG.warn(
                    "port {}: {} has {} queues now, and the port goes on with {}; restart the engine to use all",
                    settings.name(),
                    device.name(),
                    device.rxQueues(),
                    queueIds.length);
        }
        Attempt attempt = new Attempt(device, free, 0);
        try {
            PortQueues queues = attempt.open(free);
            queues.device().startReceiving();
            return queues;
        } catch (Throwable e) {
            attempt.undo(e);
            throw e;
        }
    }

    @Override
    public boolean writesMetadata() {
        return !settings.metadata().isEmpty();
    }

    @Override
    public void accept(List<AcceptRule> rules) {
        programs.accept(settings.interfaceName(), rules);
    }

    @Override
    public List<AcceptRule> accepted() {
        return programs.rules(settings.interfaceName());
    }

    /** One attempt, with what has to be undone if it fails. */
    private final class Attempt {
        private final NetDevice device;
        private final FramePool free;
        private final long patienceNs;
        private final Arena rings = Arena.ofShared();
        private final List<AutoCloseable> opened = new ArrayList<>();

        /**
         * @param free       frames to receive into
         * @param patienceNs how long to wait for what a process that has ended still holds
         */
        Attempt(NetDevice device, FramePool free, long patienceNs) {
            this.device = device;
            this.free = free;
            this.patienceNs = patienceNs;
            opened.add(rings);
        }

        /** @param unused where frames are that the fill rings had no room for, as the result says it */
        PortQueues open(FramePool unused) {
            try {
                return opened(unused);
            } catch (Throwable e) {
                undo(e);
                throw e;
            }
        }

        private PortQueues opened(FramePool unused) {
            LinkLayer.require(device);
            TransmitPlan.check(settings, device);
            String otherName = programs.otherName(settings.interfaceName(), device.index());
            if (otherName != null) {
                throw new ConfigException(
                        settings.lineOf("interface"),
                        "ports." + settings.name() + ".interface is "
                                + settings.interfaceName() + ", which another port has by its name " + otherName
                                + "; list all its queues in one port");
            }
            boolean isFirst = !programs.has(settings.interfaceName());
            ModeFallback fallback = new ModeFallback(settings);
            ProgramAttacher attacher = new ProgramAttacher(settings, device, fallback, patienceNs);
            InterfaceProgram program = programs.share(settings.interfaceName(), settings.accept(), attacher::attached);
            opened.add(program::giveUp);
            fallback.attached(program.attachment());
            XdpSocket[] sockets = new XdpSocket[queueIds.length];
            XdpQueue[] queues = new XdpQueue[queueIds.length];
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = socket();
                queues[i] = queue(queueIds[i], sockets[i]);
                if (options.earlyDrop()) {
                    queues[i].earlyDrop(new EarlyDrop(
                            program.gate(queueIds[i], rings), settings.rings().rx()));
                }
                queues[i].refill(free); // some drivers post receive buffers only while they bind
                bind(fallback, sockets[i], queueIds[i]);
                if (options.busyPoll().enabled()) {
                    BusyPoll.enable(sockets[i].fd(), options.busyPoll());
                }
            }
            AfXdpDevice held = new AfXdpDevice(
                    program,
                    isFirst,
                    fallback.granted(sockets[0]),
                    queueIds,
                    sockets,
                    isFirst ? putInterruptsOff() : null);
            TransmitMetadata transmit = transmitMetadata(held.mode(), queues);
            report(held);
            return new PortQueues(
                    device.index(),
                    device.up(),
                    device.mtu(),
                    queues,
                    held,
                    rings,
                    headers(),
                    memory.chains() == null ? 1 : maxSegments(held),
                    transmit,
                    finishesChecksums(),
                    unused);
        }

        private XdpSocket socket() {
            XdpSocket socket = memory.registrar() == null
                    ? XdpSocket.open(
                            rings, memory.umem(), options.headroom(), memory.metadataLength(), settings.rings())
                    : XdpSocket.openShared(rings, memory.umem(), settings.rings());
            opened.add(socket);
            socket.waitForQueue(patienceNs);
            return socket;
        }

        private XdpQueue queue(int id, XdpSocket socket) {
            WakeUps wakeUps =
                    new WakeUps(options.needWakeUp(), options.busyPoll().enabled());
            return XdpQueue.over(id, socket.fd(), socket.rings(), memory, counters, settings.batch(), wakeUps);
        }

        /** The first socket of a UMEM decides the mode, the others follow. */
        private void bind(ModeFallback fallback, XdpSocket socket, int queue) {
            if (memory.registrar() == null) {
                fallback.bind(socket, device, queue);
            } else {
                fallback.bindShared(socket, device, queue, memory.registrar());
            }
            memory.bound(socket);
        }

        /** How many segments the kernel sends of a frame; a longer one it drops, and never gives its memory back. */
        private int maxSegments(AfXdpDevice held) {
            int most = SegmentLimit.of(device, held.mode().zeroCopy());
            LOG.info("port {}: multi-buffer, frames of up to {} segments can be sent", settings.name(), most);
            return most;
        }

        /** Tells the queues what stages may ask for frames that leave here; returns it, or null for nothing. */
        private TransmitMetadata transmitMetadata(GrantedMode mode, XdpQueue[] queues) {
            TransmitPlan plan = TransmitPlan.of(settings, device, mode);
            if (plan.isEmpty()) {
                return null;
            }
            LOG.info("port {}: tx-metadata, {}", settings.name(), plan.states().report());
            TransmitMetadata metadata = new TransmitMetadata(plan, memory.umem(), counters, listener);
            for (XdpQueue queue : queues) {
                queue.metadata(metadata);
            }
            return metadata;
        }

        /** Whether checksums that senders left to a network card are finished when frames leave. */
        private boolean finishesChecksums() {
            PartialChecksums wanted = options.partial();
            boolean isVirtual = VirtualInterface.is(device);
            if (wanted == PartialChecksums.LEAVE || wanted == PartialChecksums.AUTO && !isVirtual) {
                return false;
            }
            LOG.info(
                    "port {}: partial checksums of UDP and TCP are finished when frames are forwarded ({})",
                    settings.name(),
                    isVirtual
                            ? "no network card between their senders and " + device.name()
                            : "partial-checksums = finish");
            return true;
        }

        /** What puts headers in front of the payloads of socket ports; null without {@code encapsulate}. */
        private DatagramHeaders headers() {
            Encapsulation wanted = settings.encapsulate();
            return wanted == null
                    ? null
                    : new DatagramHeaders(
                            wanted.sourceMac() == null ? device.mac() : bytes(wanted.sourceMac()),
                            wanted.sourceMac() == null,
                            bytes(wanted.destinationMac()),
                            wanted.source(),
                            wanted.destination());
        }

        /** Puts off the interface's interrupts, if that is asked for; returns null if they are left alone. */
        private NapiTuning putInterruptsOff() {
            BusyPollSettings wanted = options.busyPoll();
            if (!wanted.tunesInterface()) {
                return null;
            }
            NapiTuning napi = NapiTuning.apply(device, wanted, options.stateDir());
            opened.add(napi);
            return napi;
        }

        private void report(AfXdpDevice held) {
            GrantedMode mode = held.mode();
            LOG.info(
                    "port {}: {}, {} of {} queues, {}",
                    settings.name(),
                    device.name(),
                    queueIds.length,
                    device.rxQueues(),
                    mode.report());
            if (!mode.why().isEmpty()) {
                LOG.info("port {}: not {}", settings.name(), mode.why());
            }
            LOG.info(
                    "port {}: {} frames of {} bytes{}{}",
                    settings.name(),
                    memory.umem().frameCount(),
                    memory.umem().frameSize(),
                    memory.umem().hugePages() ? " in huge pages" : "",
                    mode.zeroCopy() ? "" : ", a wake-up sends up to " + held.txBudget());
        }

        void undo(Throwable cause) {
            for (AutoCloseable resource : opened.reversed()) {
                try {
                    resource.close();
                } catch (Exception e) {
                    cause.addSuppressed(e);
                }
            }
            opened.clear();
        }
    }

    private static byte[] bytes(String mac) {
        return HexFormat.ofDelimiter(":").parseHex(mac);
    }
}
