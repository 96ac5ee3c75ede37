package io.millrace.lab.system;

import io.millrace.lab.net.Namespace;
import java.util.Map;

/**
 * What an engine might leave behind: to compare before and after.
 *
 * @param interfaces  all of a network namespace, with XDP programs, flags and promiscuity, as the kernel shows them
 * @param descriptors sockets, BPF programs, maps and links that this process has open, by kind
 */
record HostState(String interfaces, Map<String, Long> descriptors) {
    static HostState of(Namespace namespace) {
        return new HostState(Shell.run(namespace, "ip", "-details", "link", "show"), Descriptors.byKind());
    }

    /**
     * The same interfaces, and nothing open that was not before; what an earlier test left may have been closed since.
     */
    private boolean isLeftBy(HostState before) {
        return interfaces.equals(before.interfaces)
                && descriptors.entrySet().stream()
                        .allMatch(kind -> kind.getValue() <= before.descriptors.getOrDefault(kind.getKey(), 0L));
    }

    /** Waits a moment for it: pipes to child processes are closed by threads of the JVM. */
    static void awaitAgain(HostState before, Namespace namespace) {
        HostState[] now = new HostState[1];
        Await.until(
                () -> "as it was: " + before + "; but " + now[0],
                () -> {
                    now[0] = of(namespace);
                    return now[0].isLeftBy(before);
                },
                5_000);
    }
}
