package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.EnginePort;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Accept rules that change under traffic: no frame is lost, or goes where neither the old nor the new rules send it.
 */
@RootOnly
@Timeout(120)
class AcceptChangeTest {
    private static final int BOTH = 9_001;
    private static final int OLD = 9_002;
    private static final int NEW = 9_003;
    private static final int NEITHER = 9_004;
    private static final String[] OLD_RULES = {"udp dst port 9001-9002"};
    private static final String[] NEW_RULES = {"udp dst port 9001", "udp dst port 9003"};
    private static final int CHANGES = 60;

    private static String config(String engine, String port) {
        return Rig.config(engine, port + ", accept = [\"" + OLD_RULES[0] + "\"]", "{ stage = drop }");
    }

    @ParameterizedTest
    @CsvSource({"inline, native, 1", "pipelined, native, 4", "inline, skb, 1"})
    void shouldMisdirectAndLoseNothingWhileRulesChange(String mode, String attach, int queues) {
        try (Rig rig = Rig.create(queues);
                Flows flows = new Flows(rig.pair(), BOTH, OLD, NEW, NEITHER)) {
            Engine engine = rig.start(
                    config("mode = " + mode, "attach = " + attach + ", queues = all, frames = 16384"), "flows", flows);
            EnginePort port = engine.port("p");
            flows.start();
            for (int i = 0; i < CHANGES; i++) {
                port.accept(i % 2 == 0 ? NEW_RULES : OLD_RULES);
                int before = flows.to(BOTH).sent();
                Await.until("traffic", () -> flows.to(BOTH).sent() > before + 50);
            }
            flows.stop();
            engine.close();

            assertEquals(0, flows.to(BOTH).atKernel(), "accepted throughout");
            assertEquals(0, flows.to(NEITHER).atEngine(), "left alone throughout");
            assertTrue(flows.to(OLD).atKernel() > 0 && flows.to(OLD).atEngine() > 0, "by turns");
            assertTrue(flows.to(NEW).atKernel() > 0 && flows.to(NEW).atEngine() > 0, "by turns");
            Accounts.assertHome(engine.statistics());
            PortStatistics last = Rig.port(engine);
            int atEngine = flows.to(BOTH).atEngine()
                    + flows.to(OLD).atEngine()
                    + flows.to(NEW).atEngine();
            assertEquals(atEngine, AfXdpStatistics.of(last).matched(), last::toString);
            assertEquals(atEngine, last.get(PortCounter.RX_FRAMES), last::toString);
            assertEquals(0, engine.statistics().stages().getFirst().errors(), "in the stage");
        }
    }

    @Test
    void shouldFollowTheNewRulesFromTheReturnOfTheCallOn() {
        try (Rig rig = Rig.create();
                Flow flow = new Flow(rig.pair(), OLD)) {
            Engine engine = rig.start(config("mode = inline", "batch = 64"));
            EnginePort port = engine.port("p");
            for (int i = 0; i < 50; i++) {
                port.accept(NEW_RULES);
                flow.send();
                int atKernel = i + 1;
                Await.until("at the kernel", () -> flow.atKernel() == atKernel);
                port.accept(OLD_RULES);
                flow.send();
                Await.until("at the engine", () -> port.statistics().get(PortCounter.RX_FRAMES) == atKernel);
            }
            assertEquals(50, flow.atKernel());
        }
    }

    @Test
    void shouldKeepTheOldRulesWhenTheNewOnesCanNotBe() {
        List<String> tooMany = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) {
            tooMany.add("udp dst port " + i);
            tooMany.add("udp dst host 10.0." + i / 250 + "." + i % 250);
        }
        tooMany.add("dst net 10.0.0.0/8 dst port 0-7000");
        try (Rig rig = Rig.create();
                Flow flow = new Flow(rig.pair(), OLD)) {
            Engine engine = rig.start(config("mode = inline", "batch = 64"));
            EnginePort port = engine.port("p");
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> port.accept(tooMany));
            assertTrue(e.getMessage().contains("12001 rules need more than"), e::getMessage);
            assertThrows(IllegalArgumentException.class, () -> port.accept("udp dst prot 9000"));
            assertEquals(List.of(OLD_RULES), port.accepted());
            flow.send();
            Await.until("at the engine", () -> port.statistics().get(PortCounter.RX_FRAMES) == 1);
        }
    }

    @Test
    void shouldSayWhoMayChangeRulesAndWhen() {
        try (Rig rig = Rig.create();
                Flow flow = new Flow(rig.pair(), OLD)) {
            AtomicReference<Engine> engine = new AtomicReference<>();
            AtomicReference<Exception> refusal = new AtomicReference<>();
            engine.set(rig.start(config("mode = inline", "batch = 64"), Map.of("changes", frame -> {
                try {
                    engine.get().port("p").accept();
                } catch (IllegalStateException e) {
                    refusal.set(e);
                }
            })));
            IllegalArgumentException noPort = assertThrows(
                    IllegalArgumentException.class, () -> engine.get().port("q"));
            assertEquals("there is no port q; the engine has p", noPort.getMessage());
            flow.send();
            Await.until("refused", () -> refusal.get() != null);
            assertTrue(refusal.get().getMessage().contains("mr-poller is the engine's own"), refusal.get()::getMessage);
            EnginePort port = engine.get().port("p");
            engine.get().close();
            assertThrows(IllegalStateException.class, () -> port.accept(NEW_RULES));
            assertEquals(List.of(OLD_RULES), port.accepted());
            assertEquals(1, port.statistics().get(PortCounter.RX_FRAMES));
        }
    }

    @Test
    void shouldStopInOrderWhileRulesChange() throws Exception {
        try (Rig rig = Rig.create()) {
            for (int round = 0; round < 5; round++) {
                Engine engine = rig.start(config("mode = inline", "batch = 64"));
                EnginePort port = engine.port("p");
                CompletableFuture<Integer> changes = Await.background(() -> {
                    int made = 0;
                    try {
                        while (true) {
                            port.accept(made++ % 2 == 0 ? NEW_RULES : OLD_RULES);
                        }
                    } catch (IllegalStateException e) {
                        return made; // the engine has been closed
                    }
                });
                Await.until("changing", () -> !port.accepted().equals(List.of(OLD_RULES)) || changes.isDone());
                engine.close();
                assertTrue(changes.get(10, TimeUnit.SECONDS) > 0);
                Accounts.assertHome(engine.statistics());
                assertFalse(rig.right().hasXdpProgram());
            }
        }
    }

    @Test
    void shouldSayThatPortsOfSocketsHaveNoRules() {
        try (Engine engine = Engine.builder(EngineConfig.parse("millrace { ports { u { type = udp,"
                        + " bind = \"127.0.0.1:0\" } }, pipeline = [{ stage = drop }] }"))
                .start()) {
            EnginePort port = engine.port("u");
            assertEquals("u", port.name());
            assertEquals("udp", port.statistics().type());
            assertThrows(UnsupportedOperationException.class, port::accepted);
            assertThrows(UnsupportedOperationException.class, () -> port.accept(NEW_RULES));
        }
    }
}
