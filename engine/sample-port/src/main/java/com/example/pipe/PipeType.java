package com.example.pipe;

import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.HostFeature;
import io.millrace.spi.HostReport;
import io.millrace.spi.HostSection;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.PortType;
import io.millrace.spi.Problems;
import io.millrace.spi.config.AcceptSetting;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyTypes;
import io.millrace.spi.config.Settings;
import io.millrace.spi.counters.PortCounters;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The port type {@code pipe}: frames come from this process and go to it, by a {@link Pipe}. */
public final class PipeType implements PortType {
    private static final KeyBlock BLOCK = KeyBlock.named("pipe");

    static final Key<String> PIPE =
            BLOCK.required("pipe", KeyTypes.text(64), "The name of the pipe, as the program has it.");
    static final Key<Integer> FRAMES =
            BLOCK.key("frames", KeyTypes.wholeNumber(1, 1 << 20, "frames"), "1024", "Frames in the port's memory.");
    static final Key<Integer> FRAME_SIZE = BLOCK.key(
            "frame-size",
            KeyTypes.bytesPowerOfTwo(2 * KeyTypes.KIB, KeyTypes.MIB),
            "2KiB",
            "Memory of a frame. A longer one is dropped and counted.");
    static final Key<Integer> BATCH =
            BLOCK.key("batch", KeyTypes.wholeNumber(1, 4096, "frames"), "64", "The most frames taken in one go.");

    static final Key<Optional<String>> ACCEPT = BLOCK.key(
            "accept",
            KeyTypes.text(64).or("all"),
            "all",
            "What a frame has to begin with; others are left out. Can be changed while the engine runs.");

    private static final PortOpener OPENER = PipeType::open;
    private static final Supplier<HostReport> REPORT = PipeType::report;

    /** For the engine, which finds the type as a service. */
    public PipeType() {}

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
        return "type = pipe, pipe = \"orders\"";
    }

    @Override
    public PortOpener opener() {
        return OPENER;
    }

    @Override
    public void check(PortSettings port, Settings engine, Problems problems) {
        if (port.get(BATCH) > port.get(FRAMES)) {
            problems.add(
                    port, BATCH, "is " + port.get(BATCH) + ", more than frames, " + port.get(FRAMES) + "; use fewer");
        }
    }

    @Override
    public Optional<AcceptSetting> acceptRules(PortSettings port) {
        return Optional.of(new AcceptSetting(ACCEPT, port.get(ACCEPT).stream().toList()));
    }

    @Override
    public Optional<Supplier<HostReport>> hostReport() {
        return Optional.of(REPORT);
    }

    private static HostReport report() {
        HostFeature queues = new HostFeature(true, "queues in this process", "a pipe has two; no privilege is needed");
        return new HostReport(List.of(new HostSection("pipes, for pipe ports", List.of(queues), List.of())), "", true);
    }

    private static Port open(PortSettings port, PortContext context) {
        Umem umem = Umem.mapBuffers(context.frames(), port.get(FRAMES), port.get(FRAME_SIZE), HugePages.OFF);
        return new PipePort(
                context.portId(),
                port.name(),
                Pipe.named(port.get(PIPE)),
                umem,
                new PortCounters(context.counters(), port.name()),
                port.get(BATCH),
                port.get(ACCEPT).stream().toList());
    }
}
