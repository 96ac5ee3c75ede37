package io.millrace.afxdp;

import static io.millrace.bindings.libc.libc_h.EBUSY;
import static io.millrace.bindings.libc.libc_h.EINVAL;
import static io.millrace.bindings.libc.libc_h.EOPNOTSUPP;
import static io.millrace.bindings.xdp.xdp_h.XDP_COPY;
import static io.millrace.bindings.xdp.xdp_h.XDP_USE_NEED_WAKEUP;
import static io.millrace.bindings.xdp.xdp_h.XDP_USE_SG;
import static io.millrace.bindings.xdp.xdp_h.XDP_ZEROCOPY;

import io.millrace.HostException;
import io.millrace.afxdp.statistics.AskedMode;
import io.millrace.bindings.Errno;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.ConfigName;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.XdpException;
import io.millrace.xdp.XdpProgram;
import java.util.StringJoiner;

/**
 * Attaches a port's program and binds its sockets in the best mode that the settings allow and the host has: zero-copy,
 * then native copy mode, then generic XDP. It keeps the reason of each fallback. The kernel by itself would fall back
 * silently, which is why zero-copy mode is forced first. Cold.
 */
final class ModeFallback {
    /** Bytes that the kernel keeps free in front of each frame. */
    private static final int XDP_PACKET_HEADROOM = 256;

    private static final int ROOM_STEP = 128;
    /** The length of an Ethernet header, two VLAN tags and the frame check sequence. */
    private static final int FRAME_OVERHEAD = 14 + 2 * 4 + 4;

    private final PortSettings settings;
    private final StringJoiner why = new StringJoiner("; ");
    private final RequiredMode required;
    private AttachMode attached;

    ModeFallback(PortSettings settings) {
        this.settings = settings;
        this.required = settings.get(AfXdpKeys.REQUIRE);
    }

    /**
     * Attaches the program. Generic mode is not tried where native mode is required, nor native mode on a bond.
     *
     * @throws XdpException if the interface does not take the program, or has another one
     * @throws HostException if native mode is asked for and not available
     */
    Attachment attach(XdpProgram program, NetDevice device) {
        boolean isRequired = required != RequiredMode.NONE && settings.get(AfXdpKeys.ATTACH) == AttachMode.AUTO;
        AttachMode mode = isRequired ? AttachMode.NATIVE : settings.get(AfXdpKeys.ATTACH);
        if (mode != AttachMode.SKB && Bond.is(device)) {
            return attachToBond(program, device, mode);
        }
        try {
            return program.attachOrJoin(device.index(), mode);
        } catch (XdpException e) {
            if (isRequired && !e.isOccupied()) {
                throw HostException.dueTo("require", refusal("native XDP", withoutRemedy(e.getMessage())), e);
            }
            throw e;
        }
    }

    private Attachment attachToBond(XdpProgram program, NetDevice device, AttachMode mode) {
        if (mode == AttachMode.NATIVE) {
            throw HostException.dueTo(
                    settings.get(AfXdpKeys.ATTACH) == AttachMode.NATIVE ? "attach" : "require",
                    "port " + settings.name() + ": " + device.name() + " can't have native mode: " + Bond.REASON
                            + "; set attach = skb and require = none, or give each port of the bond a port of the"
                            + " engine",
                    null);
        }
        AttachMode had = program.attachOrJoin(device.index(), AttachMode.SKB).mode();
        return new Attachment(had, "native mode: " + Bond.REASON);
    }

    /** Notes how the program is attached, by this port or by another one that shares it. */
    void attached(Attachment attachment) {
        attached = attachment.mode();
        if (!attachment.reason().isEmpty()) {
            why.add(attachment.reason());
        }
    }

    private static String withoutRemedy(String message) {
        int remedy = message.lastIndexOf("; ");
        return remedy < 0 ? message : message.substring(0, remedy);
    }

    private String refusal(String missing, String reason) {
        return "port " + settings.name() + " requires " + missing + " and can't have it: " + reason
                + "; set require to "
                + (required == RequiredMode.ZERO_COPY && attached == AttachMode.NATIVE ? "native or none" : "none")
                + ", or use an interface whose driver has it";
    }

    /**
     * Binds the first socket of a UMEM; those that share it get its mode. A refused bind leaves the socket, and what is
     * in its fill ring, for the next one ({@code xsk_bind}, net/xdp/xsk.c).
     *
     * @throws HostException if the queue is busy, or a forced or required mode is not available
     */
    void bind(XdpSocket socket, NetDevice device, int queue) {
        int common = (settings.get(AfXdpKeys.NEED_WAKEUP) ? XDP_USE_NEED_WAKEUP() : 0)
                | (settings.get(AfXdpKeys.MULTI_BUFFER) ? XDP_USE_SG() : 0);
        if (attached == AttachMode.SKB) {
            bindBehindGenericXdp(socket, device, queue, common);
        } else if (settings.get(AfXdpKeys.COPY) == CopyMode.COPY) {
            socket.bind(device.name(), device.index(), queue, XDP_COPY() | common);
        } else if (settings.get(AfXdpKeys.COPY) == CopyMode.ZERO_COPY) {
            bindZeroCopy(socket, device, queue, common);
        } else {
            bindBest(socket, device, queue, common);
        }
    }

