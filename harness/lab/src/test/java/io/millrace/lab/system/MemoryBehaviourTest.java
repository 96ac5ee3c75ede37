package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.lab.config.Defaults;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.sim.MemoryWire;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A wire of this process, by which datagrams come in Ethernet frames. */
class MemoryBehaviourTest extends PortBehaviour {
    @Override
    PortBench open() {
        return new Bench("");
    }

    /** With a client that makes the frames itself; on a port of kind datagram a frame is the payload. */
    static final class Bench implements PortBench {
        private static final InetAddress CLIENT = InetAddress.ofLiteral("10.0.0.1");
        private static final InetAddress SERVER = InetAddress.ofLiteral("10.0.0.2");
        private static final int HEADERS = 42;

        private final EngineRig rig = new EngineRig() {};
        private final MemoryWire wire = MemoryWire.named("p");
        private final String options;
        private final boolean hasHeaders;

        Bench(String options) {
            this.options = options;
            this.hasHeaders = !options.contains("datagram");
        }

        @Override
        public Engine start(String engineConfig, Map<String, Stage> stages, String pipeline) {
            String port = Defaults.under(options, "type = memory", "ring-size = 512");
            return rig.start(
                    "millrace { engine { " + engineConfig + " }\n ports { p { " + port + " } }\n pipeline = [ "
                            + pipeline + " ] }",
                    stages);
        }

        private byte[] frame(byte[] payload) {
            if (!hasHeaders) {
                return payload;
            }
            byte[] frame = FrameTemplate.udp()
                    .macs("02:00:00:00:00:01", "02:00:00:00:00:02")
                    .ips(CLIENT, SERVER)
                    .length(HEADERS + payload.length)
                    .build()
                    .bytes();
            System.arraycopy(payload, 0, frame, HEADERS, payload.length);
            return frame;
        }

        @Override
        public void send(byte[] payload) {
            byte[] frame = frame(payload);
            Await.until("sent", () -> wire.send(frame));
        }

        @Override
        public byte[] receive(long timeoutMs) {
            byte[] frame = wire.receive(timeoutMs, TimeUnit.MILLISECONDS);
            return frame == null || !hasHeaders ? frame : Arrays.copyOfRange(frame, HEADERS, frame.length);
        }

        @Override
        public AutoCloseable flood() {
            byte[] frame = frame(new byte[100]);
            AtomicBoolean ended = new AtomicBoolean();
            CompletableFuture<Void> flood = Await.background(() -> {
                while (!ended.get()) {
                    if (!wire.send(frame)) {
                        Thread.onSpinWait();
                    }
                    wire.receive(); // an echo, maybe
                }
                return null;
            });
            return () -> {
                ended.set(true);
                flood.join();
            };
        }

        @Override
        public void close() {
            rig.close();
        }
    }
}
