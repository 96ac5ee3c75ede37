package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.Engine;
import io.millrace.EnginePort;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.testing.Slow;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads ask an engine with sockets for everything while another one closes it, and go on afterwards. */
@Slow
@Timeout(60)
class UseWhileClosingTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int ROUNDS = 6;
    private static final int CLIENTS = 8;

    private final TcpRig rig = new TcpRig();
    private volatile boolean asking;

    @AfterEach
    void close() {
        rig.close();
    }

    /** Returns how often it has asked. */
    private long ask(Engine engine, ConcurrentLinkedQueue<Long> ids, int seed) {
        Random random = new Random(seed);
        List<EnginePort> ports = List.of(engine.port("t"), engine.port("c"), engine.port("u"));
        long asked = 0;
        while (asking) {
            engine.statistics();
            ports.forEach(EnginePort::statistics);
            engine.hasHandledFrame();
            Long id = ids.poll();
            if (id != null && random.nextBoolean()) {
                engine.connections().abort(id);
            } else if (id != null) {
                engine.connections().close(id);
            }
            asked++;
        }
        return asked;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined, idle = wait"})
    void shouldStandQuestionsDuringItsClose(String engineConfig) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            ConcurrentLinkedQueue<Long> ids = new ConcurrentLinkedQueue<>();
            Stage notes = new Stage() {
                @Override
                public void onFrame(Frame frame) {
                    ids.add(frame.connection().id());
                }
            };
            try (ServerSocket server = new ServerSocket(0, 8, HERE)) {
                Engine engine = rig.start(
                        "millrace { engine { " + engineConfig + " }, ports {\n"
                                + " t { type = tcp, bind = \"127.0.0.1:0\", frames = 256, buffers = 64 }\n"
                                + " c { type = tcp, connect = \"127.0.0.1:" + server.getLocalPort() + "\", frames = 64,"
                                + " buffers = 16 }\n"
                                + " u { type = udp, bind = \"127.0.0.1:0\", frames = 64, buffers = 16 } }\n"
                                + " pipeline = [ { stage = count } ] }",
                        Map.of("notes", notes));
                for (int i = 0; i < CLIENTS; i++) {
                    Socket client =
                            rig.add(new Socket(HERE, TcpRig.address(engine).getPort()));
                    client.getOutputStream().write(1);
                }
                Await.until("known", () -> ids.size() == CLIENTS);
                asking = true;
                CompletableFuture<Long> first = Await.background(() -> ask(engine, ids, 1));
                CompletableFuture<Long> second = Await.background(() -> ask(engine, ids, 2));
                TcpRig.closeAndCheck(engine);
                asking = false;
                first.get(20, TimeUnit.SECONDS);
                second.get(20, TimeUnit.SECONDS);
                assertEquals(engine.statistics().ports(), engine.statistics().ports());
            }
        }
    }
}
