package io.millrace.spi.counters;

import io.millrace.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The last fault of a kind at a port: its error and its peer. The poller writes, any thread may read; nobody waits. A
 * reader that meets a writer again and again goes without.
 */
final class LastFault {
    private static final VarHandle VERSION;
    private static final int ATTEMPTS = 100;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(LastFault.class, "version", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Odd while the rest is being written. */
    private int version;

    private int errno;
    private int ipVersion;
    private int ipv4;
    private long ipv6High;
    private long ipv6Low;
    private int port;
    private String way = "";

    /** Poller only. */
    void write(int newErrno, Endpoint peer) {
        begin();
        errno = newErrno;
        ipVersion = peer == null ? 0 : peer.ipVersion();
        if (ipVersion != 0) {
            ipv4 = peer.ipv4();
            ipv6High = peer.ipv6High();
            ipv6Low = peer.ipv6Low();
            port = peer.port();
        }
        end();
    }

    /** Poller only. */
    void write(String newWay) {
        begin();
        way = newWay;
        end();
    }

    private void begin() {
        VERSION.setOpaque(this, version + 1);
        VarHandle.storeStoreFence();
    }

    private void end() {
        VERSION.setRelease(this, version + 1);
    }

    /** Any thread. */
    FaultDetails read() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int before = (int) VERSION.getAcquire(this);
            FaultDetails details = new FaultDetails(errno, ipVersion, ipv4, ipv6High, ipv6Low, port, way);
            VarHandle.loadLoadFence();
            if ((before & 1) == 0 && (int) VERSION.getOpaque(this) == before) {
                return details;
            }
            Thread.onSpinWait();
        }
        return FaultDetails.NONE;
    }
}
