package io.millrace.afxdp;

import static io.millrace.bindings.libc.libc_h.ENOPROTOOPT;
import static io.millrace.bindings.libc.libc_h.EPERM;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_BUSY_POLL;
import static io.millrace.bindings.libc.libc_h.SO_BUSY_POLL_BUDGET;
import static io.millrace.bindings.libc.libc_h.SO_PREFER_BUSY_POLL;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.KeyTypes;

/**
 * Makes a socket's system calls run the driver's receive (NAPI) on the calling thread, see {@code
 * Documentation/networking/napi.rst}. The socket learns with its first frame which NAPI instance that is. Cold.
 */
final class BusyPoll {
    private BusyPoll() {}

    /** @throws HostException if this process may not do that, or the kernel can't */
    static void enable(int fd, PortSettings port) {
        try {
            Libc.setsockopt(fd, SOL_SOCKET(), SO_PREFER_BUSY_POLL(), 1);
            Libc.setsockopt(fd, SOL_SOCKET(), SO_BUSY_POLL(), (int) (port.get(AfXdpKeys.BUSY_POLL_TIME) / KeyTypes.US));
            Libc.setsockopt(fd, SOL_SOCKET(), SO_BUSY_POLL_BUDGET(), port.get(AfXdpKeys.BUSY_POLL_BUDGET));
        } catch (SystemCallException e) {
            String remedy = "see the kernel log";
            if (e.errno() == EPERM()) {
                remedy = "give the JVM CAP_NET_ADMIN, or set busy-poll.mode to off";
            } else if (e.errno() == ENOPROTOOPT()) {
                remedy = "use Linux 5.11 or newer with CONFIG_NET_RX_BUSY_POLL, or set busy-poll.mode to off";
            }
            throw HostException.dueTo(
                    "busy-poll", "busy polling can't be switched on (" + e.getMessage() + "); " + remedy, e);
        }
    }
}
