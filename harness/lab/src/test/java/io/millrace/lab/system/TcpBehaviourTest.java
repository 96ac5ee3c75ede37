package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A connection on loopback, whose stream is cut into messages by their lengths. */
class TcpBehaviourTest extends PortBehaviour {
    private static final String FRAMER = "{ stage = frame-by-length, size = 2 }, ";

    @Override
    PortBench open() {
        return new Bench();
    }

    /** A message as it is on the wire. */
    private static byte[] message(byte[] payload) {
        return ByteBuffer.allocate(Short.BYTES + payload.length)
                .putShort((short) payload.length)
                .put(payload)
                .array();
    }

    /** With an ordinary client. */
    private static final class Bench implements PortBench {
        private final TcpRig rig = new TcpRig();
        /** The engine sends payloads back without their lengths; a payload's first two bytes are its number. */
        private final Map<Short, Integer> lengths = new HashMap<>();

        private InetSocketAddress server;
        private Socket client;

        @Override
        public Engine start(String engineConfig, Map<String, Stage> stages, String pipeline) {
            Engine engine = rig.start(TcpRig.config(engineConfig, "", FRAMER + pipeline), stages);
            server = TcpRig.address(engine);
            client = rig.add(connected(server));
            return engine;
        }

        private static Socket connected(InetSocketAddress server) {
            try {
                Socket socket = new Socket(server.getAddress(), server.getPort());
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void send(byte[] payload) {
            lengths.put(ByteBuffer.wrap(payload).getShort(), payload.length);
            try {
                client.getOutputStream().write(message(payload));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] receive(long timeoutMs) {
            try {
                client.setSoTimeout((int) timeoutMs);
                byte[] number = client.getInputStream().readNBytes(Short.BYTES);
                int length = lengths.get(ByteBuffer.wrap(number).getShort());
                return ByteBuffer.allocate(length)
                        .put(number)
                        .put(client.getInputStream().readNBytes(length - Short.BYTES))
                        .array();
            } catch (SocketTimeoutException e) {
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Over a connection of its own, until that is closed at either end. */
        @Override
        public AutoCloseable flood() {
            Socket flood = connected(server);
            CompletableFuture<Void> writer = Await.background(() -> {
                byte[] message = message(new byte[100]);
                untilClosed(() -> flood.getOutputStream().write(message));
                return null;
            });
            CompletableFuture<Void> reader = Await.background(() -> {
                byte[] echoes = new byte[64 * 1024];
                untilClosed(() -> {
                    if (flood.getInputStream().read(echoes) < 0) {
                        throw new IOException("the end of the stream");
                    }
                });
                return null;
            });
            return () -> {
                flood.close();
                writer.join();
                reader.join();
            };
        }

        private interface Exchange {
            void run() throws IOException;
        }

        private static void untilClosed(Exchange exchange) {
            boolean open = true;
            while (open) {
                try {
                    exchange.run();
                } catch (IOException e) { // the engine stopped, or the test ended
                    open = false;
                }
            }
        }

        @Override
        public void close() {
            rig.close();
        }
    }
}
