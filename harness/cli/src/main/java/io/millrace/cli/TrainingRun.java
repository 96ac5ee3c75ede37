package io.millrace.cli;

import io.millrace.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarFile;

/**
 * The run of which the launcher records a start-up cache: the JVM notes which classes are used and what their call
 * sites link to, and has them ready at the next start. It needs no root and only touches the loopback interface. What
 * the host does not allow, an io_uring for instance, is missing in the cache, which is no failure.
 */
final class TrainingRun {
    private static final String INTERFACE_OF_NOBODY = "mr-training";
    private static final String CONFIG = """
        millrace {
          engine { mode = %s }
          ports { p { %s } }
          pipeline = [ { stage = reflect }, { stage = forward, to = p } ]
        }
        """;
    private static final List<String> MODES = List.of("pipelined", "inline");
    private static final String DURATION = "200ms";
    private static final long LIMIT_NS = TimeUnit.MILLISECONDS.toNanos(2_000);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int PAYLOAD_LENGTH = 64;

    private final Path folder;

    private TrainingRun(Path folder) {
        this.folder = folder;
    }

    /** @param args a folder for its files */
    public static void main(String[] args) throws IOException {
        StandardStreams streams = StandardStreams.install(new String[] {"run"});
        new TrainingRun(Path.of(args[0])).run();
        streams.finish(ExitCode.FINE);
    }

    private void run() throws IOException {
        loadClasses();
        Files.createDirectories(folder);
        for (String mode : MODES) {
            execute(
                    "run",
                    config(mode, "type = af-xdp, accept = all, interface = " + INTERFACE_OF_NOBODY)
                            .toString());
        }
        execute("doctor"); // loads XDP programs, as far as this user may
        runUdp();
        runTcp();
        execute(
                "check",
                config("inline", "type = udp, bind = \"127.0.0.1:9000\"").toString());
    }

    /** Errors only go to the log; some of the runs use a missing interface on purpose. */
    private static void execute(String... command) {
        System.out.println(String.join(" ", command) + ": " + Millrace.execute(command));
    }

    private Path config(String mode, String port) throws IOException {
        return Files.writeString(folder.resolve("training.conf"), String.format(Locale.ROOT, CONFIG, mode, port));
    }

    private void runEngine(String mode, String port) throws IOException {
        execute(
                "run",
                config(mode, port).toString(),
                "--duration",
                DURATION,
                "--json",
                folder.resolve("training.json").toString());
    }

    /**
     * Loads all classes of the engine, because nothing here gets far enough to use those of AF_XDP sockets. Of the
     * bindings, which are many, only those that are used are recorded.
     */
    private static void loadClasses() throws IOException {
        int count = 0;
        CodeSource source = Engine.class.getProtectionDomain().getCodeSource();
        Path folder = Path.of(URI.create(source.getLocation().toString())).getParent();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "millrace-*.jar")) {
            for (Path jar : jars) {
                if (!jar.getFileName().toString().startsWith("millrace-native-")) {
                    count += loadClasses(jar);
                }
            }
        }
        System.out.println("classes of the engine: " + count);
    }

    private static int loadClasses(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            List<String> names = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class") && !name.contains("-"))
                    .toList();
            names.forEach(name -> load(name.replace('/', '.').replaceFirst("\\.class$", "")));
            return names.size();
        }
    }

    private static void load(String className) {
        try {
            Class.forName(className, false, TrainingRun.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            System.out.println("not loaded: " + e);
        }
    }

    private void runUdp() throws IOException {
        InetSocketAddress engine = freeUdpAddress();
        Thread sender = Thread.ofPlatform().daemon().start(() -> sendUdp(engine));
        runEngine(MODES.getFirst(), "type = udp, bind = \"" + text(engine) + "\"");
        sender.interrupt();
    }

    private static void sendUdp(InetSocketAddress engine) {
        try (DatagramSocket socket = new DatagramSocket()) {
            DatagramPacket datagram = new DatagramPacket(new byte[PAYLOAD_LENGTH], PAYLOAD_LENGTH, engine);
            while (!Thread.interrupted()) {
                socket.send(datagram);
                LockSupport.parkNanos(PAUSE_NS);
            }
        } catch (IOException e) {
            System.out.println("no datagrams: " + e);
        }
    }

    private void runTcp() throws IOException {
        InetSocketAddress engine = freeTcpAddress();
        Thread.ofPlatform().daemon().start(() -> sendTcp(engine));
        runEngine(MODES.getLast(), "type = tcp, bind = \"" + text(engine) + "\"");
    }

    private static void sendTcp(InetSocketAddress engine) {
        long deadline = System.nanoTime() + LIMIT_NS;
        while (System.nanoTime() - deadline < 0) {
            try (Socket socket = new Socket(engine.getAddress(), engine.getPort())) {
                while (true) {
                    socket.getOutputStream().write(new byte[PAYLOAD_LENGTH]);
                    socket.getInputStream().readNBytes(PAYLOAD_LENGTH);
                    LockSupport.parkNanos(PAUSE_NS);
                }
            } catch (IOException e) { // not there yet, or no longer there
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    private static InetSocketAddress freeUdpAddress() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress freeTcpAddress() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
