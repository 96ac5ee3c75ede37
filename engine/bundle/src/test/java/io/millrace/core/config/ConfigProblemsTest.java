package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.Engine;
import io.millrace.Verdict;
import io.millrace.spi.config.KeyEntry;
import io.millrace.spi.config.Pollers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator reads about a config that is HOCON but can't be used. */
class ConfigProblemsTest {
    private static final String GOOD_PORT = "ingress { type = af-xdp, interface = eth1 }";
    private static final String GOOD_PIPELINE = "pipeline = [{ stage = drop }]";
    private static final String NO_ADVICE = "; keys here: ";
    private static final String BEGINNING = "averylongaltnameaverylongaltnameaverylongaltnameaverylongalt";
    private static final String TOO_LONG = BEGINNING + "name" + BEGINNING + "name";

    private static String problem(String hocon) {
        return assertThrows(ConfigException.class, () -> EngineConfig.parse(hocon))
                .getMessage();
    }

    private static String inEngine(String settings) {
        return problem(
                "millrace {\n engine { " + settings + " }\n ports { " + GOOD_PORT + " }\n " + GOOD_PIPELINE + "\n}");
    }

    private static String inPort(String settings) {
        return problem("millrace {\n ports {\n ingress { type = af-xdp"
                + (settings.startsWith("interface") ? "" : ", interface = eth1") + "\n" + settings + "\n} }\n "
                + GOOD_PIPELINE + "\n}");
    }

