package io.millrace.lab.demo;

import io.millrace.HostException;
import io.millrace.bindings.Capability;
import java.util.List;

/** Whether this process may make network namespaces and open AF_XDP ports. Root in a container often may not. */
final class Privileges {
    private static final List<Capability> NEEDED =
            List.of(Capability.CAP_NET_ADMIN, Capability.CAP_NET_RAW, Capability.CAP_SYS_ADMIN);

    private Privileges() {}

    /**
     * Checks before anything is made.
     *
     * @param command what to type after sudo
     * @throws HostException naming what is missing and what to type
     */
    static void require(String command) {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            String remedy = isRoot()
                    ? "this root lacks " + String.join(", ", missing)
                            + " (a container?), run it on the host or privileged"
                    : "type: sudo " + command;
            throw new HostException(
                    "demo can't make network namespaces and attach XDP programs without root; " + remedy);
        }
    }

    /** Says what the missing ones would add; null if none is missing. */
    static String whatTheyAdd(String command) {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return null;
        }
        return isRoot()
                ? "This root lacks " + String.join(", ", missing)
                        + ", which AF_XDP needs, frames past the kernel's stack." + " This is UDP."
                : "Without root: UDP. Root adds AF_XDP, frames past the kernel's stack: sudo " + command;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The names of the capabilities that this process lacks. */
    static List<String> missing() {
        return NEEDED.stream()
                .filter(capability -> !capability.isHeld())
                .map(Capability::name)
                .toList();
    }
}
