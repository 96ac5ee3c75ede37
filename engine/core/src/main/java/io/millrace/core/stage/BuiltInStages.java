package io.millrace.core.stage;

import com.typesafe.config.Config;
import io.millrace.Stage;
import io.millrace.spi.Framing;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The table of built-in stages: the names that a config may use, and how the engine makes each stage. */
public final class BuiltInStages {
    private static final String TO = "to";
    private static final String SIZE = "size";
    private static final String ORDER = "order";
    private static final String DELIMITER = "delimiter";
    private static final String MAX = "max";
    private static final String STRIP = "strip";
    private static final String UNTERMINATED = "unterminated";
    private static final String DELIVER = "deliver";
    private static final String SWAP = "swap";
    private static final String MACS = "macs";
    private static final String LITTLE = "little";
    private static final int MIB = 1 << 20;
    private static final int GIB = 1 << 30;

    private static final List<BuiltInStage> ALL = List.of(
            new BuiltInStage("count", List.of(), "Counts frames and bytes.", config -> new CountStage()),
            new BuiltInStage("drop", List.of(), "Drops every frame.", config -> new DropStage()),
            new BuiltInStage(
                    "reflect",
                    List.of(new ChoiceOption(
                            SWAP,
                            List.of("all", MACS),
                            "all",
                            "of a whole frame: all its addresses and ports, or its" + " MAC addresses alone")),
                    "Turns a frame round: swaps its MAC addresses, IP addresses and UDP or TCP ports. Drops frames"
                            + " that are cut "
                            + "short.",
                    config -> MACS.equals(config.getString(SWAP)) ? new SwapMacsStage() : new ReflectStage()),
            new BuiltInStage(
                    "forward",
                    List.of(new PortOption(TO, "the name of the port")),
                    "Sends every frame out of a port when the pipeline's last stage has seen it.",
                    config -> new ForwardStage(config.getString(TO))),
            new BuiltInStage(
                    "frame-by-length",
                    List.of(
                            new ChoiceOption(
                                    SIZE,
                                    List.of("1", "2", "4"),
                                    "4",
                                    "bytes of the prefix, which don't count themselves"),
                            new ChoiceOption(ORDER, List.of("big", LITTLE), "big", "the prefix's byte order"),
                            max("prefix"),
                            strip("prefix")),
                    "Cuts the byte streams of tcp ports into messages by their length prefix; each message is a frame. "
                            + "Stands first.",
                    true,
                    BuiltInStages::frameByLength),
            new BuiltInStage(
                    "frame-by-delimiter",
                    List.of(
                            new TextOption(
                                    DELIMITER, Framing.ByDelimiter.LONGEST, "\n", "what a message ends with, in UTF-8"),
                            max("delimiter"),
                            strip("delimiter"),
                            new ChoiceOption(
                                    UNTERMINATED,
                                    List.of("drop", DELIVER),
                                    "drop",
                                    "what becomes of the bytes behind the "
                                            + "last delimiter of a stream: counted, and the connection fails, or a"
                                            + " message like the others")),
                    "Cuts the byte streams of tcp ports into messages by what they end with; each message is a frame. "
                            + "Stands first.",
                    true,
                    BuiltInStages::frameByDelimiter));

    private BuiltInStages() {}

    /** All built-in stages. */
    public static List<BuiltInStage> all() {
        return ALL;
    }

    /** The names of all built-in stages. */
    public static List<String> kinds() {
        return ALL.stream().map(BuiltInStage::kind).toList();
    }

    /** The stage of that name, or null if there is none. */
    public static BuiltInStage find(String kind) {
        return ALL.stream()
                .filter(stage -> stage.kind().equals(kind))
                .findFirst()
                .orElse(null);
    }

    private static SizeOption max(String frame) {
        return new SizeOption(
                MAX,
                1,
                GIB,
                MIB,
                "the longest message without its " + frame + ", and a longer one ends the connection");
    }

    private static ChoiceOption strip(String frame) {
        return new ChoiceOption(STRIP, List.of("on", "off"), "on", "whether frames come without the " + frame);
    }

    private static Stage frameByLength(Config config) {
        return new FramingStage(new Framing.ByLength(
                config.getInt(SIZE),
                LITTLE.equals(config.getString(ORDER)),
                Math.toIntExact(config.getBytes(MAX)),
                config.getBoolean(STRIP)));
    }

    private static Stage frameByDelimiter(Config config) {
        return new FramingStage(new Framing.ByDelimiter(
                config.getString(DELIMITER).getBytes(StandardCharsets.UTF_8),
                Math.toIntExact(config.getBytes(MAX)),
                config.getBoolean(STRIP),
                DELIVER.equals(config.getString(UNTERMINATED))));
    }
}
