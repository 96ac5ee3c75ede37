package io.millrace.core.config;

import io.millrace.spi.config.Problems;
import io.millrace.xdp.AttachMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads ports of type {@code af-xdp}. */
final class AfXdpReader {
    /** Holds a packet of 64 KiB in frames of 2 KiB. */
    private static final int SEGMENTED_RING = 64;

    private final SettingsBlock port;
    private final EngineSettings engine;
    private final Problems problems;

    private AfXdpReader(SettingsBlock port, EngineSettings engine) {
        this.port = port;
        this.engine = engine;
        problems = port.problems();
    }

    /** The port; null if it has problems. */
    static AfXdpSettings read(String name, SettingsBlock port, EngineSettings engine) {
        int before = port.problems().count();
        AfXdpReader reader = new AfXdpReader(port, engine);
        SettingsBlock rings = port.block(Section.RINGS.blockName());
        AfXdpSettings settings = reader.read(name, rings);
        if (port.problems().count() == before) {
            reader.reportForeignMemory(settings);
            reader.reportFrameShortage(settings, engine.pollers());
            reader.reportShortRings(settings, rings);
            reader.reportMetadataWithoutDriver(settings);
            AfXdpRules.check(port, settings);
            BatchLimit.check(
                    port,
                    AfXdpKeys.BATCH,
                    settings.batch(),
                    "rings.rx has descriptors",
                    settings.rings().rx());
            BatchLimit.check(port, AfXdpKeys.BATCH, settings.batch(), engine);
        }
        return port.problems().count() == before ? settings : null;
    }

    private AfXdpSettings read(String name, SettingsBlock rings) {
        port.reportUnknown(Section.AF_XDP);
        rings.reportUnknown(Section.RINGS);
        RingSizes sizes = new RingSizes(
                rings.get(AfXdpKeys.RX_RING),
                rings.get(AfXdpKeys.TX_RING),
                rings.get(AfXdpKeys.FILL_RING),
                rings.get(AfXdpKeys.COMPLETION_RING));
        return new AfXdpSettings(
                name,
                port.get(AfXdpKeys.INTERFACE),
                port.get(AfXdpKeys.QUEUES),
                port.get(AfXdpKeys.ATTACH),
                port.get(AfXdpKeys.COPY),
                port.get(AfXdpKeys.FRAMES),
                port.get(AfXdpKeys.FRAME_SIZE),
                port.get(AfXdpKeys.MULTI_BUFFER),
                sizes,
                port.get(AfXdpKeys.BATCH),
                port.get(AfXdpKeys.HUGE_PAGES),
                port.get(AfXdpKeys.METADATA),
                port.get(AfXdpKeys.ACCEPT),
                port.get(AfXdpKeys.ON_LINK_LOSS),
                readOptions(),
                readEncapsulation(),
                port.get(AfXdpKeys.UMEM).orElse(null),
                port.lines());
    }

    private SocketOptions readOptions() {
        return new SocketOptions(
                port.get(AfXdpKeys.REQUIRE),
                port.get(AfXdpKeys.NEED_WAKEUP),
                port.get(AfXdpKeys.HEADROOM),
                port.get(AfXdpKeys.CHUNKS),
                readBusyPoll(),
                engine.stateDir(),
                port.get(AfXdpKeys.EARLY_DROP),
                port.get(AfXdpKeys.PARTIAL_CHECKSUMS),
                port.get(AfXdpKeys.TX_METADATA));
    }

