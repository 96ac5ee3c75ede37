package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Millrace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What {@code run} says of TCP ports that can't be: one line, what is wrong and what to do, and an exit code. */
class TcpRunTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String port, String pipeline) throws IOException {
        Path config = Files.writeString(
                folder.resolve("engine.conf"),
                "millrace {\n ports { orders { " + port + " } }\n pipeline = [ " + pipeline + " ]\n}\n");
        CommandLine line = Millrace.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(
                "run",
                config.toString(),
                "--duration",
                "300ms",
                "--json",
                folder.resolve("run.json").toString());
    }

    private void assertOneErrorLine(String... fragments) {
        String text = err.toString();
        assertTrue(text.startsWith("millrace: "), text);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.contains("; "), "says what to do: " + text);
        for (String fragment : fragments) {
            assertTrue(text.contains(fragment), text);
        }
    }

    @Test
    void shouldNameAddressThatIsInUse() throws IOException {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + owner.getLocalPort();
            assertEquals(3, run("type = tcp, bind = \"" + address + "\"", "{ stage = drop }"));
            assertOneErrorLine("orders", address, "EADDRINUSE", "ss -l");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "3; type = tcp, bind = \"192.0.2.1:9000\"; { stage = drop }; EADDRNOTAVAIL",
                "2; type = tcp, bind = \"127.0.0.1:0\", connect = \"127.0.0.1:9\"; { stage = drop }; keep one of them",
                "2; type = tcp; { stage = drop }; has neither bind nor connect",
                "2; type = tcp, bind = \"localhost:9000\"; { stage = drop }; ports.orders.bind",
                "2; type = tcp, bind = \"127.0.0.1:0\", low-water = 2MiB; { stage = drop }; not less than high-water",
                "2; type = tcp, bind = \"127.0.0.1:0\", buffers = 4096; { stage = drop }; set buffers to",
                "2; type = udp, bind = \"127.0.0.1:0\"; { stage = frame-by-length }; no port has a byte stream to cut",
                "2; type = tcp, bind = \"127.0.0.1:0\"; { stage = count }, { stage = frame-by-length }; move it to"
                        + " the start"
            })
    void shouldRefuseWhatCannotBe(int code, String port, String pipeline, String problem) throws IOException {
        assertEquals(code, run(port, pipeline), err::toString);
        assertOneErrorLine(problem);
    }

    @Test
    void shouldRunAndReportConnections() throws IOException {
        assertEquals(0, run("type = tcp, bind = \"127.0.0.1:0\"", "{ stage = forward, to = orders }"), err::toString);
        String json = Files.readString(folder.resolve("run.json"));
        for (String key : new String[] {"\"type\":\"tcp\"", "\"accepted\"", "\"closed\"", "\"failed\"", "\"gone\""}) {
            assertTrue(json.replace(" ", "").contains(key), json);
        }
    }
}
