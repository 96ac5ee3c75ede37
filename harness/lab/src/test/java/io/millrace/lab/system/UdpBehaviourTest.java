package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Stage;
import java.util.Map;

/** A socket on loopback. */
class UdpBehaviourTest extends PortBehaviour {
    @Override
    PortBench open() {
        return new Bench("");
    }

    /** With an ordinary client. */
    static final class Bench implements PortBench {
        private final UdpRig rig = new UdpRig();
        private final String port;
        private Engine engine;
        private UdpClient client;

        Bench(String port) {
            this.port = port;
        }

        @Override
        public Engine start(String engineConfig, Map<String, Stage> stages, String pipeline) {
            engine = rig.start(UdpRig.config(engineConfig, port, pipeline), stages);
            client = rig.client(engine);
            return engine;
        }

        @Override
        public void send(byte[] payload) {
            client.send(payload);
        }

        @Override
        public byte[] receive(long timeoutMs) {
            return client.receive(timeoutMs);
        }

        @Override
        public AutoCloseable flood() {
            return Flood.of(UdpRig.address(engine), 100);
        }

        @Override
        public void close() {
            rig.close();
        }
    }
}
