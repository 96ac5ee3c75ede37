package io.millrace.afxdp;

import static io.millrace.bindings.libc.libc_h.EINVAL;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.libc.libc_h.RLIMIT_MEMLOCK;
import static io.millrace.bindings.libc.libc_h.SOL_XDP;
import static io.millrace.bindings.xdp.xdp_h.XDP_UMEM_REG;
import static io.millrace.bindings.xdp.xdp_h.XDP_UMEM_TX_METADATA_LEN;
import static io.millrace.bindings.xdp.xdp_h.XDP_UMEM_UNALIGNED_CHUNK_FLAG;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.rlimit;
import io.millrace.bindings.xdp.xdp_umem_reg;
import io.millrace.ring.Umem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Registers a UMEM with a socket: the memory that its frames live in. Cold. */
final class UmemRegistration {
    private static final int KIB = 1024;

    private UmemRegistration() {}

    /**
     * @param metadataLength the length in bytes of the transmit metadata in front of each frame; 0 for none
     * @throws HostException if the kernel does not take the memory
     */
    static void register(int fd, Umem umem, int headroom, int metadataLength) {
        try {
            call(fd, umem, headroom, metadataLength);
        } catch (SystemCallException e) {
            if (e.errno() == EINVAL() && metadataLength > 0 && takesWithout(fd, umem, headroom)) {
                throw HostException.dueTo(
                        "tx-metadata",
                        "this kernel does nothing for single frames that AF_XDP sockets"
                                + " send (XDP_UMEM_TX_METADATA_LEN: EINVAL); use Linux 6.11 or newer, or set"
                                + " tx-metadata = []",
                        e);
            }
            throw HostException.dueTo(
                    "frames",
                    "the kernel refuses a UMEM of " + umem.lengthBytes() + " bytes (" + e.getMessage() + ")"
                            + (e.errno() == ENOBUFS() ? limit(umem.lengthBytes()) : "; set fewer frames"),
                    e);
        }
    }

    private static void call(int fd, Umem umem, int headroom, int metadataLength) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment registration = xdp_umem_reg.allocate(arena);
            xdp_umem_reg.addr(registration, umem.baseAddress());
            xdp_umem_reg.len(registration, umem.lengthBytes());
            xdp_umem_reg.chunk_size(registration, umem.frameSize());
            xdp_umem_reg.headroom(registration, headroom);
            xdp_umem_reg.flags(
                    registration,
                    (umem.unaligned() ? XDP_UMEM_UNALIGNED_CHUNK_FLAG() : 0)
                            | (metadataLength > 0 ? XDP_UMEM_TX_METADATA_LEN() : 0));
            xdp_umem_reg.tx_metadata_len(registration, metadataLength);
            Libc.setsockopt(fd, SOL_XDP(), XDP_UMEM_REG(), registration);
        }
    }

    /**
     * Returns whether the kernel refuses only the metadata. The socket has to be closed after this, whatever the
     * answer.
     */
    private static boolean takesWithout(int fd, Umem umem, int headroom) {
        try {
            call(fd, umem, headroom, 0);
            return true;
        } catch (SystemCallException e) {
            return false;
        }
    }

    /**
     * The advice if the limit of locked memory is too low. The UMEMs of all processes of the user count towards that
     * limit.
     */
    private static String limit(long lengthBytes) {
        return ": this user may lock " + lockableText() + " of memory (RLIMIT_MEMLOCK, `ulimit -l`); raise that to "
                + "more than " + Math.ceilDiv(lengthBytes, KIB)
                + " KiB (systemd: LimitMEMLOCK=), or give the JVM CAP_IPC_LOCK,"
                + " or set fewer frames";
    }

    /** How much memory this process may lock without CAP_IPC_LOCK. */
    static String lockableText() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = rlimit.allocate(arena);
            Libc.getrlimit(RLIMIT_MEMLOCK(), limit);
            long bytes = rlimit.rlim_cur(limit);
            return bytes < 0 ? "any number of bytes" : bytes + " bytes";
        }
    }
}
