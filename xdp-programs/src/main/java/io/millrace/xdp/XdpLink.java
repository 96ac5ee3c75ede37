package io.millrace.xdp;

import io.millrace.bindings.Errno;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_link_create_opts;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.xdp.xdp_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A program on an interface for as long as this process, or another engine on the same interface, holds a descriptor of
 * it: the kernel detaches it when the last one is closed, also by kill -9, because nothing pins it. Interfaces are
 * those of the calling thread's network namespace.
 */
final class XdpLink implements AutoCloseable {

    private final Attachment attachment;
    private int fd;

    private XdpLink(Attachment attachment, int fd) {
        this.attachment = attachment;
        this.fd = fd;
    }

    /** A program that another engine attached, and whose link this process holds, too. */
    static XdpLink joined(Attachment attachment, int fd) {
        return new XdpLink(attachment, fd);
    }

    static XdpLink attach(int programFd, int interfaceIndex, AttachMode mode) {
        String name = interfaceName(interfaceIndex);
        if (mode != AttachMode.AUTO) {
            return new XdpLink(new Attachment(mode, ""), attachOrThrow(programFd, interfaceIndex, name, mode, ""));
        }
        int nativeLink = create(programFd, interfaceIndex, AttachMode.NATIVE);
        if (nativeLink >= 0) {
            return new XdpLink(new Attachment(AttachMode.NATIVE, ""), nativeLink);
        }
        if (!mayStepDown(-nativeLink)) {
            throw refused(name, interfaceIndex, AttachMode.NATIVE, -nativeLink, "");
        }
        String reason = "native mode: " + named(-nativeLink) + advice(-nativeLink);
        int skbLink = attachOrThrow(programFd, interfaceIndex, name, AttachMode.SKB, " (" + reason + ")");
        return new XdpLink(new Attachment(AttachMode.SKB, reason), skbLink);
    }

    private static int attachOrThrow(
            int programFd, int interfaceIndex, String name, AttachMode mode, String previously) {
        int link = create(programFd, interfaceIndex, mode);
        if (link < 0) {
            throw refused(name, interfaceIndex, mode, -link, previously);
        }
        return link;
    }

    private static int create(int programFd, int interfaceIndex, AttachMode mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = bpf_link_create_opts.allocate(arena);
            bpf_link_create_opts.sz(options, options.byteSize());
            bpf_link_create_opts.flags(
                    options, mode == AttachMode.NATIVE ? xdp_h.XDP_FLAGS_DRV_MODE() : xdp_h.XDP_FLAGS_SKB_MODE());
            return bpf_h.bpf_link_create(programFd, interfaceIndex, bpf_h.BPF_XDP(), options);
        }
    }

    /**
     * Returns whether generic mode is worth trying after native mode was refused: not if it would fail for the same
     * reason, or get in the way of another program.
     */
    private static boolean mayStepDown(int errno) {
        return errno != libc_h.EBUSY()
                && errno != libc_h.EEXIST()
                && errno != libc_h.EPERM()
                && errno != libc_h.ENODEV();
    }

    private static XdpException refused(
            String name, int interfaceIndex, AttachMode mode, int errno, String previously) {
        String what = "attaching XDP to " + name + " in " + label(mode) + " mode: " + named(errno) + previously;
        if (errno == libc_h.EBUSY() || errno == libc_h.EEXIST()) {
            return new XdpException(what + "; " + XdpOwner.describe(name, interfaceIndex), true);
        }
        if (errno == libc_h.EPERM()) {
            return new XdpException(what + LoadPrivileges.missing());
        }
        String advice = advice(errno);
        String remedy = mode == AttachMode.NATIVE ? "; use attach mode auto or skb" : "; see the kernel log (dmesg)";
        return new XdpException(what + advice + remedy);
    }

    private static String advice(int errno) {
        if (errno == libc_h.EOPNOTSUPP()) {
            return ", its driver has no native XDP";
        }
        if (errno == libc_h.ERANGE() || errno == libc_h.EINVAL() || errno == libc_h.E2BIG()) {
            return ", often an MTU too large for one buffer (above some 3500; set multi-buffer = on) or LRO";
        }
        if (errno == libc_h.ENOSPC() || errno == libc_h.ENOMEM()) {
            return ", often too few hardware queues (ethtool -L)";
        }
        return "";
    }

    private static String interfaceName(int interfaceIndex) {
        try {
            return Libc.ifIndexToName(interfaceIndex);
        } catch (SystemCallException e) {
            throw new XdpException(
                    "no interface has the index " + interfaceIndex
                            + " in this network namespace; look for it with 'ip link'",
                    e);
        }
    }

    private static String label(AttachMode mode) {
        return mode == AttachMode.NATIVE ? "native" : "generic (skb)";
    }

    private static String named(int errno) {
        return Errno.name(errno) + " (" + Errno.describe(errno) + ")";
    }

    Attachment attachment() {
        return attachment;
    }

    /**
     * Replaces the program by another one, which the kernel does in one step for each queue: there is no moment without
     * a program, and each frame is seen by exactly one of them.
     *
     * @param programFd of the same type and attach type
     * @throws XdpException if the kernel refuses; the program is what it was
     */
    void update(int programFd) {
        int result = bpf_h.bpf_link_update(fd, programFd, MemorySegment.NULL);
        if (result < 0) {
            String remedy = -result == libc_h.ENOLINK()
                    ? ", the interface is gone; try again when it is back"
                    : "; see the kernel log (dmesg)";
            throw new XdpException("changing the XDP program: " + named(-result) + remedy);
        }
    }

    /** Detaches the program from the interface. */
    @Override
    public void close() {
        if (fd >= 0) {
            Libc.close(fd);
            fd = -1;
        }
    }
}
