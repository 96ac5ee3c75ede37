package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Peers that need a large package, which a host need not have for its tests to pass. */
final class OptionalPeers {
    private OptionalPeers() {}

    /**
     * Whether a peer can take part. If its program is not there, a test of what is said then is all that can be had,
     * and made here.
     *
     * @param program of the package, on the PATH
     */
    static boolean isReady(String name, Family family, String program, String packageName) throws Exception {
        Contender peer = new Contenders(family, Path.of("").toAbsolutePath())
                .of(List.of(name))
                .getFirst();
        try {
            peer.prepare();
            return true;
        } catch (HostException e) {
            boolean isThere = Stream.of(System.getenv("PATH").split(":"))
                    .anyMatch(folder -> Files.exists(Path.of(folder, program)));
            assertFalse(isThere, e::getMessage);
            assertTrue(
                    e.getMessage().contains("install " + packageName + ": error: there is no " + program),
                    e::getMessage);
            System.out.println("not tested: the peer " + name + "; install " + packageName);
            return false;
        }
    }
}
