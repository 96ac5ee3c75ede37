package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.command.CommandTrial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code run} says of TCP ports that can't be: one line, what is wrong and what to do, and an exit code. */
class TcpRunTest {
    private final CommandTrial trial = new CommandTrial();

    @TempDir
    private Path folder;

    private int run(String port, String pipeline) throws IOException {
        Path config = Files.writeString(
                folder.resolve("engine.conf"),
                "millrace {\n ports { orders { " + port + " } }\n pipeline = [ " + pipeline + " ]\n}\n");
        return trial.execute(
                "run",
                config.toString(),
                "--duration",
                "300ms",
                "--json",
                folder.resolve("run.json").toString());
    }

    @Test
    void shouldNameAddressThatIsInUse() throws IOException {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + owner.getLocalPort();
            assertEquals(3, run("type = tcp, bind = \"" + address + "\"", "{ stage = drop }"));
            trial.assertOneErrorLine("orders", address, "EADDRINUSE", "ss -l");
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
        assertEquals(code, run(port, pipeline), trial::err);
        trial.assertOneErrorLine(problem);
    }

    @Test
    void shouldRunAndReportConnections() throws IOException {
        assertEquals(0, run("type = tcp, bind = \"127.0.0.1:0\"", "{ stage = forward, to = orders }"), trial::err);
        String json = Files.readString(folder.resolve("run.json"));
        for (String key : new String[] {"\"type\":\"tcp\"", "\"accepted\"", "\"closed\"", "\"failed\"", "\"gone\""}) {
            assertTrue(json.replace(" ", "").contains(key), json);
        }
    }
}
