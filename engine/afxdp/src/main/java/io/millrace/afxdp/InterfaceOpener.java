package io.millrace.afxdp;

import io.millrace.ConfigException;
import io.millrace.HostException;
import io.millrace.TransmitListener;
import io.millrace.ring.EarlyDrop;
import io.millrace.ring.FramePool;
import io.millrace.spi.EngineLog;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.Settings;
import io.millrace.spi.counters.PortCounters;
import io.millrace.xdp.AcceptRule;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * Opens the queues of a port on its interface: at the start, and again when the interface was lost and one with its
 * name is back. It attaches the program with an empty socket map, so that all traffic stays with the kernel at first,
 * fills the fill rings, and binds the sockets. Cold.
 */
final class InterfaceOpener implements PortInterface {
    private static final Logger LOG = EngineLog.of(InterfaceOpener.class);

    private final PortSettings settings;
    private final String stateDir;
    private final int[] queueIds;
    private final XdpPrograms programs;
    private final PortMemory memory;
    private final PortCounters counters;
    private final TransmitListener listener;

    /** @param queueIds the queues that the port opens each time */
    InterfaceOpener(
            PortSettings settings,
            String stateDir,
            int[] queueIds,
            XdpPrograms programs,
            PortMemory memory,
            PortCounters counters,
            TransmitListener listener) {
        this.settings = settings;
        this.stateDir = stateDir;
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

    /** {@inheritDoc} It does not wait for queues that are still held, since the caller tries again. */
    @Override
    public PortQueues openAgain(FramePool free) {
        NetDevice device = NetDevice.find(settings.get(AfXdpKeys.INTERFACE));
        int last = queueIds[queueIds.length - 1];
        if (last >= device.rxQueues()) {
            throw new HostException(
                    device.name() + " has " + device.rxQueues() + (device.rxQueues() == 1 ? " queue" : " queues")
                            + " now, and the port needs queue " + last + "; give it as many as before with"
                            + " `ethtool -L " + device.name() + "`, or restart the engine");
        }
        if (settings.get(AfXdpKeys.QUEUES).all() && device.rxQueues() != last + 1) {
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
        return !settings.get(AfXdpKeys.METADATA).isEmpty();
    }

    @Override
    public void accept(List<AcceptRule> rules) {
        programs.accept(settings.get(AfXdpKeys.INTERFACE), rules);
    }

    @Override
    public List<AcceptRule> accepted() {
        return programs.rules(settings.get(AfXdpKeys.INTERFACE));
    }

    /** One attempt to open, with what has to be undone if it fails. */
    private final class Attempt {
        private final NetDevice device;
        private final FramePool free;
        private final long patienceNs;
        private final Arena rings = Arena.ofShared();
        private final List<AutoCloseable> opened = new ArrayList<>();

        /**
         * @param free       the free frames to receive into
         * @param patienceNs how long to wait, in nanoseconds, for what an ended process still holds
         */
        Attempt(NetDevice device, FramePool free, long patienceNs) {
            this.device = device;
            this.free = free;
            this.patienceNs = patienceNs;
            opened.add(rings);
        }

        /** @param unused the frames that the fill rings had no room for, for the result */
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
            String otherName = programs.otherName(settings.get(AfXdpKeys.INTERFACE), device.index());
            if (otherName != null) {
                throw new ConfigException(
                        settings.lineOf(AfXdpKeys.INTERFACE),
                        "ports." + settings.name() + ".interface is "
                                + settings.get(AfXdpKeys.INTERFACE) + ", which another port has by its name "
                                + otherName
                                + "; list all its queues in one port");
            }
            boolean isFirst = !programs.has(settings.get(AfXdpKeys.INTERFACE));
            ModeFallback fallback = new ModeFallback(settings);
            ProgramAttacher attacher = new ProgramAttacher(settings, device, fallback, patienceNs);
            InterfaceProgram program = programs.share(
                    settings.get(AfXdpKeys.INTERFACE), settings.get(AfXdpKeys.ACCEPT), attacher::attached);
            opened.add(program::giveUp);
            fallback.attached(program.attachment());
            XdpSocket[] sockets = new XdpSocket[queueIds.length];
            XdpQueue[] queues = new XdpQueue[queueIds.length];
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = socket();
                queues[i] = queue(queueIds[i], sockets[i]);
                if (settings.get(AfXdpKeys.EARLY_DROP)) {
                    queues[i].earlyDrop(
                            new EarlyDrop(program.gate(queueIds[i], rings), settings.get(AfXdpKeys.RX_RING)));
                }
                queues[i].refill(free); // some drivers post receive buffers only while they bind
                bind(fallback, sockets[i], queueIds[i]);
                if (settings.get(AfXdpKeys.BUSY_POLL)) {
                    BusyPoll.enable(sockets[i].fd(), settings);
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
                            rings,
                            memory.umem(),
                            settings.get(AfXdpKeys.HEADROOM),
                            memory.metadataLength(),
                            RingSizes.of(settings))
                    : XdpSocket.openShared(rings, memory.umem(), RingSizes.of(settings));
            opened.add(socket);
            socket.waitForQueue(patienceNs);
            return socket;
        }

        private XdpQueue queue(int id, XdpSocket socket) {
            WakeUps wakeUps = new WakeUps(settings.get(AfXdpKeys.NEED_WAKEUP), settings.get(AfXdpKeys.BUSY_POLL));
            return XdpQueue.over(
                    id, socket.fd(), socket.rings(), memory, counters, settings.get(AfXdpKeys.BATCH), wakeUps);
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

        /**
         * How many segments of a frame the kernel sends. It drops a frame with more, and never gives its memory back.
         */
        private int maxSegments(AfXdpDevice held) {
            int most = SegmentLimit.of(device, held.mode().zeroCopy());
            LOG.info("port {}: multi-buffer, frames of up to {} segments can be sent", settings.name(), most);
            return most;
        }

        /**
         * Tells the queues what stages may ask for frames that leave here; returns that, or null if they may ask for
         * nothing.
         */
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

        /** Returns whether checksums that senders left to a network card are finished when frames leave. */
        private boolean finishesChecksums() {
            PartialChecksums wanted = settings.get(AfXdpKeys.PARTIAL_CHECKSUMS);
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

        /** Makes the headers that payloads of socket ports get; null without {@code encapsulate}. */
        private DatagramHeaders headers() {
            return settings.get(AfXdpKeys.ENCAPSULATE).map(this::headers).orElse(null);
        }

        private DatagramHeaders headers(Settings wanted) {
            Optional<String> mac = wanted.get(AfXdpKeys.SOURCE_MAC);
            return new DatagramHeaders(
                    mac.map(InterfaceOpener::bytes).orElseGet(device::mac),
                    mac.isEmpty(),
                    bytes(wanted.get(AfXdpKeys.DESTINATION_MAC)),
                    wanted.get(AfXdpKeys.SOURCE),
                    wanted.get(AfXdpKeys.DESTINATION));
        }

        /** Defers the interface's interrupts, if the settings ask for it; returns null if they are left alone. */
        private NapiTuning putInterruptsOff() {
            if (!NapiTuning.isWanted(settings)) {
                return null;
            }
            NapiTuning napi = NapiTuning.apply(device, settings, stateDir);
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
                } catch (Throwable e) { // the others are to be closed all the same
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
