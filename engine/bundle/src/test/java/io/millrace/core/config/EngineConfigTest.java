package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.millrace.ConfigException;
import io.millrace.core.stage.CountStage;
import io.millrace.core.stage.ForwardStage;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Mode;
import io.millrace.spi.config.SettingsText;
import io.millrace.spi.config.ValueKey;
import io.millrace.spi.config.ValueText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineConfigTest {
    private static final String LEAST = """
        millrace {
          ports { ingress { type = af-xdp, interface = eth1 } }
          pipeline = [{ stage = drop }]
        }
        """;

    /** A port of each type, with what must be set. */
    private static final String EVERY_TYPE = """
        millrace {
          ports {
            raw {
              type = af-xdp, interface = eth1
              encapsulate {
                source = "10.0.0.1:9000", destination = "10.0.0.2:9001", destination-mac = "02:00:00:00:00:01"
              }
            }
            feed { type = udp, bind = "*:9000", multicast = [{ group = "239.1.1.1", interface = eth1 }] }
            orders { type = tcp, bind = "[::]:9000" }
            exchange { type = tcp, connect = "10.0.0.9:9000" }
            inside { type = memory }
          }
          pipeline = [{ stage = drop }]
        }
        """;

    private static final String FULL = """
        nic = eth7
        millrace {
          engine {
            mode = inline, ring-size = 1024, wait-strategy = blocking, idle = wait, on-error = stop
            drain-timeout = 250ms, stuck-after = 500ms, state-dir = "/var/lib/gateway"
            cpus { poller = 2, stages = [3, 5] }
            uring { min-wait = 300us
              submission = 512, completion = 1024, sqpoll = on, sqpoll-cpu = 4, sqpoll-idle = 20ms, busy-poll = 50us
            }
          }
          leases { max = 16, track = on }
          ports {
            ingress {
              type = af-xdp
              interface = ${nic}
              queues = [2, 0]
              attach = native
              copy = zero-copy
              require = zero-copy
              need-wakeup = off
              headroom = 128
              busy-poll {
                mode = on, time = 50us, budget = 8, defer-hard-irqs = 2, gro-flush-timeout = 200us
              }
              frames = 1024
              frame-size = 4KiB, multi-buffer = on
              rings { rx = 256, tx = 128, fill = 512, completion = 64 }
              batch = 32, early-drop = off, partial-checksums = leave
              huge-pages = off, metadata = [vlan, timestamp], on-link-loss = stop, tx-metadata = [checksum, timestamp]
              accept = ["udp dst port 9000-9010", "ip  dst net 239.1.0.0/16 udp"]
            }
            egress { type = af-xdp, interface = eth8, queues = all }
          }
          pipeline = [
            { stage = count }
            [{ stage = count }, { class = com.acme.Decode, config { depth = 5, "quoted key" = ["a", 1.5] } }]
            { stage = count, name = last }
            { stage = forward, to = egress }
          ]
        }
        """;

    private static final String DEFAULT_ENGINE = """
        mode=PIPELINED
        ring-size=16384
        wait-strategy=YIELDING
        idle=BACKOFF
        pollers=ONE
        stages=PER_POLLER
        on-error=CONTINUE
        drain-timeout=5000000000
        stuck-after=5000000000
        state-dir=/run/millrace
        cpus.poller=Optional.empty
        cpus.pollers=[]
        cpus.stages=[]
        uring.submission=1024
        uring.completion=8192
        uring.sqpoll=false
        uring.sqpoll-cpu=Optional.empty
        uring.sqpoll-idle=1000000000
        uring.busy-poll=0
        uring.min-wait=0
        """;
    private static final String DEFAULT_PORT = """
        interface=eth1
        queues=[0]
        attach=AUTO
        copy=AUTO
        require=NONE
        need-wakeup=true
        frames=8192
        frame-size=2048
        headroom=0
        chunks=ALIGNED
        umem=Optional.empty
        multi-buffer=false
        batch=64
        early-drop=true
        huge-pages=AUTO
        metadata=[]
        tx-metadata=[]
        partial-checksums=AUTO
        accept=[]
        on-link-loss=WAIT
        rings.rx=2048
        rings.tx=2048
        rings.fill=4096
        rings.completion=2048
        busy-poll.mode=false
        busy-poll.time=20000
        busy-poll.budget=64
        busy-poll.defer-hard-irqs=Optional.empty
        busy-poll.gro-flush-timeout=Optional.empty
        encapsulate=Optional.empty
        """;
    private static final String FULL_ENGINE = """
        mode=INLINE
        ring-size=1024
        wait-strategy=BLOCKING
        idle=WAIT
        pollers=ONE
        stages=PER_POLLER
        on-error=STOP
        drain-timeout=250000000
        stuck-after=500000000
        state-dir=/var/lib/gateway
        cpus.poller=Optional[2]
        cpus.pollers=[]
        cpus.stages=[3, 5]
        uring.submission=512
        uring.completion=1024
        uring.sqpoll=true
        uring.sqpoll-cpu=Optional[4]
        uring.sqpoll-idle=20000000
        uring.busy-poll=50000
        uring.min-wait=300000
        """;
    private static final String FULL_PORT = """
        interface=eth7
        queues=[0, 2]
        attach=NATIVE
        copy=ZERO_COPY
        require=ZERO_COPY
        need-wakeup=false
        frames=1024
        frame-size=4096
        headroom=128
        chunks=ALIGNED
        umem=Optional.empty
        multi-buffer=true
        batch=32
        early-drop=false
        huge-pages=OFF
        metadata=[TIMESTAMP, VLAN]
        tx-metadata=[TIMESTAMP, CHECKSUM]
        partial-checksums=LEAVE
        accept=[udp dst port 9000-9010, ip dst net 239.1.0.0/16 udp]
        on-link-loss=STOP
        rings.rx=256
        rings.tx=128
        rings.fill=512
        rings.completion=64
        busy-poll.mode=true
        busy-poll.time=50000
        busy-poll.budget=8
        busy-poll.defer-hard-irqs=Optional[2]
        busy-poll.gro-flush-timeout=Optional[200000]
        encapsulate=Optional.empty
        """;

    @Test
    void shouldFillInDefaults() {
        EngineConfig config = EngineConfig.parse(LEAST);
        assertEquals(DEFAULT_ENGINE.lines().toList(), SettingsText.of(config.engine()));
        assertEquals(List.of("max=256", "track=false"), SettingsText.of(config.leases()));
        PortSettings port = config.ports().getFirst();
        assertEquals(1, config.ports().size());
        assertEquals("ingress", port.name());
        assertEquals("af-xdp", port.type().name());
        assertEquals(DEFAULT_PORT.lines().toList(), SettingsText.of(port.settings()));
        assertEquals("config", config.origin());
    }

    @Test
    void shouldReadEveryKey() {
        EngineConfig config = EngineConfig.parse(FULL);
        assertEquals(FULL_ENGINE.lines().toList(), SettingsText.of(config.engine()));
        assertEquals(List.of("max=16", "track=true"), SettingsText.of(config.leases()));
        assertEquals(List.of("ingress", "egress"), config.portNames());
        assertEquals(
                FULL_PORT.lines().toList(),
                SettingsText.of(config.ports().getFirst().settings()));
        assertEquals("all", SettingsText.value(config.ports().get(1), "queues").toString());
    }

    @Test
    void shouldReadThePipelineInOrderAndNameItsStages() {
        List<StageGroup> pipeline = EngineConfig.parse(FULL).pipeline();
        assertEquals(
                List.of("count", "count-2", "Decode", "last", "forward"),
                pipeline.stream()
                        .flatMap(group -> group.stages().stream())
                        .map(StageSpec::name)
                        .toList());
        assertEquals(
                List.of(1, 2, 1, 1),
                pipeline.stream().map(group -> group.stages().size()).toList());
        StageSpec decode = pipeline.get(1).stages().get(1);
        assertEquals("com.acme.Decode", decode.className());
        assertEquals(ConfigFactory.parseString("depth = 5, \"quoted key\" = [a, 1.5]"), decode.config());
        StageSpec forward = pipeline.get(3).stages().getFirst();
        assertEquals("forward", forward.kind());
        assertEquals(ConfigFactory.parseString("to = egress"), forward.config());
        assertEquals("config:38", forward.line().toString());
    }

    @Test
    void shouldNotGiveAStageTheNameOfALaterOne() {
        EngineConfig config = EngineConfig.parse(LEAST.replace(
                "[{ stage = drop }]",
                "[{ stage = count }, { stage = count }, { stage = drop, name = count-2 }, { class = \"a.B$count\" }]"));
        assertEquals(
                List.of("count", "count-3", "count-2", "count-4"),
                config.pipeline().stream()
                        .map(group -> group.stages().getFirst().name())
                        .toList());
    }

    @Test
    void shouldMakeStages() {
        EngineConfig config = EngineConfig.parse(FULL);
        assertInstanceOf(
                CountStage.class, config.pipeline().get(0).stages().getFirst().newStage());
        assertInstanceOf(
                ForwardStage.class, config.pipeline().get(3).stages().getFirst().newStage());
    }

    @Test
    void shouldNameTheLineOfAStageThatCannotBeLoaded() {
        StageSpec decode = EngineConfig.parse(FULL).pipeline().get(1).stages().get(1);
        String problem = "config:36: class com.acme.Decode is not on the class path; add its jar, with "
                + "MILLRACE_CLASSPATH=JAR for harness/millrace or -cp for java";
        assertEquals(
                problem, assertThrows(ConfigException.class, decode::newStage).getMessage());
        assertEquals(
                problem,
                assertThrows(ConfigException.class, decode::requireLoadable).getMessage());
    }

    @Test
    void shouldReadAnEqualConfigFromARenderedOne() {
        for (String text : List.of(LEAST, EVERY_TYPE, FULL)) {
            EngineConfig config = EngineConfig.parse(text);
            EngineConfig again = EngineConfig.parse(config.render());
            assertEquals(config, again);
            assertEquals(config.hashCode(), again.hashCode());
            assertEquals(config.render(), again.render());
        }
    }

    @Test
    void shouldRenderEveryKey() {
        String rendered = EngineConfig.parse(EVERY_TYPE).render();
        for (ValueKey<?> key : ConfigReferenceTest.everyKey()) {
            assertTrue(rendered.contains(" " + key.name() + " = "), key.name() + " is missing in\n" + rendered);
            assertTrue(
                    key.isRequired() || rendered.contains(" " + key.name() + " = " + key.defaultText()),
                    key.name() + " is not " + key.defaultText() + " in\n" + rendered);
        }
    }

    @Test
    void shouldTellConfigsApart() {
        assertNotEquals(EngineConfig.parse(LEAST), EngineConfig.parse(LEAST.replace("eth1", "eth2")));
        assertNotEquals(EngineConfig.parse(LEAST), EngineConfig.parse(LEAST.replace("drop", "count")));
    }

    @ParameterizedTest
    @CsvSource({"engine.mode, inline", "millrace.engine.mode, inline", "engine.mode, '\"inline\"'"})
    void shouldLetOverridesWin(String path, String value, @TempDir final Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a.conf"), LEAST);
        assertEquals(
                Mode.INLINE,
                EngineConfig.load(file, Map.of(path, value)).engine().get(EngineKeys.MODE));
    }

    @Test
    void shouldTakeListsAndSeveralOverridesAndResolveThemAgainstTheFile(@TempDir final Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a.conf"), "nic = eth3\n" + LEAST);
        Map<String, String> overrides = new LinkedHashMap<>();
        overrides.put("pipeline", "[{ stage = reflect }, { stage = forward, to = ingress }]");
        overrides.put("ports.ingress.rings.rx", "128");
        overrides.put("ports.ingress.interface", "${nic}");
        overrides.put("ports.ingress.accept", "[\"udp dst port 9000\"]");
        EngineConfig config = EngineConfig.load(file, overrides);
        PortSettings port = config.ports().getFirst();
        assertEquals(2, config.pipeline().size());
        assertEquals(128, SettingsText.value(port, "rings.rx"));
        assertEquals("eth3", SettingsText.value(port, "interface"));
        assertEquals(1, ((List<?>) SettingsText.value(port, "accept")).size());
        assertEquals(file.toString(), config.origin());
        assertEquals(file + ":3", port.line().toString());
    }

    @Test
    void shouldNameTheOverrideThatIsWrong(@TempDir final Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a.conf"), LEAST);
        assertEquals(
                "--set engine.mod: unknown key 'mod' in engine; did you mean 'mode'?",
                problem(file, "engine.mod", "inline"));
        assertEquals(
                "--set engine.mode: engine.mode is 'in=line{', which is not one of its values; "
                        + "did you mean 'inline'?",
                problem(file, "engine.mode", "in=line{"));
        assertEquals(
                "--set engine.ring-size: engine.ring-size is ''; write a power of two, 2 to 4194304",
                problem(file, "engine.ring-size", ""));
        assertEquals(
                "--set engine..mode: a key with a . at its start, its end or before another; remove the .",
                problem(file, "engine..mode", "inline"));
        assertEquals(
                "--set : a key with a . at its start, its end or before another; remove the .",
                problem(file, "", "inline"));
    }

    private static String problem(Path file, String path, String value) {
        return assertThrows(ConfigException.class, () -> EngineConfig.load(file, Map.of(path, value)))
                .getMessage();
    }

    @Test
    void shouldNameTheFileThatCannotBeRead(@TempDir final Path folder) throws Exception {
        assertEquals(
                folder + "/no.conf: no such file; give the path of a config file",
                assertThrows(ConfigException.class, () -> EngineConfig.load(folder.resolve("no.conf"), Map.of()))
                        .getMessage());
        Path loop = folder.resolve("loop.conf");
        Files.createSymbolicLink(loop, loop.getFileName());
        assertEquals(
                loop + ": is out of reach: a folder on its path that this user may not enter, or a link to itself; give"
                        + " the path of a config file",
                assertThrows(ConfigException.class, () -> EngineConfig.load(loop, Map.of()))
                        .getMessage());
        assertEquals(
                folder + ": is not a file; give the path of a config file",
                assertThrows(ConfigException.class, () -> EngineConfig.load(folder, Map.of()))
                        .getMessage());
    }

    @Test
    void shouldReadIncludedFilesAndNameThemInProblems(@TempDir final Path folder) throws Exception {
        Files.writeString(folder.resolve("port.conf"), "type = af-xdp\ninterface = eth1\nframes = 1");
        Path file = Files.writeString(folder.resolve("a.conf"), """
            millrace {
              ports { ingress { include "port.conf" } }
              pipeline = [{ stage = drop }]
            }
            """);
        String problem = assertThrows(ConfigException.class, () -> EngineConfig.load(file, Map.of()))
                .getMessage();
        assertEquals(
                folder + "/port.conf:3: ports.ingress.frames is 1, less than 2; use a whole number, 2 to 4194304",
                problem);
    }

    @Test
    void shouldTakeValuesFromTheEnvironmentAndNameTheBlockThatTheyStandIn() {
        String missing = LEAST.replace("eth1", "eth1\n frames = ${?MILLRACE_IS_NOT_SET}");
        assertEquals(EngineConfig.parse(LEAST), EngineConfig.parse(missing));
        String path = System.getenv("PATH");
        String problem = assertThrows(
                        ConfigException.class,
                        () -> EngineConfig.parse(LEAST.replace("eth1", "eth1\n frames = ${PATH}")))
                .getMessage();
        assertEquals(
                "config:2: ports.ingress.frames is " + ValueText.quoted(path) + "; write a whole number, 2 to 4194304",
                problem);
    }

    @ParameterizedTest
    @CsvSource({
        "frames, '\"4096\"'",
        "frames, 4096.0",
        "frames, 4.096e3",
        "frames, '\"+4096\"'",
        "frame-size, 2048",
        "frame-size, 4KiB",
        "frame-size, 4096B",
        "frame-size, '\"2 KiB\"'",
        "huge-pages, true",
        "huge-pages, false",
        "queues, [7]",
        "accept, []",
        "batch, 1"
    })
    void shouldTakeOtherWaysToWriteAValue(String key, String value) {
        EngineConfig.parse(LEAST.replace("eth1", "eth1\n " + key + " = " + value));
    }

    @ParameterizedTest
    @CsvSource({"1ms, 1000000", "1.5s, 1500000000", "10m, 600000000000", "20000us, 20000000", "10 s, 10000000000"})
    void shouldReadDurations(String text, long expectedNs) {
        String config = LEAST.replace("ports {", "engine.drain-timeout = " + text + "\n ports {");
        assertEquals(expectedNs, EngineConfig.parse(config).engine().get(EngineKeys.DRAIN_TIMEOUT));
        assertEquals(
                EngineConfig.parse(config),
                EngineConfig.parse(EngineConfig.parse(config).render()));
    }

    @ParameterizedTest
    @CsvSource({"on, true", "off, false", "true, true", "false, false"})
    void shouldReadSwitches(String text, boolean expected) {
        assertEquals(
                expected,
                EngineConfig.parse(LEAST.replace("ports {", "leases.track = " + text + "\n ports {"))
                        .leases()
                        .get(LeaseKeys.TRACK));
    }

    @Test
    void shouldTreatNullAsNotSet() {
        assertEquals(EngineConfig.parse(LEAST), EngineConfig.parse(LEAST.replace("eth1", "eth1\n frames = null")));
    }

    @Test
    void shouldKeepPortsInTheOrderOfTheFile() {
        EngineConfig config = EngineConfig.parse("""
            millrace {
              ports {
                zebra { type = af-xdp, interface = a0 }
                ant { type = af-xdp, interface = b0 }
                mole { type = af-xdp, interface = c0 }
              }
              pipeline = [{ stage = drop }]
            }
            """);
        assertEquals(
                List.of("zebra", "ant", "mole"),
                config.ports().stream().map(PortSettings::name).toList());
    }
}