    /** Generic XDP hands the socket copies in any case; a socket in zero-copy mode would receive nothing from it. */
    private void bindBehindGenericXdp(XdpSocket socket, NetDevice device, int queue, int common) {
        if (settings.get(AfXdpKeys.COPY) == CopyMode.ZERO_COPY) {
            throw HostException.dueTo(
                    "copy",
                    "port " + settings.name() + ": zero-copy needs native XDP, and " + device.name() + " got skb mode ("
                            + why + "); set copy to auto or copy",
                    null);
        }
        if (settings.get(AfXdpKeys.COPY) == CopyMode.AUTO) {
            why.add("zero-copy: needs native mode");
        }
        socket.bind(device.name(), device.index(), queue, XDP_COPY() | common);
    }

    private void bindZeroCopy(XdpSocket socket, NetDevice device, int queue, int common) {
        try {
            socket.bind(device.name(), device.index(), queue, XDP_ZEROCOPY() | common);
        } catch (HostException e) {
            if (e.getCause() instanceof SystemCallException call && isTooTight(call, device)) {
                throw new HostException(
                        "port " + settings.name() + ": in zero-copy mode " + tooTight(device)
                                + "; set frame-size to more, headroom or the MTU to less, or copy to auto or copy",
                        e);
            }
            throw e;
        }
    }

    /**
     * Returns whether a bind was refused because a chunk has no room for a frame of the interface's MTU. In zero-copy
     * mode, kernels from April 2026 on check that, and count the room in steps of 128 bytes ({@code xp_assign_dev},
     * net/xdp/xsk_buff_pool.c).
     */
    private boolean isTooTight(SystemCallException call, NetDevice device) {
        return call.errno() == EINVAL()
                && !settings.get(AfXdpKeys.MULTI_BUFFER)
                && room() / ROOM_STEP * ROOM_STEP < device.mtu() + FRAME_OVERHEAD;
    }

    private int room() {
        return settings.get(AfXdpKeys.FRAME_SIZE) - XDP_PACKET_HEADROOM - settings.get(AfXdpKeys.HEADROOM);
    }

    private String tooTight(NetDevice device) {
        return "a frame of the MTU of " + device.name() + " (" + device.mtu() + ") has to fit into the " + room()
                + " bytes that a chunk has behind its headroom";
    }

    private void bindBest(XdpSocket socket, NetDevice device, int queue, int common) {
        HostException refused;
        try {
            socket.bind(device.name(), device.index(), queue, XDP_ZEROCOPY() | common);
            return;
        } catch (HostException e) {
            refused = e;
        }
        String reason = reason(refused, device);
        if (required == RequiredMode.ZERO_COPY) {
            throw HostException.dueTo("require", refusal("zero-copy mode", reason), refused);
        }
        try {
            socket.bind(device.name(), device.index(), queue, XDP_COPY() | common);
        } catch (HostException e) {
            e.addSuppressed(refused);
            throw e;
        }
        why.add(reason);
    }

    private String reason(HostException refused, NetDevice device) {
        if (!(refused.getCause() instanceof SystemCallException call)
                || call.errno() == EBUSY() && required == RequiredMode.ZERO_COPY) {
            throw refused;
        }
        int errno = call.errno();
        if (isTooTight(call, device)) {
            return "zero-copy: " + Errno.name(errno) + ", " + tooTight(device);
        }
        return "zero-copy: " + Errno.name(errno) + " (" + Errno.describe(errno) + ")"
                + (errno == EOPNOTSUPP()
                        ? ", the driver of " + device.name() + " has no zero-copy mode"
                                + (settings.get(AfXdpKeys.MULTI_BUFFER) ? ", or not with multi-buffer" : "")
                        : "");
    }

    /**
     * Binds a further socket of the UMEM, in the mode of the first, which may be another port's.
     *
     * @throws HostException if the queue is busy, or not available in that mode, or the mode is not the required one
     */
    void bindShared(XdpSocket socket, NetDevice device, int queue, XdpSocket first) {
        boolean wantsZeroCopy =
                required == RequiredMode.ZERO_COPY || settings.get(AfXdpKeys.COPY) == CopyMode.ZERO_COPY;
        if (wantsZeroCopy && !first.zeroCopy()) {
            throw HostException.dueTo(
                    "umem",
                    "port " + settings.name() + " asks for zero-copy, and the UMEM that it"
                            + " shares is in copy mode; ask for the same in both, or give it a UMEM of its own",
                    null);
        }
        try {
            socket.bindShared(device.name(), device.index(), queue, first);
        } catch (HostException e) {
            if (settings.get(AfXdpKeys.COPY) == CopyMode.AUTO
                    && first.zeroCopy()
                    && e.getCause() instanceof SystemCallException call
                    && call.errno() != EBUSY()) {
                throw HostException.dueTo(
                        "copy",
                        "queue " + queue + " of " + device.name() + " can't be had in"
                                + " zero-copy mode as the queues before it were (" + call.getMessage()
                                + "); set copy to copy, or"
                                + " leave the queue out",
                        e);
            }
            throw e;
        }
    }

    /** The mode that the port got. To be asked when its sockets are bound. */
    GrantedMode granted(XdpSocket first) {
        AskedMode asked = new AskedMode(
                ConfigName.of(settings.get(AfXdpKeys.ATTACH)), ConfigName.of(settings.get(AfXdpKeys.COPY)));
        return new GrantedMode(asked, attached, first.zeroCopy(), why.toString());
    }
}
