package io.millrace.core.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A port of type {@code udp}: a socket whose datagrams io_uring receives and sends. Sizes are in bytes.
 *
 * @param bind          numeric address and port; with port 0 the kernel chooses one
 * @param remote        where frames go that are no answer to their sender; null for nowhere
 * @param frames        frames in the port's memory
 * @param frameSize     memory of a frame, a power of two
 * @param batch         the most frames taken in one go
 * @param buffers       frames in the ring of provided buffers, a power of two, at most {@code frames}
 * @param sends         the most sends in flight
 * @param receiveBuffer SO_RCVBUF, 0 for the kernel's own
 * @param sendBuffer    SO_SNDBUF, 0 for the kernel's own
 * @param gro           whether the kernel may coalesce received datagrams; {@code frameSize} is 128 KiB or more then
 * @param gso           whether sends are coalesced for the kernel
 * @param zeroCopyAbove frames longer than that are sent without a copy; {@link Integer#MAX_VALUE} for none
 * @param timestamps    whether frames tell when the kernel received them
 * @param localAddress  whether frames tell the address that they were sent to
 * @param reusePort     SO_REUSEPORT
 * @param busyPollNs    SO_BUSY_POLL in nanoseconds, 0 is off
 * @param multicast     groups to join, of the family of {@code bind}
 * @param multicastTtl  hops of datagrams to groups
 * @param multicastLoop whether this host's members get them
 * @param lines         where the port was configured
 */
public record UdpSettings(
        String name,
        InetSocketAddress bind,
        InetSocketAddress remote,
        int frames,
        int frameSize,
        int batch,
        int buffers,
        int sends,
        int receiveBuffer,
        int sendBuffer,
        boolean gro,
        boolean gso,
        int zeroCopyAbove,
        boolean timestamps,
        LocalAddress localAddress,
        boolean reusePort,
        long busyPollNs,
        List<MulticastGroup> multicast,
        int multicastTtl,
        boolean multicastLoop,
        SourceLines lines)
        implements PortSettings {
    /** The {@code type} of these ports. */
    public static final String TYPE = "udp";

    public UdpSettings {
        multicast = List.copyOf(multicast);
    }

    @Override
    public List<String> interfaceNames() {
        return Stream.concat(
                        Stream.of(bind, remote).map(ScopedAddress::interfaceName),
                        multicast.stream().map(MulticastGroup::interfaceName))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    @Override
    public String type() {
        return TYPE;
    }
}