    private BusyPollSettings readBusyPoll() {
        SettingsBlock block = port.block(Section.BUSY_POLL.blockName());
        block.reportUnknown(Section.BUSY_POLL);
        Optional<Integer> deferHardIrqs = block.get(AfXdpKeys.DEFER_HARD_IRQS);
        Optional<Long> groFlushTimeout = block.get(AfXdpKeys.GRO_FLUSH_TIMEOUT);
        BusyPollSettings settings = new BusyPollSettings(
                block.get(AfXdpKeys.BUSY_POLL),
                (int) (block.get(AfXdpKeys.BUSY_POLL_TIME) / Duration.US),
                block.get(AfXdpKeys.BUSY_POLL_BUDGET),
                deferHardIrqs.map(OptionalInt::of).orElse(OptionalInt.empty()),
                groFlushTimeout.map(OptionalLong::of).orElse(OptionalLong.empty()));
        if (!settings.enabled() && (deferHardIrqs.isPresent() || groFlushTimeout.isPresent())) {
            block.problem(
                    AfXdpKeys.BUSY_POLL,
                    "is off, and interrupts that are put off would come late to everybody;"
                            + " set mode to on, or defer-hard-irqs and gro-flush-timeout to keep");
        }
        return settings;
    }

    private Encapsulation readEncapsulation() {
        String name = Section.ENCAPSULATE.blockName();
        if (port.value(name) == null) {
            return null;
        }
        int before = problems.count();
        SettingsBlock block = port.block(name);
        if (problems.count() > before) {
            return null;
        }
        block.reportUnknown(Section.ENCAPSULATE);
        Encapsulation encapsulation = new Encapsulation(
                block.get(AfXdpKeys.SOURCE),
                block.get(AfXdpKeys.DESTINATION),
                block.get(AfXdpKeys.DESTINATION_MAC),
                block.get(AfXdpKeys.SOURCE_MAC).orElse(null));
        if (problems.count() == before) {
            Families.check(
                    block,
                    AfXdpKeys.DESTINATION,
                    encapsulation.destination().getAddress(),
                    AfXdpKeys.SOURCE,
                    encapsulation.source().getAddress());
        }
        return encapsulation;
    }

    private void reportMetadataWithoutDriver(AfXdpSettings settings) {
        if (settings.attach() == AttachMode.SKB && !settings.metadata().isEmpty()) {
            port.problem(
                    AfXdpKeys.METADATA,
                    "is what a driver tells, and attach = skb goes round it; set"
                            + " attach = native, or metadata = []");
        }
    }

    /** The kernel takes and gives the segments of a frame together, so that a ring has to hold them all. */
    private void reportShortRings(AfXdpSettings settings, SettingsBlock rings) {
        if (settings.multiBuffer()) {
            RingSizes sizes = settings.rings();
            reportShortRing(rings, AfXdpKeys.RX_RING, sizes.rx());
            reportShortRing(rings, AfXdpKeys.TX_RING, sizes.tx());
            reportShortRing(rings, AfXdpKeys.FILL_RING, sizes.fill());
            reportShortRing(rings, AfXdpKeys.COMPLETION_RING, sizes.completion());
        }
    }

    private static void reportShortRing(SettingsBlock rings, ConfigKey<Integer> key, int size) {
        if (size < SEGMENTED_RING) {
            rings.problem(
                    key,
                    "is " + size + ", too small for the segments of a frame with multi-buffer = on; use "
                            + SEGMENTED_RING + " or more");
        }
    }

    /** What a UMEM is like is said once, at the port that it belongs to. */
    private void reportForeignMemory(AfXdpSettings settings) {
        if (settings.umem() == null) {
            return;
        }
        for (ConfigKey<?> key : List.of(
                AfXdpKeys.FRAMES,
                AfXdpKeys.FRAME_SIZE,
                AfXdpKeys.HEADROOM,
                AfXdpKeys.CHUNKS,
                AfXdpKeys.MULTI_BUFFER,
                AfXdpKeys.HUGE_PAGES)) {
            if (port.value(key.name()) != null) {
                port.problem(
                        key,
                        "is for a UMEM of the port's own, but umem is " + settings.umem() + "; set it at that"
                                + " port");
            }
        }
    }

    private void reportFrameShortage(AfXdpSettings settings, Pollers pollers) {
        if (settings.umem() != null) {
            return; // SharedMemory knows all that share it
        }
        String shortage = settings.frameShortage(pollers);
        if (shortage != null) {
            problems.add(port.lineOf(AfXdpKeys.FRAMES), shortage);
        }
    }
}
