package io.millrace.lab.process;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.millrace.HostException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The programs that the engine is measured against, in {@code harness/lab/peers}, each built when it is first needed.
 */
public enum PeerProgram {
    /** AF_XDP, in C on libxdp. */
    XDPSOCK("xdpsock-mini", "gcc, libxdp-dev and libbpf-dev"),
    /** AF_XDP, DPDK's testpmd. */
    DPDK("dpdk", "dpdk-dev"),
    /** A packet socket, in C. */
    AF_PACKET("af-packet", "gcc and libc6-dev"),
    /** UDP, in C on recvmmsg. */
    UDP_MMSG("udp-mmsg", "gcc and libc6-dev"),
    /** UDP, in C on io_uring. */
    UDP_URING("udp-uring", "gcc, libc6-dev and liburing-dev"),
    /** UDP, on the JDK's channels. */
    NIO_UDP("nio-udp", "a whole JDK, with javac"),
    /** UDP and TCP, on Netty. */
    NETTY("netty", "Maven, and see that it reaches its repositories"),
    /** UDP and TCP, in Go. */
    GO("go", "golang-go"),
    /** TCP, in C on epoll. */
    TCP_EPOLL("tcp-epoll", "gcc and libc6-dev"),
    /** TCP, in C on io_uring. */
    TCP_URING("tcp-uring", "gcc, libc6-dev and liburing-dev"),
    /** No peer, but the client of the TCP suites. */
    TCP_CLIENT("tcp-client", "gcc and libc6-dev"),
    /** The micro suite's work on rings, headers and checksums, in C. */
    MICRO("micro", "gcc and libc6-dev");

    private final String folder;
    private final String needs;

    PeerProgram(String folder, String needs) {
        this.folder = folder;
        this.needs = needs;
    }

    /**
     * Builds the program if its sources are newer.
     *
     * @param lab the lab's folder in the source tree
     * @return where the program is: a file of this name, or a folder of classes and jars
     * @throws HostException when it does not build, with what to install
     */
    public Path build(Path lab) throws IOException {
        Path output = Files.createDirectories(lab.resolve("target/peers"));
        // Holds a lock, because another process may be building the same peer: another benchmark, or another JVM of a
        // test run.
        try (FileChannel file = FileChannel.open(output.resolve(".lock"), CREATE, WRITE);
                FileLock _ = file.lock()) {
            return build(lab, output);
        }
    }

    private Path build(Path lab, Path output) {
        String script = lab.resolve("peers").resolve(folder).resolve("build").toString();
        Program.Outcome outcome = Program.of(script, output.toString())
                .with("JAVA_HOME", System.getProperty("java.home"))
                .run();
        if (!outcome.isFine()) {
            throw new HostException("the peer " + folder + " does not build; install " + needs + ": "
                    + firstError(outcome.out().lines().toList()));
        }
        return output.resolve(folder);
    }

    /** Returns the first line of a compiler's output that says what is wrong. */
    static String firstError(List<String> log) {
        return log.stream()
                .filter(line -> line.contains("rror"))
                .findFirst()
                .orElse(log.isEmpty() ? "it does not say why" : log.getLast())
                .strip();
    }
}
