package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.cli.Millrace;
import io.millrace.lab.process.Program;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that may open no more descriptors, as an operator sees it. */
@Slow
@Timeout(60)
class TcpDescriptorsTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int DESCRIPTORS = 256;
    private static final int CLIENTS = 300;
    private static final int SIGTERM = 15;

    @TempDir
    private Path folder;

    private final List<Socket> clients = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, HERE)) {
            return free.getLocalPort();
        }
    }

    private ChildJvm start(String port, Path json) throws IOException {
        Path config = Files.writeString(
                folder.resolve("engine.conf"),
                "millrace { engine { idle = wait }, ports {\n" + " p { type = tcp, " + port
                        + " } }\n pipeline = [ { stage = reflect }, { stage = forward, to = p } ] }");
        return ChildJvm.start(
                folder,
                List.of("prlimit", "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS),
                List.of(
                        Millrace.class.getName(),
                        "run",
                        config.toString(),
                        "--interval",
                        "100ms",
                        "--json",
                        json.toString()));
    }

    /** Lets a process open so many, whatever it has open. */
    private static void limit(ChildJvm process, int descriptors) {
        Program.of("prlimit", "--pid", Long.toString(process.pid()), "--nofile=" + descriptors + ":")
                .output("the limit can't be set");
    }

    private void connectAndAsk(int port) throws IOException {
        Socket client = new Socket(HERE, port);
        clients.add(client);
        client.getOutputStream().write(1);
    }

    @Test
    void shouldTellOfClientsThatItCannotAcceptAndAcceptThemLater() throws Exception {
        int port = closedPort();
        Path json = folder.resolve("out.json");
        try (ChildJvm engine = start("bind = \"127.0.0.1:" + port + "\"", json)) {
            engine.awaitLine("running");
            engine.awaitError("connections is 1024, but the process may open " + DESCRIPTORS + " descriptors");
            for (int i = 0; i < CLIENTS; i++) {
                connectAndAsk(port);
            }
            engine.awaitError("port p: connections.accept_failed +");
            engine.awaitLine("waiting EMFILE");
            for (Socket client : clients.subList(0, CLIENTS / 2)) {
                client.close();
            }
            for (Socket client : clients.subList(CLIENTS / 2, CLIENTS)) {
                client.setSoTimeout(20_000);
                assertEquals(1, client.getInputStream().read());
            }
            engine.signal(SIGTERM);
            ChildJvm.Outcome outcome = engine.await();
            assertEquals(0, outcome.code(), outcome::err);
            List<String> told = outcome.err()
                    .lines()
                    .filter(line -> line.contains("accept_failed"))
                    .toList();
            assertTrue(told.getFirst().contains("by EMFILE"), told::toString);
            assertTrue(told.getFirst().contains("raise `ulimit -n`"), told::toString);
            assertTrue(told.size() <= 4, () -> "one every ten seconds, one at the end: " + told);
        }
        Config in = ConfigFactory.parseFile(json.toFile()).getConfig("ports.p");
        assertEquals(CLIENTS, in.getLong("connections.accepted"));
        assertTrue(in.getLong("connections.accept_failed") > 0);
        assertEquals(in.getLong("connections.accept_failed"), in.getLong("errors.accept_failed.EMFILE"));
        assertEquals("stopped", in.getString("connections.state"));
        assertEquals(0, in.getLong("connections.open"));
    }

    @Test
    void shouldTellWhyItCannotTryToConnectAndTryAgain() throws Exception {
        int port = closedPort();
        Path json = folder.resolve("out.json");
        try (ChildJvm engine =
                start("connect = \"127.0.0.1:" + port + "\", reconnect-min = 20ms, reconnect-max = 20ms", json)) {
            engine.awaitLine("running");
            engine.awaitError("by ECONNREFUSED");
            limit(engine, 1); // more would leave those below it that happen to be free
            engine.awaitError("by EMFILE");
            engine.awaitLine("waiting EMFILE");
            limit(engine, DESCRIPTORS);
            try (ServerSocket server = new ServerSocket(port, 8, HERE);
                    Socket peer = server.accept()) {
                peer.getOutputStream().write(1);
                assertEquals(1, peer.getInputStream().read());
                engine.signal(SIGTERM);
                ChildJvm.Outcome outcome = engine.await();
                assertEquals(0, outcome.code(), outcome::err);
                assertTrue(
                        outcome.err()
                                .lines()
                                .anyMatch(line -> line.contains("by EMFILE with 127.0.0.1:" + port)
                                        && line.contains("raise `ulimit -n`")),
                        outcome::err);
            }
        }
        Config out = ConfigFactory.parseFile(json.toFile()).getConfig("ports.p");
        assertTrue(out.getLong("errors.failed.EMFILE") > 0);
        assertEquals(
                out.getLong("connections.attempts"),
                out.getLong("connections.connected")
                        + out.getLong("errors.failed.EMFILE")
                        + out.getLong("errors.failed.ECONNREFUSED"));
    }
}
