package io.millrace.engine.config;

import io.millrace.xdp.AttachMode;

/** Reads ports of type {@code af-xdp}. */
final class AfXdpReader {
    /** Holds a packet of 64 KiB in frames of 2 KiB. */
    private static final int SEGMENTED_RING = 64;

    private final SettingsBlock port;
    private final Problems problems;

    private AfXdpReader(SettingsBlock port) {
        this.port = port;
        problems = port.problems();
    }

    /** The port; null if it has problems. */
    static AfXdpSettings read(String name, SettingsBlock port, EngineSettings engine) {
        int before = port.problems().count();
        AfXdpReader reader = new AfXdpReader(port);
        SettingsBlock rings = port.block(Section.RINGS.blockName());
        AfXdpSettings settings = reader.read(name, rings);
        if (port.problems().count() == before) {
            reader.reportFrameShortage(settings);
            reader.reportShortRings(settings, rings);
            reader.reportMetadataWithoutDriver(settings);
            BatchLimit.check(port, AfXdpKeys.BATCH, settings.batch(), "rings.rx has descriptors",
                settings.rings().rx());
            BatchLimit.check(port, AfXdpKeys.BATCH, settings.batch(), engine);
        }
        return port.problems().count() == before ? settings : null;
    }

    private AfXdpSettings read(String name, SettingsBlock rings) {
        port.reportUnknown(Section.AF_XDP);
        rings.reportUnknown(Section.RINGS);
        RingSizes sizes = new RingSizes(rings.get(AfXdpKeys.RX_RING), rings.get(AfXdpKeys.TX_RING),
            rings.get(AfXdpKeys.FILL_RING), rings.get(AfXdpKeys.COMPLETION_RING));
        return new AfXdpSettings(name, port.get(AfXdpKeys.INTERFACE), port.get(AfXdpKeys.QUEUES),
            port.get(AfXdpKeys.ATTACH), port.get(AfXdpKeys.COPY), port.get(AfXdpKeys.FRAMES),
            port.get(AfXdpKeys.FRAME_SIZE), port.get(AfXdpKeys.MULTI_BUFFER), sizes, port.get(AfXdpKeys.BATCH),
            port.get(AfXdpKeys.HUGE_PAGES), port.get(AfXdpKeys.METADATA), port.get(AfXdpKeys.ACCEPT),
            readEncapsulation(), port.line());
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
        Encapsulation encapsulation = new Encapsulation(block.get(AfXdpKeys.SOURCE), block.get(AfXdpKeys.DESTINATION),
            block.get(AfXdpKeys.DESTINATION_MAC), block.get(AfXdpKeys.SOURCE_MAC).orElse(null));
        if (problems.count() == before) {
            Families.check(block, AfXdpKeys.DESTINATION, encapsulation.destination().getAddress(),
                AfXdpKeys.SOURCE, encapsulation.source().getAddress());
        }
        return encapsulation;
    }

    private void reportMetadataWithoutDriver(AfXdpSettings settings) {
        if (settings.attach() == AttachMode.SKB && !settings.metadata().isEmpty()) {
            port.problem(AfXdpKeys.METADATA, "is what a driver tells, and attach = skb goes round it; set"
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
            rings.problem(key, "is " + size + ", too small for the segments of a frame with multi-buffer = on; use "
                + SEGMENTED_RING + " or more");
        }
    }

    private void reportFrameShortage(AfXdpSettings settings) {
        int queueCount = settings.queues().all() ? 1 : settings.queues().queues().size();
        String shortage = settings.frameShortage(queueCount);
        if (shortage != null) {
            problems.add(port.lineOf(AfXdpKeys.FRAMES), shortage);
        }
    }
}
