package io.millrace.xdp;

import io.millrace.bindings.Libc;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_prog_info;
import io.millrace.bindings.bpf.bpf_xdp_query_opts;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Tells which program is on an interface already. */
public final class XdpOwner {

    private XdpOwner() {}

    /** A program on an interface; its id is 0 if there is none. */
    private record Attached(int programId, boolean isNative) {
        static Attached to(int interfaceIndex) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment found = bpf_xdp_query_opts.allocate(arena);
                bpf_xdp_query_opts.sz(found, found.byteSize());
                if (bpf_h.bpf_xdp_query(interfaceIndex, 0, found) != 0) {
                    return new Attached(0, false);
                }
                int nativeId = bpf_xdp_query_opts.drv_prog_id(found);
                return nativeId != 0
                        ? new Attached(nativeId, true)
                        : new Attached(bpf_xdp_query_opts.skb_prog_id(found), false);
            }
        }

        private String mode() {
            return isNative ? "native" : "generic (skb)";
        }
    }

    /**
     * What is attached to an interface: "'accept', id 7, native", or "" if nothing is.
     *
     * @param interfaceIndex of the calling thread's network namespace
     */
    public static String of(int interfaceIndex) {
        Attached attached = Attached.to(interfaceIndex);
        return attached.programId == 0
                ? ""
                : programName(bpf_h.bpf_prog_get_fd_by_id(attached.programId)) + "id " + attached.programId + ", "
                        + attached.mode();
    }

    /** What is attached and how to get rid of it: "eth1 has XDP program 'x' (id 7) in native mode; …". */
    static String describe(String name, int interfaceIndex) {
        Attached attached = Attached.to(interfaceIndex);
        if (attached.programId == 0) {
            return "something else uses XDP on " + name + "; look for it with 'ip -details link show dev " + name + "'";
        }
        int fd = bpf_h.bpf_prog_get_fd_by_id(attached.programId);
        String sharing = fd == -libc_h.EPERM()
                ? "if it is another engine's, give the JVM CAP_SYS_ADMIN to take part in it; if not, "
                : "";
        return name + " has XDP program " + programName(fd) + "id " + attached.programId + " in " + attached.mode()
                + " mode; " + sharing + "stop the process that attached it, or if none runs: ip link set dev " + name
                + " "
                + (attached.isNative ? "xdp" : "xdpgeneric") + " off";
    }

    /** @param fd the program's descriptor, which is closed here; negative if the process may not have one */
    private static String programName(int fd) {
        if (fd < 0) {
            return "";
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_prog_info.allocate(arena);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.byteSize());
            int result = bpf_h.bpf_obj_get_info_by_fd(fd, info, length);
            return result < 0 ? "" : "'" + bpf_prog_info.name(info).getString(0) + "', ";
        } finally {
            Libc.close(fd);
        }
    }
}
