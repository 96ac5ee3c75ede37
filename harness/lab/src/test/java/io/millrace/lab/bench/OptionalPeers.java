package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.millrace.HostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Peers that need a large package; tests are skipped on hosts that lack it. */
final class OptionalPeers {
    private OptionalPeers() {}

    /**
     * Lets the calling test go on if a peer can take part. If its program is missing, this checks the message, and
     * skips the test with the package to install as the reason.
     *
     * @param program of the package, on the PATH
     */
    static void require(String name, Family family, String program, String packageName) throws Exception {
        Contender peer = new Contenders(family, Path.of("").toAbsolutePath())
                .of(List.of(name))
                .getFirst();
        try {
            peer.prepare();
        } catch (HostException e) {
            boolean isThere = Stream.of(System.getenv("PATH").split(":"))
                    .anyMatch(folder -> Files.exists(Path.of(folder, program)));
            assertFalse(isThere, e::getMessage);
            assertTrue(
                    e.getMessage().contains("install " + packageName + ": error: there is no " + program),
                    e::getMessage);
            abort("the peer " + name + " needs the package " + packageName);
        }
    }
}
