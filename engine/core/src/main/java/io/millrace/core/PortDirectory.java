package io.millrace.core;

import io.millrace.ConnectionControl;
import io.millrace.StageContext;
import io.millrace.spi.Bound;
import io.millrace.spi.ConnectionHost;
import io.millrace.spi.ConnectionOrigin;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Finds ports by their own ids and by those of connections. It is made before the ports, since stages are given it when
 * they are configured.
 */
final class PortDirectory implements ConnectionControl {
    private volatile List<Lane> lanes;

    /** Tells the directory the ports, once they are open. */
    void open(List<Lane> newLanes) {
        lanes = newLanes;
    }

    /** See {@link StageContext#localAddress}. */
    InetSocketAddress localAddress(int portId) {
        List<Lane> known = lanes;
        if (known == null) {
            throw new IllegalStateException("the engine's ports are not open yet; wait for Stage.onStart");
        }
        return known.getFirst().ports()[portId] instanceof Bound bound ? bound.localAddress() : null;
    }

    @Override
    public void close(long connectionId) {
        controlOf(connectionId).close(connectionId);
    }

    @Override
    public void abort(long connectionId) {
        controlOf(connectionId).abort(connectionId);
    }

    private ConnectionControl controlOf(long id) {
        List<Lane> known = lanes;
        if (known == null) {
            throw new IllegalStateException("the engine has no connections yet; wait for Stage.onConnection");
        }
        int poller = ConnectionOrigin.poller(id);
        int portId = ConnectionOrigin.portId(id);
        if (poller < known.size()
                && portId < known.get(poller).ports().length
                && known.get(poller).ports()[portId] instanceof ConnectionHost host) {
            return host.connectionControl();
        }
        throw new IllegalArgumentException(
                "no port has a connection " + Long.toHexString(id) + "; take the id from Connection.id");
    }
}
