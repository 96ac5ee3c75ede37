package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.ConnectionControl;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.cli.report.StatisticsJson;
import io.millrace.cli.report.TextLines;
import io.millrace.statistics.ConnectionStatistics;
import io.millrace.statistics.ConnectionsState;
import io.millrace.statistics.PortCounter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What statistics and log say of connections: how they stand, and whose doing their end was. */
@Timeout(60)
class TcpStatesTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static ConnectionStatistics connections(Engine engine) {
        return TcpRig.port(engine).connections();
    }

    private static Config json(Engine engine) {
        return ConfigFactory.parseMap(StatisticsJson.toMap(engine.statistics())).getConfig("ports.p.connections");
    }

    private static String statusLine(Engine engine) {
        TextLines lines = new TextLines();
        lines.started(engine.statistics());
        return lines.next(engine.statistics()).lines().toList().getLast();
    }

    @Test
    void shouldTellHowThePortThatConnectsStands() throws IOException {
        int number;
        try (ServerSocket free = new ServerSocket(0, 1, HERE)) {
            number = free.getLocalPort();
        }
        Engine engine = rig.start(TcpRig.config(
                "mode = inline",
                "bind = none, connect = \"127.0.0.1:" + number + "\", reconnect-min = 50ms, reconnect-max = 50ms",
                TcpRig.ECHO));
        Await.until(
                "refused",
                () -> TcpRig.get(engine, PortCounter.FAILED) >= 2
                        && connections(engine).state() == ConnectionsState.WAITING);
        assertEquals("ECONNREFUSED", connections(engine).lastError());
        assertTrue(TcpRig.get(engine, PortCounter.ATTEMPTS) >= 2);
        Await.until("the status line tells", () -> statusLine(engine).endsWith("  0 waiting ECONNREFUSED"));
        try (ServerSocket server = new ServerSocket(number, 10, HERE);
                Socket peer = server.accept()) {
            Await.until(
                    "connected",
                    () -> connections(engine)
                            .equals(new ConnectionStatistics(ConnectionsState.CONNECTED, 1, "ECONNREFUSED")));
            assertEquals("connected", json(engine).getString("state"));
            assertEquals(1, json(engine).getInt("open"));
            assertEquals("ECONNREFUSED", json(engine).getString("last_error"));
            assertEquals(
                    TcpRig.get(engine, PortCounter.FAILED) + 1, json(engine).getLong("attempts"));
            assertTrue(statusLine(engine).endsWith("     1"), () -> statusLine(engine));
            peer.setSoLinger(true, 0);
        }
        Await.until("reset, and refused", () -> connections(engine).state() == ConnectionsState.WAITING);
        TcpRig.closeAndCheck(engine);
        assertEquals(ConnectionsState.STOPPED, connections(engine).state());
        assertEquals(0, connections(engine).open());
        assertEquals(
                TcpRig.get(engine, PortCounter.ATTEMPTS),
                TcpRig.get(engine, PortCounter.CONNECTED)
                        + TcpRig.port(engine).errors().get("failed").get("ECONNREFUSED"));
    }

    @Test
    void shouldCountOpenConnections() throws IOException {
        Engine engine = rig.start(TcpRig.config("mode = inline", "", TcpRig.ECHO));
        assertEquals(new ConnectionStatistics(ConnectionsState.LISTENING, 0, ""), connections(engine));
        List<Socket> clients = List.of(
                new Socket(HERE, TcpRig.address(engine).getPort()),
                new Socket(HERE, TcpRig.address(engine).getPort()),
                new Socket(HERE, TcpRig.address(engine).getPort()));
        Await.until("three", () -> connections(engine).open() == 3);
        clients.get(0).close();
        clients.get(1).setSoLinger(true, 0);
        clients.get(1).close();
        Await.until(
                "one",
                () -> connections(engine)
                        .equals(new ConnectionStatistics(ConnectionsState.LISTENING, 1, "ECONNRESET")));
        clients.get(2).close();
        TcpRig.closeAndCheck(engine);
        assertEquals(0, connections(engine).open());
    }

    /** Ends each connection, with what waits for it, when the first bytes come. */
    private static final class Aborting implements Stage {
        private ConnectionControl connections;

        @Override
        public void configure(StageContext context) {
            connections = context.connections();
        }

        @Override
        public void onFrame(Frame frame) {
            connections.abort(frame.connection().id());
        }
    }

    @Test
    void shouldCallNoFailureWhatTheProgramHasAsked() throws IOException {
        try (LogCapture log = new LogCapture()) {
            Engine engine = rig.start(TcpRig.config("mode = inline", "", TcpRig.ECHO), "aborting", new Aborting());
            Socket client = rig.add(new Socket(HERE, TcpRig.address(engine).getPort()));
            client.getOutputStream().write(1);
            Await.until("aborted", () -> TcpRig.get(engine, PortCounter.ABORTED) == 1);
            assertThrows(SocketException.class, () -> client.getInputStream().read());
            assertEquals(1, TcpRig.get(engine, PortCounter.FAILED));
            assertEquals(Map.of(), TcpRig.port(engine).errors());
            Socket other = new Socket(HERE, TcpRig.address(engine).getPort());
            Await.until("accepted", () -> connections(engine).open() == 1);
            assertEquals("", connections(engine).lastError());
            other.setSoLinger(true, 0);
            other.close();
            Await.until("reset", () -> TcpRig.get(engine, PortCounter.FAILED) == 2);
            TcpRig.closeAndCheck(engine);
            assertEquals(List.of(), log.lines("socket.tx_failed"));
            List<String> told = log.lines("connections.failed");
            assertEquals(1, told.size(), told::toString);
            assertTrue(told.getFirst().contains("+1 (1 in all, the last by ECONNRESET"), told::toString);
            assertEquals(1, TcpRig.get(engine, PortCounter.ABORTED));
        }
    }
}
