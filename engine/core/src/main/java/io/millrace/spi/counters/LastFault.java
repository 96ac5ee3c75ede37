package io.millrace.spi.counters;

import io.millrace.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The last fault of a kind at a port: its errno and its peer. The poller writes and any thread may read; neither waits.
 * A reader that meets a write again and again gets no answer.
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

    /** A version number, which is odd while the other fields are being written. */
    private int version;

    private int errno;
    private int ipVersion;
    private int ipv4;
    private long ipv6High;
    private long ipv6Low;
    private int port;
    private String way = "";

    /** Only the poller's thread may call this. */
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

    /** Only the poller's thread may call this. */
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

    /** Any thread may call this. */
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
