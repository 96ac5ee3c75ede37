package io.millrace.lab.traffic;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_link_create_opts;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.lab.net.Namespace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a program attached to the loopback interface of a network namespace made for that alone. BPF_PROG_RUN takes a
 * program into the kernel's XDP dispatcher for each call, which waits for an RCU grace period, some 23 ms; one that is
 * attached anywhere is in there already ({@code bpf_prog_change_xdp}), and a call takes 0.2 ms.
 */
final class HeldProgram implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldProgram.class);
    private static final int LOOPBACK_INDEX = 1;

    private final Namespace namespace;
    private final int link;

    private HeldProgram(Namespace namespace, int link) {
        this.namespace = namespace;
        this.link = link;
    }

    /** Holds it, or says why it cannot be; then runs start slowly, and work. */
    static HeldProgram hold(int programFd) {
        try {
            Namespace namespace = Namespace.create("hold");
            int link = namespace.call(() -> attach(programFd));
            if (link >= 0) {
                return new HeldProgram(namespace, link);
            }
            namespace.close();
            LOG.warn("the generator's bursts will come late by some 20 ms: bpf_link_create gave {}", link);
        } catch (HostException e) {
            LOG.warn("the generator's bursts will come late by some 20 ms: {}", e.getMessage());
        }
        return new HeldProgram(null, -1);
    }

    private static int attach(int programFd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = bpf_link_create_opts.allocate(arena);
            bpf_link_create_opts.sz(options, options.byteSize());
            bpf_link_create_opts.flags(options, xdp_h.XDP_FLAGS_SKB_MODE());
            return bpf_h.bpf_link_create(programFd, LOOPBACK_INDEX, bpf_h.BPF_XDP(), options);
        }
    }

    @Override
    public void close() {
        if (namespace != null) {
            Libc.close(link);
            namespace.close();
        }
    }
}
