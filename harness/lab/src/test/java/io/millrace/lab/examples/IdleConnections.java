package io.millrace.lab.examples;

import io.millrace.Connection;
import io.millrace.ConnectionControl;
import io.millrace.ConnectionState;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.Timers;
import org.agrona.collections.Long2LongHashMap;

/** Closes connections that have been silent for too long. */
public final class IdleConnections implements Stage {
    private final long patienceNs;
    private final Long2LongHashMap heardNs = new Long2LongHashMap(Long.MIN_VALUE); // by the connections' ids
    private Timers timers;
    private ConnectionControl connections;

    public IdleConnections(long patienceNs) {
        this.patienceNs = patienceNs;
    }

    @Override
    public void configure(StageContext context) {
        timers = context.timers();
        connections = context.connections();
    }

    @Override
    public void onStart() {
        timers.schedule(timers.nowNs() + patienceNs);
    }

    @Override
    public void onConnection(Connection connection) {
        if (connection.state() == ConnectionState.ESTABLISHED) {
            heardNs.put(connection.id(), timers.nowNs());
        } else {
            heardNs.remove(connection.id());
        }
    }

    @Override
    public void onFrame(Frame frame) {
        heardNs.put(frame.connection().id(), timers.nowNs());
    }

    @Override
    public void onTimer(long timerId, long nowNs) {
        heardNs.forEachLong((id, lastNs) -> {
            if (nowNs - lastNs >= patienceNs) {
                connections.close(id);
            }
        });
        timers.schedule(nowNs + patienceNs);
    }
}
