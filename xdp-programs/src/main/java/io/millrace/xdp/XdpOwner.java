package io.millrace.xdp;

import io.millrace.bindings.Libc;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_prog_info;
import io.millrace.bindings.bpf.bpf_xdp_query_opts;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Who is on an interface already, for the error that says so. */
final class XdpOwner {

    private XdpOwner() {
    }

    /** What is attached and how to get rid of it: "eth1 has XDP program 'x' (id 7) in native mode; …". */
    static String describe(String name, int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = bpf_xdp_query_opts.allocate(arena);
            bpf_xdp_query_opts.sz(found, found.byteSize());
            if (bpf_h.bpf_xdp_query(interfaceIndex, 0, found) == 0) {
                int nativeId = bpf_xdp_query_opts.drv_prog_id(found);
                int skbId = bpf_xdp_query_opts.skb_prog_id(found);
                if (nativeId != 0) {
                    return describe(name, nativeId, "native", "xdp");
                }
                if (skbId != 0) {
                    return describe(name, skbId, "generic (skb)", "xdpgeneric");
                }
            }
            return "something else uses XDP on " + name + "; look for it with 'ip -details link show dev " + name + "'";
        }
    }

    private static String describe(String name, int programId, String mode, String keyword) {
        int fd = bpf_h.bpf_prog_get_fd_by_id(programId);
        String sharing = fd == -libc_h.EPERM()
            ? "if it is another engine's, give the JVM CAP_SYS_ADMIN to take part in it; if not, " : "";
        return name + " has XDP program " + (fd < 0 ? "" : programName(fd)) + "id " + programId + " in " + mode
            + " mode; " + sharing + "stop the process that attached it, or if none runs: ip link set dev " + name + " "
            + keyword + " off";
    }

    /** @param fd closed here */
    private static String programName(int fd) {
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
