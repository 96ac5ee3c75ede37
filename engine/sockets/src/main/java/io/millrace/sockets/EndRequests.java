package io.millrace.sockets;

import io.millrace.ConnectionControl;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What other threads, and stages, ask to be ended of a port's connections. Whoever asks pushes the connection's object
 * on a list, where it is once; the poller takes the whole list. Nothing is allocated, nothing is full, nobody waits.
 */
final class EndRequests implements ConnectionControl {
    private static final VarHandle REQUEST;
    private static final int CLOSE = 1;
    private static final int ABORT = 2;
    private static final int KINDS_SHIFT = 2;

    static {
        try {
            REQUEST = MethodHandles.lookup().findVarHandle(StreamConnection.class, "endRequest", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final StreamTable table;
    private final AtomicReference<StreamConnection> first = new AtomicReference<>();

    EndRequests(StreamTable table) {
        this.table = table;
    }

    @Override
    public void close(long connectionId) {
        add(connectionId, CLOSE);
    }

    @Override
    public void abort(long connectionId) {
        add(connectionId, ABORT);
    }

    /**
     * Of two requests for one object that of its later user counts, and for one connection an abort. What names no
     * connection yet must not count as that of a later user: whoever knows an id sees the object as that one's.
     */
    private void add(long id, int kind) {
        StreamConnection connection = table.slotOf(id);
        if (connection == null || connection.id() != id) {
            return; // it is over, or the id is of no connection yet
        }
        long wanted = ConnectionIds.own(id) << KINDS_SHIFT | kind;
        long seen;
        do {
            seen = (long) REQUEST.getVolatile(connection);
            if (seen >= wanted) {
                return;
            }
        } while (!REQUEST.compareAndSet(connection, seen, wanted));
        if (seen == 0) {
            push(connection);
        }
    }

    private void push(StreamConnection connection) {
        StreamConnection head;
        do {
            head = first.get();
            connection.nextRequest = head;
        } while (!first.compareAndSet(head, connection));
    }

    /** Ends the connections that were asked for. Poller's thread only. */
    void handle(StreamLifecycle lifecycle) {
        if (first.get() == null) {
            return;
        }
        StreamConnection connection = first.getAndSet(null);
        while (connection != null) {
            StreamConnection next = connection.nextRequest; // from the next line on it may be pushed again
            long request = (long) REQUEST.getAndSet(connection, 0L);
            if (request >>> KINDS_SHIFT == ConnectionIds.own(connection.id())) {
                if ((request & ABORT) != 0) {
                    lifecycle.abort(connection);
                } else {
                    lifecycle.closeWhenWritten(connection);
                }
            }
            connection = next;
        }
    }
}
