package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ContendersTest {
    private static final Path LAB = Path.of("").toAbsolutePath();

    private static Task task(Suite suite, Mode mode) {
        return new Task(suite, mode, "right0", 2, 64, "10.99.0.2", 3, 1, List.of(4, 5), Path.of("folder"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveTheEngineFirstAndNameEveryContendersSettings(Family family) {
        Contenders contenders = new Contenders(family, LAB);
        assertEquals("engine", contenders.names().getFirst());
        List<Contender> all = contenders.of(contenders.names());
        assertEquals(contenders.names(), all.stream().map(Contender::name).toList());
        for (Contender contender : all) {
            assertFalse(contender.settings(Mode.BUSY).isEmpty());
            assertEquals(contender.name().endsWith("-gso"), contender.takesMerged());
        }
    }

    @Test
    void shouldGiveEachItsOwnNameWhenOneComesAgain() {
        List<Contender> chosen = new Contenders(Family.UDP, LAB).of(List.of("nio", "c-mmsg", "nio", "nio"));
        assertEquals(
                List.of("nio", "c-mmsg", "nio again", "nio again again"),
                chosen.stream().map(Contender::name).toList());
    }

    @Test
    void shouldSayWhoThereIsForAnotherName() {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> new Contenders(Family.TCP, LAB).of(List.of("engine", "c-mmsg")));
        assertTrue(
                failure.getMessage().startsWith("'c-mmsg' is no contender; choose from engine, engine-zc, c-epoll"),
                failure.getMessage());
    }

    @Test
    void shouldDescribeTheEnginesUdpPort() {
        Config config = engine(Family.UDP, "engine", task(Suite.UDP_SINK, Mode.WAIT));
        assertEquals("wait", config.getString("engine.idle"));
        assertEquals(3, config.getInt("engine.cpus.poller"));
        assertEquals("udp", config.getString("ports.in.type"));
        assertEquals("10.99.0.2:9000", config.getString("ports.in.bind"));
        assertEquals(1024, config.getInt("ports.in.buffers"));
        assertEquals(4096, config.getInt("ports.in.frames"));
        assertFalse(config.hasPath("ports.in.gro"));
        assertEquals("drop", config.getConfigList("pipeline").get(1).getString("stage"));
    }

    @Test
    void shouldDescribeTheEnginesUdpPortForMergedDatagrams() {
        Config port = engine(Family.UDP, "engine-gso", task(Suite.UDP_ECHO, Mode.BUSY))
                .getConfig("ports.in");
        assertTrue(port.getBoolean("gro") && port.getBoolean("gso"));
        assertEquals(128 << 10, port.getMemorySize("frame-size").toBytes());
        assertEquals(512, port.getInt("frames"));
        assertEquals(256, port.getInt("buffers"));
    }

    @Test
    void shouldDescribeTheEnginesTcpPort() {
        Config config = engine(Family.TCP, "engine", task(Suite.TCP_ECHO_64X1, Mode.BUSY));
        assertEquals("busy-spin", config.getString("engine.idle"));
        assertEquals("tcp", config.getString("ports.in.type"));
        assertEquals("in", config.getConfigList("pipeline").get(1).getString("to"));
    }

    @ParameterizedTest
    @CsvSource({"1,'count,count,reflect,forward'", "2,'count,count,reflect;forward'", "3,'count,count;reflect;forward'"
    })
    void shouldSpreadTheSameStagesOverThreads(int threads, String expected) {
        Config config = engine(Family.AF_XDP, "engine-" + threads + "s", task(Suite.AFXDP_REFLECT, Mode.BUSY));
        assertEquals("pipelined", config.getString("engine.mode"));
        List<String> stages = config.getConfigList("pipeline").stream()
                .map(stage -> stage.hasPath("stage")
                        ? stage.getString("stage")
                        : String.join(",", stage.getStringList("config.stages")))
                .toList();
        assertEquals(expected, String.join(";", stages));
    }

    @Test
    void shouldGiveStageThreadsACpuEachOrElseTheReceivers() {
        Config alone = engine(Family.AF_XDP, "engine-2s", task(Suite.AFXDP_RX, Mode.BUSY))
                .getConfig("engine");
        assertEquals(List.of(4, 5), alone.getIntList("cpus.stages"));
        assertEquals("busy-spin", alone.getString("wait-strategy"));
        Config shared = engine(
                        Family.AF_XDP,
                        "engine-3s",
                        new Task(
                                Suite.AFXDP_RX,
                                Mode.BUSY,
                                "right0",
                                0,
                                64,
                                "10.99.0.2",
                                3,
                                1,
                                List.of(4, 5),
                                Path.of("folder")))
                .getConfig("engine");
        assertEquals(List.of(3), shared.getIntList("cpus.stages"));
        assertEquals("yielding", shared.getString("wait-strategy"));
        assertEquals("backoff", shared.getString("idle"));
    }

    @Test
    void shouldPutStageThreadsOnTheSendersCpuWhereThatIsMeasured() {
        Config beside = engine(Family.AF_XDP, Contenders.BESIDE_SENDER, task(Suite.AFXDP_PACED, Mode.BUSY))
                .getConfig("engine");
        assertEquals(List.of(1), beside.getIntList("cpus.stages"));
        assertEquals(3, beside.getInt("cpus.poller"));
        assertEquals("busy-spin", beside.getString("idle"));
    }

    @Test
    void shouldTakeWhatTestpmdCountedForItsPort() {
        Contender dpdk = new Contenders(Family.AF_XDP, LAB).of(List.of("dpdk")).getFirst();
        List<String> told = dpdk.translated(List.of(
                "Stopping",
                "  RX-packets: 12    RX-dropped: 3    RX-total: 15",
                "  TX-packets: 10    TX-dropped: 2    TX-total: 12",
                "  +++ Accumulated +++",
                "  RX-packets: 99    RX-dropped: 3    RX-total: 99",
                "  TX-packets: 98    TX-dropped: 2    TX-total: 98"));
        assertEquals(
                new Contender.Counts(12, 10, Contender.UNKNOWN, 2, 12),
                dpdk.counts(Suite.AFXDP_REFLECT, ConfigFactory.parseString(told.getLast())));
        assertEquals(List.of(), dpdk.translated(List.of("Cause: Creation of mbuf pool failed")));
    }

    private static Config engine(Family family, String name, Task task) {
        EngineContender engine =
                (EngineContender) new Contenders(family, LAB).of(List.of(name)).getFirst();
        return ConfigFactory.parseString(engine.config(task)).getConfig("millrace");
    }

    @Test
    void shouldCountWhatTheEngineDidNotSendBackWhateverTheReason() {
        Config json = ConfigFactory.parseString("{ports:{in:{rx_frames:10,tx_frames:7,kernel:{rx_dropped:4},"
                + "dropped:{by_stage:0,tx_full:2,invalid:1}}}}");
        assertEquals(
                new Contender.Counts(10, 7, 4, 3, 10),
                new EngineContender("engine", EngineVariant.PLAIN).counts(Suite.UDP_ECHO, json));
        assertEquals(
                new Contender.Counts(10, 7, 4, 3, Contender.UNKNOWN),
                new EngineContender("engine-gso", EngineVariant.GSO).counts(Suite.UDP_ECHO, json));
    }

    @Test
    void shouldStartPeersWithWorkModeAndPlace() {
        assertEquals(
                List.of("udp-mmsg", "sink", "busy", "10.99.0.2", "9000", "gso"),
                Peers.udp(true).command(Path.of("udp-mmsg"), task(Suite.UDP_SINK, Mode.BUSY)));
        assertEquals(
                List.of("tcp-epoll", "wait", "10.99.0.2", "9000"),
                Peers.tcp(Path.of("tcp-epoll"), task(Suite.TCP_ECHO_64X1, Mode.WAIT)));
    }

    @Test
    void shouldRefuseToStartAPeerThatWasNotBuilt() {
        Contender peer = new Contenders(Family.UDP, LAB).of(List.of("c-mmsg")).getFirst();
        assertThrows(IllegalStateException.class, () -> peer.command(task(Suite.UDP_SINK, Mode.BUSY)));
    }
}