    private static String inPipeline(String stages) {
        return problem("millrace {\n ports { " + GOOD_PORT + ", egress { type = af-xdp, interface = eth2 } }\n"
                + " pipeline = [\n" + stages + "\n]\n}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mode = inlined | engine.mode is 'inlined', which is not one of its values; did you mean 'inline'?",
                "mode = threads | engine.mode is 'threads', which is not one of its values; write pipelined or inline",
                "mode = 3 | engine.mode is 3; write pipelined or inline",
                "mode = [inline] | engine.mode is a list; write pipelined or inline",
                "ring-size = 1000 | engine.ring-size is 1000, not a power of two; use 1024",
                "ring-size = 1 | engine.ring-size is 1, less than 2; use a power of two, 2 to 4194304",
                "ring-size = -4 | engine.ring-size is -4, less than 2; use a power of two, 2 to 4194304",
                "ring-size = 8388608 | engine.ring-size is 8388608, more than 4194304; use a power of two, 2"
                        + " to 4194304",
                "ring-size = 99999999999999999999 | engine.ring-size is 99999999999999999999, more than 4194304; "
                        + "use a power of two, 2 to 4194304",
                "ring-size = 2048.5 | engine.ring-size is 2048.5; write a power of two, 2 to 4194304",
                "ring-size = 2k | engine.ring-size is '2k'; write a power of two, 2 to 4194304",
                "wait-strategy = busyspin | engine.wait-strategy is 'busyspin', which is not one of its values; "
                        + "did you mean 'busy-spin'?",
                "idle = BUSY_SPIN | engine.idle is 'BUSY_SPIN', which is not one of its values; did you mean"
                        + " 'busy-spin'?",
                "idle = true | engine.idle is true, which is not one of its values; write busy-spin, backoff or wait",
                "on-error = halt | engine.on-error is 'halt', which is not one of its values; write continue or stop",
                "drain-timeout = 5 | engine.drain-timeout is 5, which is no duration like 500ms, 10s or 2m; use"
                        + " 1ms to 10m",
                "drain-timeout = 0s | engine.drain-timeout is 0s, less than 1ms; use 1ms to 10m",
                "drain-timeout = 1h | engine.drain-timeout is 1h, more than 10m; use 1ms to 10m",
                "uring = 3 | engine.uring is 3; write a block, uring { … }",
                "uring.submission = 4 | engine.uring.submission is 4, less than 8; use a power of two, 8 to 32768",
                "uring.submission = 1000 | engine.uring.submission is 1000, not a power of two; use 1024",
                "uring.submission = 8192 | engine.uring.completion is 8192, less than twice submission, 8192; use"
                        + " 16384 or "
                        + "more",
                "uring { submission = 16, completion = 16 } | engine.uring.completion is 16, less than twice"
                        + " submission, 16; "
                        + "use 32 or more",
                "uring.completion = 131072 | engine.uring.completion is 131072, more than 65536; use a power of"
                        + " two, 16 to "
                        + "65536",
                "uring.sqpoll = maybe | engine.uring.sqpoll is 'maybe'; write on or off",
                "uring.sqpoll-cpu = 1024 | engine.uring.sqpoll-cpu is 1024, more than 1023; use a whole number, 0 to"
                        + " 1023, or "
                        + "none",
                "uring.sqpoll-idle = 0s | engine.uring.sqpoll-idle is 0s, less than 1ms; use 1ms to 1h",
                "uring.busy-poll = 1m | engine.uring.busy-poll is 1m, more than 1s; use 0s to 1s",
                "uring.min-wait = 11ms | engine.uring.min-wait is 11ms, more than 10ms; use 0s to 10ms",
                "uring.sq-poll = on | unknown key 'sq-poll' in engine.uring; did you mean 'sqpoll'?",
                "cpus = 3 | engine.cpus is 3; write a block, cpus { … }",
                "cpus.poller = -1 | engine.cpus.poller is -1, less than 0; use a whole number, 0 to 1023, or none",
                "cpus.poller = 1024 | engine.cpus.poller is 1024, more than 1023; use a whole number, 0 to"
                        + " 1023, or none",
                "cpus.stages = 1 | engine.cpus.stages is 1; write a list of whole numbers, 0 to 1023, as in [1, 2]",
                "cpus.stages = [-1] | engine.cpus.stages holds a CPU that is -1, less than 0; use a whole number,"
                        + " 0 to 1023",
                "ringsize = 3 | unknown key 'ringsize' in engine; did you mean 'ring-size'?",
                "cpu = 3 | unknown key 'cpu' in engine; did you mean 'cpus'?",
                "cpus.stage = 1 | unknown key 'stage' in engine.cpus; did you mean 'stages'?",
                "colour = 3 | unknown key 'colour' in engine; keys here: mode, ring-size, wait-strategy, idle,"
                        + " pollers, stages, "
                        + "on-error, drain-timeout, stuck-after, state-dir, cpus, uring",
            })
    void shouldSayWhatIsWrongInTheEngine(String settings, String expected) {
        assertEquals("config:2: " + expected, inEngine(settings));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "interface = " + TOO_LONG + " | interface is '" + BEGINNING
                        + "…', 128 characters long, and Linux allows 127; " + "use one that 'ip link' lists",
                "interface = \"a/b\" | interface is 'a/b', which is no name of an interface; use one that 'ip"
                        + " link' lists",
                "interface = \"\" | interface is '', which is no name of an interface; use one that 'ip link' lists",
                "interface = {} | interface is a block; write the name of an interface, as 'ip link' lists them",
                "queues = 0 | queues is 0; write all, or a list of whole numbers, 0 to 4095, as in [0, 1]",
                "queues = every | queues is 'every'; write all, or a list of whole numbers, 0 to 4095, as in [0, 1]",
                "queues = [] | queues names no queue; write all, or a list of whole numbers, 0 to 4095, as in [0, 1]",
                "queues = [0, 1, 0] | queues names queue 0 twice; name each queue once",
                "queues = [-1] | queues holds a queue that is -1, less than 0; use a whole number, 0 to 4095",
                "queues = [all] | queues holds a queue that is 'all'; write a whole number, 0 to 4095",
                "attach = driver | attach is 'driver', which is not one of its values; write auto, native or skb",
                "attach = offload | attach is offload, and a program that runs in the network card can't send frames"
                        + " to AF_XDP "
                        + "sockets; write auto, native or skb",
                "attach = skb, copy = zero-copy | copy is zero-copy, which takes native XDP, and attach is skb; set"
                        + " attach to "
                        + "native or auto, or copy to copy",
                "attach = skb, require = native | require is native, and attach is skb; set attach to native or"
                        + " auto, or "
                        + "require to none",
                "copy = copy, require = zero-copy | require is zero-copy, and copy is copy; set copy to zero-copy or"
                        + " auto, or "
                        + "require to native or none",
                "chunks = unaligned, huge-pages = off | chunks is unaligned, which takes huge pages, and huge-pages"
                        + " is off; "
                        + "set huge-pages to on, or chunks to aligned",
                "headroom = 1729 | headroom is 1729, and of a frame-size of 2048 the kernel takes 256 and a frame at"
                        + " least 64; "
                        + "use 1728 or less, or larger frames",
                "headroom = 3777 | headroom is 3777, more than 3776; use a size, 0 to 3776",
                "need-wakeup = maybe | need-wakeup is 'maybe'; write on or off",
                "busy-poll = on | busy-poll is 'on'; write a block, busy-poll { … }",
                "busy-poll.budget = 0 | busy-poll.budget is 0, less than 1; use a whole number, 1 to 65535",
                "busy-poll.time = 10ns | busy-poll.time is 10ns, less than 1us; use 1us to 1s",
                "busy-poll.defer-hard-irqs = 2 | busy-poll.mode is off, and interrupts that are put off would come"
                        + " late to "
                        + "everybody; set mode to on, or defer-hard-irqs and gro-flush-timeout to keep",
                "copy = zerocopy | copy is 'zerocopy', which is not one of its values; did you mean 'zero-copy'?",
                "frame-size = 3000 | frame-size is 3000; use 2048 or 4096, or set chunks to unaligned",
                "frame-size = 2047 | frame-size is 2047; use 2048 or 4096",
                "frame-size = 8KiB | frame-size is 8KiB; use 2048 or 4096",
                "frame-size = 2kb | frame-size is '2kb', which is no size like 2048 or 2KiB; use 2048 or 4096",
                "frames = 100 | frames is 100, too few for the fill rings of 1 queue, which hold 4096; set frames to"
                        + " 4096 or "
                        + "more, or rings.fill to 64 or less",
                "multi-buffer = yes | multi-buffer is 'yes'; write on or off",
                "multi-buffer = on, rings.tx = 32 | rings.tx is 32, too small for the segments of a frame with "
                        + "multi-buffer = on; use 64 or more",
                "multi-buffer = on, rings.completion = 16 | rings.completion is 16, too small for the segments of"
                        + " a frame "
                        + "with multi-buffer = on; use 64 or more",
                "metadata = hash | metadata is 'hash'; write a list of timestamp, hash, vlan",
                "metadata = [hsh] | metadata holds a word that is 'hsh', which is not one of its values; did you"
                        + " mean 'hash'?",
                "metadata = [hash, vlan, hash] | metadata names hash twice; name each once",
                "metadata = [vlan], attach = skb | metadata is what a driver tells, and attach = skb goes round"
                        + " it; set "
                        + "attach = native, or metadata = []",
                "tx-metadata = checksum | tx-metadata is 'checksum'; write a list of timestamp, checksum, launch-time",
                "tx-metadata = [launchtime] | tx-metadata holds a word that is 'launchtime', which is not one of its"
                        + " values; "
                        + "did you mean 'launch-time'?",
                "tx-metadata = [checksum, checksum] | tx-metadata names checksum twice; name each once",
                "tx-metadata = [launch-time], attach = skb | tx-metadata holds launch-time, which a driver does in"
                        + " zero-copy "
                        + "mode, and attach is skb; set attach to auto, or leave launch-time out",
                "tx-metadata = [timestamp, launch-time], copy = copy | tx-metadata holds launch-time, which a driver"
                        + " does in "
                        + "zero-copy mode, and copy is copy; set copy to auto, or leave launch-time out",
                "frames = 0 | frames is 0, less than 2; use a whole number, 2 to 4194304",
                "frames = many | frames is 'many'; write a whole number, 2 to 4194304",
                "rings.rx = 100 | rings.rx is 100, not a power of two; use 128",
                "rings.fill = 0 | rings.fill is 0, less than 2; use a power of two, 2 to 1048576",
                "rings = [1] | rings is a list; write a block, rings { … }",
                "batch = 0 | batch is 0, less than 1; use a whole number, 1 to 4096",
                "batch = 4096 | batch is 4096, more than rings.rx has descriptors, 2048; use 2048 or less",
                "huge-pages = yes | huge-pages is 'yes', which is not one of its values; write auto, on or off",
                "accept = udp | accept is 'udp'; write a list of rules, as in [\"udp dst port" + " 9000\"], or all",
                "accept = [1] | accept holds 1; write a rule, as in \"udp dst port 9000\"",
                "accept = [udp dts port 9000] | accept holds accept rule 'udp dts port 9000': unknown word 'dts'; "
                        + "did you mean 'dst'?",
            })
    void shouldSayWhatIsWrongInAPort(String settings, String expected) {
        assertEquals("config:4: ports.ingress." + expected, inPort(settings));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ring = 3 | unknown key 'ring' in ports.ingress; did you mean 'rings'?",
                "rings.rz = 3 | unknown key 'rz' in ports.ingress.rings; did you mean 'rx'?",
                "bind = \"0.0.0.0:9\" | unknown key 'bind' in ports.ingress; keys here: type, interface, queues,"
                        + " attach, copy, "
                        + "require, need-wakeup, frames, frame-size, headroom, chunks, umem, multi-buffer, batch,"
                        + " early-drop, "
                        + "huge-pages, metadata, tx-metadata, partial-checksums, accept, on-link-loss, rings, "
                        + "busy-poll, encapsulate",
                "busy-poll.usecs = 3 | unknown key 'usecs' in ports.ingress.busy-poll; keys here: mode, time, budget, "
                        + "defer-hard-irqs, gro-flush-timeout",
            })
    void shouldSuggestKeysOfAPort(String settings, String expected) {
        assertEquals("config:4: " + expected, inPort(settings));
    }

    @Test
    void shouldNameTheLineOfTheRuleInAList() {
        assertEquals(
                "config:6: ports.ingress.accept holds accept rule 'upd': unknown word 'upd'; did you mean 'udp'?",
                inPort("accept = [\n\"udp\"\n\"upd\"\n]"));
    }

    @Test
    void shouldCompareTheBatchWithTheDisruptorInPipelinedModeOnly() {
        String port = "ports { " + GOOD_PORT + " }\n" + GOOD_PIPELINE + "\n}";
        assertEquals(
                "config:2: ports.ingress.batch is 64, more than engine.ring-size has slots, 32; use 32 or less",
                problem("millrace { engine { ring-size = 32 }\n" + port));
        EngineConfig.parse("millrace { engine { ring-size = 32, mode = inline }\n" + port);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a { interface = eth1 } | ports.a.type is missing; write af-xdp, memory, tcp or udp",
                "a { type = af-xdp } | ports.a.interface is missing; write the name of an interface, as 'ip"
                        + " link' lists them",
                "a { type = afxdp } | ports.a.type is 'afxdp', and there is no such type; did you mean 'af-xdp'?",
                "a { type = dpdk } | ports.a.type is 'dpdk', and there is no such type; types: af-xdp,"
                        + " memory, tcp, udp",
                "a { type = 3 } | ports.a.type is 3; write af-xdp, memory, tcp or udp",
                "a = eth1 | ports.a is 'eth1'; write a block, a { … }",
                "\"a b\" { type = af-xdp, interface = x } | port name 'a b' is none; use up to 32 letters,"
                        + " digits, - and _",
                "a { type = af-xdp, interface = x }, b { type = af-xdp, interface = x } | ports.b.interface is"
                        + " 'x', which "
                        + "port 'a' has already; list all its queues in one port",
                "` ` | there are no ports; add one, as in ports { ingress { type = af-xdp, interface = eth0,"
                        + " accept = [\"udp dst port 9000\"] } }",
            })
    void shouldSayWhatIsWrongWithThePorts(String ports, String expected) {
        assertEquals("config:2: " + expected, problem("millrace {\n ports { " + ports + " }\n " + GOOD_PIPELINE + "}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{ stage = refect } ~ pipeline[0].stage is 'refect', and there is no such stage; did you mean"
                        + " 'reflect'?",
                "{ stage = encrypt } ~ pipeline[0].stage is 'encrypt', and there is no such stage; stages:"
                        + " count, drop, "
                        + "reflect, forward, frame-by-length, frame-by-delimiter",
                "{ stage = com.acme.X } ~ pipeline[0].stage is 'com.acme.X', and there is no such stage; write class"
                        + " = … for a "
                        + "class of your own",
                "{ stage = [] } ~ pipeline[0].stage is a list; write a name",
                "{ stage = forward } ~ pipeline[0].to is missing, and forward needs a port; write to = egress"
                        + " | ingress",
                "{ stage = forward, to = ingres } ~ pipeline[0].to is 'ingres', and there is no such port; did"
                        + " you mean "
                        + "'ingress'?",
                "{ stage = forward, to = out } ~ pipeline[0].to is 'out', and there is no such port; ports:"
                        + " egress, ingress",
                "{ stage = forward, to = [egress] } ~ pipeline[0].to is a list; write a name",
                "{ stage = drop, to = egress } ~ unknown key 'to' in pipeline[0]; keys here: stage, name",
                "{ stage = drop, config {} } ~ unknown key 'config' in pipeline[0]; keys here: stage, name",
                "{ stage = drop, class = com.acme.X } ~ pipeline[0] has both stage and class; keep one of them",
                "{ } ~ pipeline[0] names no stage; add stage = count | drop | reflect | forward | frame-by-length | "
                        + "frame-by-delimiter, or class = …",
                "drop ~ pipeline[0] is 'drop'; write a stage, as in { stage = drop }",
                "count ~ pipeline[0] is 'count'; write a stage, as in { stage = count }",
                "[] ~ pipeline[0] is empty; add stages that run in parallel, or remove it",
                "[[{ stage = drop }]] ~ pipeline[0][0] is a list; write a stage, as in { stage = drop }",
                "{ class = \"com/acme/X\" } ~ pipeline[0].class is 'com/acme/X'; write the full name of a class, as in "
                        + "com.acme.Decode",
                "{ class = com.acme.X, config = 3 } ~ pipeline[0].config is 3; write a block, config { … }",
                "{ class = com.acme.X, config { a = [{ b = 1e999 }] } } ~ pipeline[0].config holds a number that is"
                        + " too large "
                        + "for a double; write it as a text, in double quotes",
                "{ class = com.acme.X, depth = 3 } ~ unknown key 'depth' in pipeline[0]; keys here: class,"
                        + " name, config",
                "{ stage = drop, name = \"a b\" } ~ pipeline[0].name is 'a b'; use up to 64 letters, digits,"
                        + " -, _ and $",
                "{ stage = drop, name = a }, { stage = drop, name = a } ~ pipeline[1].name is 'a', the name of"
                        + " another stage; "
                        + "use another",
            })
    void shouldSayWhatIsWrongInThePipeline(String stages, String expected) {
        assertEquals("config:4: " + expected, inPipeline(stages));
    }

    @Test
    void shouldSayWhatIsWrongAroundThePipeline() {
        String start = "millrace {\n ports { " + GOOD_PORT + " }\n ";
        assertEquals(
                "config:3: the pipeline is empty; add a stage, as in pipeline = [{ stage = drop }]",
                noStages(start + "pipeline = []\n}"));
        assertEquals(
                "config:1: the pipeline is empty; add a stage, as in pipeline = [{ stage = drop }]",
                noStages(start + "}"));
        assertEquals(
                "config:3: pipeline is a block; write a list of stages, as in [{ stage = drop }]",
                problem(start + "pipeline { stage = drop }\n}"));
    }

    /** A program may have all of its stages in code; what is said where it has none. */
    private static String noStages(String config) {
        EngineConfig read = EngineConfig.parse(config);
        assertEquals(List.of(), read.pipeline());
        assertEquals(read, EngineConfig.parse(read.render()));
        String problem =
                assertThrows(ConfigException.class, read::requireStages).getMessage();
        assertEquals(
                problem,
                assertThrows(ConfigException.class, () -> Engine.builder(read).start())
                        .getMessage());
        return problem;
    }

    @Test
    void shouldSayWhatIsWrongAtTheTop() {
        assertEquals("config: no block 'millrace'; write millrace { … }", problem(""));
        assertEquals("config: no block 'millrace'; put everything into millrace { … }", problem("engine {}"));
        assertEquals("config:2: no block 'millrace', but 'milrace'; did you mean 'millrace'?", problem("\nmilrace {}"));
        assertEquals("config:1: millrace is 3; write a block, millrace { … }", problem("millrace = 3"));
        assertEquals(
                "config:2: unknown key 'port' in millrace; did you mean 'ports'?",
                problem("millrace {\n port {}\n ports { " + GOOD_PORT + " }\n" + GOOD_PIPELINE + "}"));
        assertEquals(
                "config:1: there are no ports; add one, as in "
                        + "ports { ingress { type = af-xdp, interface = eth0, accept = [\"udp dst port 9000\"] } }",
                problem("millrace { " + GOOD_PIPELINE + "}"));
        assertEquals(
                "config:1: ports is a list; write a block, ports { … }",
                problem("millrace { ports = [], " + GOOD_PIPELINE + "}"));
        assertEquals(
                "config:1: leases.max is -1, less than 0; use a whole number, 0 to 1048576",
                problem("millrace { leases.max = -1, ports { " + GOOD_PORT + " }, " + GOOD_PIPELINE + "}"));
        assertEquals(
                "config:1: leases.track is 'yes'; write on or off",
                problem("millrace { leases.track = yes, ports { " + GOOD_PORT + " }, " + GOOD_PIPELINE + "}"));
    }

    @Test
    void shouldReportEveryProblemInTheOrderOfTheFile() {
        ConfigException e = assertThrows(ConfigException.class, () -> EngineConfig.parse("""
            millrace {
              pipeline = [{ stage = dorp }]
              ports {
                a { type = af-xdp, interface = eth1
                  frames = 1 }
              }
              engine { mode = x, colour = y }
            }
            """));
        assertEquals(
                List.of(
                        "config:2: pipeline[0].stage is 'dorp', and there is no such stage; did you mean 'drop'?",
                        "config:5: ports.a.frames is 1, less than 2; use a whole number, 2 to 4194304",
                        "config:7: unknown key 'colour' in engine; keys here: mode, ring-size, wait-strategy, idle,"
                                + " pollers, "
                                + "stages, on-error, drain-timeout, stuck-after, state-dir, cpus, uring",
                        "config:7: engine.mode is 'x', which is not one of its values; write pipelined or inline"),
                e.lines());
    }

    @Test
    void shouldKeepNamesOfPortsOnOneLine() {
        assertEquals(
                List.of(
                        "config:1: port name 'in?gress' is none; use up to 32 letters, digits, - and _",
                        "config:1: pipeline[0].to is 'ingress', and there is no such port; did you mean 'in?gress'?"),
                assertThrows(
                                ConfigException.class,
                                () -> EngineConfig.parse("millrace { ports { \"in\\ngress\" { "
                                        + "type = af-xdp, interface = a } }, pipeline = [{ stage = forward,"
                                        + " to = ingress }] }"))
                        .lines());
    }

    @Test
    void shouldKeepProblemsOnOneLineAndShort() {
        String long1000 = "x".repeat(1000);
        assertEquals(
                "config:2: engine.mode is 'a?b', which is not one of its values; write pipelined or inline",
                inEngine("mode = \"a\\nb\""));
        assertEquals(
                "config:2: engine.mode is '" + "x".repeat(60) + "…', which is not one of its values; write "
                        + "pipelined or inline",
                inEngine("mode = " + long1000));
        assertEquals(
                "config:2: unknown key '" + "x".repeat(60) + "…' in engine" + NO_ADVICE
                        + String.join(
                                ", ",
                                PortTypes.found().engineKeys().entries().stream()
                                        .map(KeyEntry::name)
                                        .toList()),
                inEngine(long1000 + " = 1"));
    }

    private static String withPorts(int count) {
        StringBuilder ports = new StringBuilder();
        for (int i = 0; i < count; i++) {
            ports.append("p").append(i).append(" { type = udp, bind = \"127.0.0.1:0\" }\n");
        }
        return "millrace {\n ports {\n" + ports + "}\n " + GOOD_PIPELINE + "\n}";
    }

    @Test
    void shouldRefuseMorePortsThanThereAreIdsFor() {
        assertEquals(4_096, EngineConfig.parse(withPorts(4_096)).ports().size());
        String problem = problem(withPorts(4_097));
        assertEquals(1, problem.lines().count(), problem);
        assertTrue(
                problem.endsWith(":2: there are 4097 ports, more than 4096; spread them over several engines"),
                problem);
    }

    /** Parallel ones are each a stage of their own: a verdict names it by its index. */
    @Test
    void shouldCountEveryStageOfThePipeline() {
        String parallel = "[ " + "{ stage = count }, ".repeat(128) + " ]";
        String config = "millrace { ports { p { type = udp, bind = \"127.0.0.1:0\" } }, pipeline = [ "
                + (parallel + ", ").repeat(Verdict.MAX_STAGES / 128 + 1) + " ] }";
        String problem = problem(config);
        assertEquals(1, problem.lines().count(), problem);
        assertTrue(problem.endsWith("pipeline has 16384 stages, more than 16382; make one stage of several"), problem);
    }

    @Test
    void shouldRefuseMoreQueuesThanThereAreIdsOfPollersFor() {
        String queues = IntStream.rangeClosed(0, Pollers.MOST)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
        String problem = problem("millrace { engine { pollers = per-queue }, ports { p { type = af-xdp, interface = a, "
                + "frames = 4194304, queues = [" + queues + "] } }, pipeline = [ { stage = count } ] }");
        assertTrue(
                problem.contains("ports.p.queues are 1025, more than the 1024 pollers that an engine can have"),
                problem);
    }
}
