package io.millrace.sim;

import io.millrace.HostException;
import io.millrace.ring.HugePages;
import io.millrace.ring.KernelSide;
import io.millrace.ring.Umem;
import io.millrace.spi.BatchLimit;
import io.millrace.spi.ConfiguredPorts;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.PortType;
import io.millrace.spi.Problems;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyTypes;
import io.millrace.spi.config.Pollers;
import io.millrace.spi.config.Settings;
import io.millrace.spi.config.ValueText;
import io.millrace.spi.counters.PortCounters;
import java.util.List;
import java.util.Optional;

/** The port type {@code memory}: frames come from this process and go to it, by a {@link MemoryWire}. */
public final class MemoryType implements PortType {
    private static final KeyBlock BLOCK = KeyBlock.named("memory");
    private static final int SMALLEST_FRAME = 2 * KeyTypes.KIB;

    private static final Key<Optional<String>> WIRE = BLOCK.key(
            "wire",
            KeyTypes.text(64).or("own"),
            "own",
            "The name by which the program finds the other end; `own` is the port's own name.");
    private static final Key<MemoryKind> KIND = BLOCK.key(
            "kind",
            KeyTypes.choice(MemoryKind.class),
            "ethernet",
            "What the frames are: whole Ethernet frames, or payloads of datagrams, as those of `udp` ports are.");
    private static final Key<Integer> MTU = BLOCK.key(
            "mtu",
            KeyTypes.bytes(64, 65_535),
            "1500",
            "The longest packet, without the Ethernet header and a VLAN tag. A longer one can't be sent, either way.");
    private static final Key<Integer> FRAMES = BLOCK.key(
            "frames",
            KeyTypes.wholeNumber(4, 1 << 22, "frames"),
            "1024",
            "Frames in the port's memory; at least twice `ring-size`.");
    private static final Key<Integer> RING_SIZE = BLOCK.key(
            "ring-size",
            KeyTypes.powerOfTwo(2, 1 << 20, "frames"),
            "256",
            "Frames that may wait each way: for the engine to take them, and for the program.");
    private static final Key<Integer> BATCH = BLOCK.key(
            "batch",
            KeyTypes.wholeNumber(1, 4096, "frames"),
            "64",
            "The most frames taken in one go; at most `ring-size` and, pipelined, `engine.ring-size`.");

    private static final PortOpener OPENER = MemoryType::open;

    /** For the engine, which finds the type as a service. */
    public MemoryType() {}

    @Override
    public String name() {
        return BLOCK.name();
    }

    @Override
    public KeyBlock keys() {
        return BLOCK;
    }

    @Override
    public String example() {
        return "type = memory";
    }

    @Override
    public PortOpener opener() {
        return OPENER;
    }

    @Override
    public void check(PortSettings port, Settings engine, Problems problems) {
        int ringSize = port.get(RING_SIZE);
        if (port.get(FRAMES) < 2L * ringSize) {
            problems.add(
                    port,
                    FRAMES,
                    "is " + port.get(FRAMES) + ", less than twice ring-size, " + ringSize + "; use " + 2L * ringSize
                            + " or more, or a smaller ring-size");
        }
        BatchLimit.check(problems, port, BATCH, "ring-size has frames", ringSize);
        BatchLimit.check(problems, port, BATCH, engine);
        if (engine.get(EngineKeys.POLLERS) == Pollers.PER_QUEUE) {
            problems.add(
                    port.line(),
                    "ports." + port.name() + " is of type memory, and pollers = per-queue would open it once in each"
                            + " poller; set pollers to one");
        }
    }

    @Override
    public List<PortSettings> checkTogether(ConfiguredPorts ports, Settings engine, Problems problems) {
        List<PortSettings> mine = ports.of(this);
        for (int i = 0; i < mine.size(); i++) {
            for (PortSettings earlier : mine.subList(0, i)) {
                if (wire(mine.get(i)).equals(wire(earlier))) {
                    problems.add(
                            mine.get(i),
                            WIRE,
                            "is " + ValueText.quoted(wire(earlier)) + ", which port '" + earlier.name()
                                    + "' has already; name another one");
                }
            }
        }
        return mine;
    }

    private static String wire(PortSettings port) {
        return port.get(WIRE).orElse(port.name());
    }

    private static Port open(PortSettings port, PortContext context) {
        MemoryKind kind = port.get(KIND);
        int longest = kind.longest(port.get(MTU));
        Umem umem = Umem.mapBuffers(context.frames(), port.get(FRAMES), frameSize(longest), HugePages.OFF);
        KernelSide kernel = KernelSide.of(context.frames(), umem, port.get(RING_SIZE));
        MemoryWire wire = MemoryWire.named(wire(port));
        MemoryPort opened = new MemoryPort(
                context.portId(),
                port.name(),
                new MemoryPort.Frames(umem, kind, longest),
                kernel,
                wire,
                new PortCounters(context.counters(), port.name()),
                port.get(BATCH));
        if (!wire.attach(kernel, umem, kind.shortest(), longest)) {
            throw HostException.dueTo(
                    WIRE.name(),
                    "port " + port.name() + ": the wire " + ValueText.quoted(wire(port))
                            + " is a port of another engine's in this process; close that one, or name another wire",
                    null);
        }
        return opened;
    }

    /** Returns the power of two that holds the headroom and the longest frame. */
    private static int frameSize(int longest) {
        return Math.max(SMALLEST_FRAME, Integer.highestOneBit(KernelSide.HEADROOM + longest - 1) << 1);
    }
}
