package io.millrace.lab.bench;

import io.millrace.lab.config.Defaults;
import io.millrace.lab.traffic.FrameTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The engine's config for a task. In {@code pipelined} mode the poller has the receiver's CPU, like a contender of one
 * thread. Stage threads have a CPU each if the machine has so many that neither the receiver nor the sender has; then
 * everybody spins. Otherwise they share the receiver's, so that it is one CPU against one: next to the sender they
 * would take away from it what they are to be measured with. Then everybody yields, for who spins has the CPU for some
 * milliseconds more, with nothing to do.
 */
final class EngineConfig {
    private static final String CONFIG = """
        millrace {
          engine { %s }
          ports {
            %s
          }
          pipeline = [%s]
        }
        """;
    private static final String XDP_PORT = "type = af-xdp, attach = native, copy = copy, batch = 64";
    private static final List<String> SINK = List.of("count", "drop");
    private static final List<String> ECHO = List.of("reflect", "forward");
    /** The pipeline for whole frames, which does what the C program and testpmd's macswap do. */
    private static final String SWAP = "swap = macs";
    /** What one frame of the UMEM holds: 2,048 bytes minus the kernel's headroom. */
    private static final int ROOM = 1_792;

    private static final int STAGES = 4;
    /** The CPUs of the receiver and of the sender. */
    private static final int TAKEN_CPUS = 2;

    private EngineConfig() {}

    /** Says in some words what is special about a variant in a mode. */
    static String settings(EngineVariant variant, Mode mode) {
        if (variant.stageThreads() == 0) {
            return "idle = " + idle(mode) + (variant.note().isEmpty() ? "" : ", " + variant.note());
        }
        int threads = variant.stageThreads();
        String stages = threads == 1 ? "1 stage thread" : threads + " stage threads";
        if (variant.besideSender()) {
            return stages + ", yields " + variant.note();
        }
        return Runtime.getRuntime().availableProcessors() >= TAKEN_CPUS + threads
                ? stages + ", spins on a CPU each"
                : stages + ", yields on the receiver's CPU";
    }

    private static String idle(Mode mode) {
        return mode == Mode.BUSY ? "busy-spin" : "wait";
    }

    static String of(EngineVariant variant, Task task) {
        boolean hasOut = variant.outKeys() != null;
        String ports = "in { " + port(variant, task) + " }" + (hasOut ? "\n    out { " + outPort(variant) + " }" : "");
        return String.format(
                Locale.ROOT,
                CONFIG,
                threads(variant, task) + further(variant.engineKeys()),
                ports,
                pipeline(variant, task, hasOut ? "out" : "in"));
    }

    private static String threads(EngineVariant variant, Task task) {
        if (variant.stageThreads() == 0) {
            return "mode = inline, idle = " + idle(task.mode()) + ", cpus { poller = " + task.cpu() + " }";
        }
        if (variant.besideSender()) {
            return "mode = pipelined, idle = busy-spin, wait-strategy = yielding, ring-size = 65536, cpus { poller = "
                    + task.cpu() + ", stages = [" + task.senderCpu() + "] }";
        }
        boolean alone = task.spareCpus().size() >= variant.stageThreads();
        return "mode = pipelined, idle = "
                + (alone ? "busy-spin, wait-strategy = busy-spin" : "backoff, wait-strategy = yielding")
                + ", cpus { poller = " + task.cpu() + ", stages = "
                + (alone ? task.spareCpus() : List.of(task.cpu())) + " }";
    }

    /** The number of stages is always the same, so that the work is the same however many threads do it. */
    private static String pipeline(EngineVariant variant, Task task, String to) {
        List<String> stages = new ArrayList<>(task.suite().isEcho() ? ECHO : SINK);
        int threads = variant.stageThreads();
        if (threads == 0) {
            return stages.stream().map(stage -> builtIn(stage, to)).collect(Collectors.joining(", "));
        }
        while (stages.size() < STAGES) {
            stages.addFirst("count");
        }
        int inFirst = stages.size() - threads + 1;
        List<String> texts = new ArrayList<>();
        texts.add(
                inFirst == 1
                        ? builtIn(stages.getFirst(), to)
                        : "{ class = " + StageSeries.class.getName() + ", name = series, config { stages = "
                                + stages.subList(0, inFirst) + ", to = " + to + ", " + SWAP + " } }");
        stages.subList(inFirst, stages.size()).forEach(stage -> texts.add(builtIn(stage, to)));
        return String.join(", ", texts);
    }

    private static String builtIn(String stage, String to) {
        return "{ stage = " + stage
                + switch (stage) {
                    case "forward" -> ", to = " + to;
                    case "reflect" -> ", " + SWAP;
                    default -> "";
                }
                + " }";
    }

    private static String port(EngineVariant variant, Task task) {
        String bind = "bind = \"" + task.address() + ":" + Task.PORT + "\"";
        return switch (task.suite().family()) {
            case AF_XDP ->
                XDP_PORT + ", interface = " + task.interfaceName() + ", " + lengthKeys(task.length())
                        + Defaults.under(variant.keys(), "queues = [" + task.queue() + "]");
            case UDP ->
                "type = udp, " + bind + ", receive-buffer = 4MiB, "
                        + Defaults.under(ownKeys(variant), "frames = 4096", "buffers = 1024");
            case TCP -> "type = tcp, " + bind + further(ownKeys(variant));
        };
    }

    /** The settings for long frames: frames of the UMEM that are twice as long, or several of them for one frame. */
    private static String lengthKeys(int length) {
        return length <= ROOM
                ? ""
                : length <= FrameTemplate.LONGEST_SINGLE ? "frame-size = 4096, " : "multi-buffer = on, ";
    }

    /** The settings of the plain engine are for AF_XDP only. */
    private static String ownKeys(EngineVariant variant) {
        return variant == EngineVariant.PLAIN ? "" : variant.keys();
    }

    private static String further(String keys) {
        return keys.isEmpty() ? "" : ", " + keys;
    }

    private static String outPort(EngineVariant variant) {
        return XDP_PORT + ", interface = " + Task.OUT_INTERFACE + ", accept = [\"arp\"], " + variant.outKeys();
    }
}
