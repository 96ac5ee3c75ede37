package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.testing.RootOnly;
import java.net.InetSocketAddress;
import java.util.Map;

/** A queue of a veth pair's end, with an ordinary UDP client at the other. */
@RootOnly
class AfXdpBehaviourTest extends PortBehaviour {
    @Override
    PortBench open() {
        return new Bench(options());
    }

    /** Further settings of the port. */
    String options() {
        return "";
    }

    private static final class Bench implements PortBench {
        private final String options;
        private final Rig rig = Rig.create();
        private final UdpClient client = rig.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT)));

        Bench(String options) {
            this.options = options;
        }

        @Override
        public Engine start(String engineConfig, Map<String, Stage> stages, String pipeline) {
            return rig.start(Rig.config(engineConfig, options, pipeline), stages);
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
            return rig.load();
        }

        @Override
        public void close() {
            client.close();
            rig.close();
        }
    }
}
