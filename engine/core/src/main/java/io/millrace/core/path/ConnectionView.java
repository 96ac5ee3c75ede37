package io.millrace.core.path;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Endpoint;
import io.millrace.spi.Connections;
import io.millrace.spi.EndpointView;

/** The flyweight of a connection: one a stage, moved from one to the next, revoked with the frame. */
final class ConnectionView implements Connection {
    private static final ConnectionState[] STATES = ConnectionState.values();

    private final EndpointView remote = new EndpointView();
    private final EndpointView local = new EndpointView();

    private Connections connections;
    private int portId;
    private int index;
    /** The state that an event tells; null to ask for the current state. */
    private ConnectionState announced;

    void wrap(Connections newConnections, FrameSlot slot) {
        connections = newConnections;
        portId = slot.portId;
        index = slot.connection;
        announced = slot.isEvent() ? STATES[slot.length] : null;
    }

    void revoke() {
        if (connections != null) {
            connections = null;
            remote.revoke();
            local.revoke();
        }
    }

    private Connections connections() {
        Connections current = connections;
        if (current == null) {
            throw new IllegalStateException(
                    "the connection is no longer valid: its callback has returned;" + " keep its id");
        }
        return current;
    }

    @Override
    public int portId() {
        connections();
        return portId;
    }

    @Override
    public long id() {
        return connections().id(index);
    }

    @Override
    public ConnectionState state() {
        Connections current = connections();
        return announced == null ? current.state(index) : announced;
    }

    @Override
    public Endpoint remote() {
        connections().remote(index, remote);
        return remote;
    }

    @Override
    public Endpoint local() {
        connections().local(index, local);
        return local;
    }

    @Override
    public int errno() {
        return connections().errno(index);
    }

    @Override
    public boolean isFull() {
        return connections().isFull(index);
    }
}
