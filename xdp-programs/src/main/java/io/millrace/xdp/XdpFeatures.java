package io.millrace.xdp;

import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_xdp_query_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a driver says that it can do with XDP ({@code netdev} netlink). */
public final class XdpFeatures {

    private XdpFeatures() {
    }

    /**
     * How many segments a frame may have that leaves in zero-copy mode.
     *
     * @param interfaceIndex of the calling thread's network namespace
     * @return 1 if the driver does not know several; 0 if it can't be asked: Linux 6.6 and libbpf 1.3 tell
     */
    public static int zeroCopySegments(int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = bpf_xdp_query_opts.allocate(arena);
            bpf_xdp_query_opts.sz(found, found.byteSize());
            int result = bpf_h.bpf_xdp_query(interfaceIndex, 0, found);
            return result == 0 ? bpf_xdp_query_opts.xdp_zc_max_segs(found) : 0;
        }
    }
}
