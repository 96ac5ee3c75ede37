package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Behind an AF_XDP port, whose interface must be as it was afterwards. */
@Slow
@RootOnly
@Timeout(60)
class AfXdpOutOfMemoryTest extends OutOfMemoryBehaviour {
    private Rig rig;

    @BeforeEach
    void open() {
        rig = Rig.create();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Override
    String config(String engine, String pipeline) {
        return Rig.config(engine, "", pipeline);
    }

    @Override
    ChildJvm start(List<String> classAndArguments) throws Exception {
        return ChildJvm.start(rig.right().namespace(), folder, List.of(), classAndArguments);
    }

    @Override
    UdpClient client() {
        return rig.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT)));
    }

    @Override
    void checkHost() {
        assertFalse(rig.right().hasXdpProgram());
    }
}
