package io.millrace.lab.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.millrace.lab.net.VethPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The running client program, {@code harness/lab/peers/tcp-client}: pinned to one CPU, at the left end of a pair. */
final class TcpClient implements AutoCloseable {
    private static final int END_LIMIT_S = 15;

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private TcpClient(Process process, Path errors) {
        this.process = process;
        this.output = process.inputReader();
        this.errors = errors;
    }

    /** The client's results. Messages and latency are from the measured time, bytes and errors from its whole life. */
    record Result(
            long messages,
            long firstHalfMessages,
            long durationNs,
            Round.Latency latency,
            long sentBytes,
            long receivedBytes,
            long errors) {
        static Result of(Config json) {
            return new Result(
                    json.getLong("messages"),
                    json.getLong("first_half_messages"),
                    json.getLong("duration_ns"),
                    new Round.Latency(
                            json.getLong("p50_ns"),
                            json.getLong("p99_ns"),
                            json.getLong("p999_ns"),
                            json.getLong("max_ns")),
                    json.getLong("tx_bytes"),
                    json.getLong("rx_bytes"),
                    json.getLong("errors"));
        }
    }

    static TcpClient start(Path program, Suite suite, Settings settings, VethPair pair, Path folder) {
        Path errors = folder.resolve("client-stderr.txt");
        List<String> command = List.of(
                "taskset",
                "-c",
                Integer.toString(settings.generatorCpu()),
                program.toString(),
                pair.right().ipv4(),
                Integer.toString(Task.PORT),
                Integer.toString(suite.messageLength()),
                Integer.toString(settings.connectionsOf(suite)),
                Long.toString(settings.warmUpMs()),
                Long.toString(settings.durationMs()));
        return new TcpClient(
                pair.left().namespace().start(new ProcessBuilder(command).redirectError(errors.toFile())), errors);
    }

    CpuUse cpuUse() throws IOException {
        return CpuUse.ofProcess(process.pid());
    }

    /** Waits until the client prints a line. */
    void await(String word) throws IOException {
        String line = output.readLine();
        if (!word.equals(line)) {
            throw new IOException("the client ended, or said '" + line + "', not '" + word + "': " + lastWords());
        }
    }

    /** Waits for the client's end. */
    Result result() throws IOException, InterruptedException {
        String line = output.readLine();
        if (line == null || !process.waitFor(END_LIMIT_S, TimeUnit.SECONDS)) {
            throw new IOException("the client left no result: " + lastWords());
        }
        try {
            return Result.of(ConfigFactory.parseString(line));
        } catch (ConfigException e) {
            throw new IOException("the client's result is not what was expected: " + line, e);
        }
    }

    /** The client's last error message, or "". */
    String lastWords() throws IOException {
        return Files.readString(errors).lines().reduce("", (before, line) -> line);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(END_LIMIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
