package io.millrace.xdp;

import io.millrace.bindings.Capability;
import java.util.ArrayList;
import java.util.List;

/**
 * The privileges that the kernel asks of a thread that loads and attaches programs, and the advice where one is
 * missing.
 */
final class LoadPrivileges {
    private LoadPrivileges() {}

    /** Returns whether the verifier lets the calling thread's programs do what only CAP_PERFMON allows. */
    static boolean mayDoAllInPrograms() {
        return Capability.CAP_PERFMON.isHeld() || Capability.CAP_SYS_ADMIN.isHeld();
    }

    /** Returns the end of a message about an EPERM: which privileges the calling thread lacks; what to do. */
    static String missing() {
        List<String> missing = new ArrayList<>();
        if (!Capability.CAP_BPF.isHeld() && !Capability.CAP_SYS_ADMIN.isHeld()) {
            missing.add(Capability.CAP_BPF.name());
        }
        if (!Capability.CAP_NET_ADMIN.isHeld()) {
            missing.add(Capability.CAP_NET_ADMIN.name());
        }
        if (missing.isEmpty()) {
            return ", though CAP_BPF and CAP_NET_ADMIN are held: a container's filter (seccomp) or a security module"
                    + " forbids it; allow bpf(2) there";
        }
        return ", " + String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are") + " missing; run as root,"
                + " or grant them (systemd: AmbientCapabilities=CAP_BPF CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK)";
    }
}
