package io.millrace.sockets;

import io.millrace.ConnectionControl;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Requests of other threads and of stages to end connections of a port. The caller pushes the connection's object on a
 * list, where it can be only once; the poller takes the whole list. Nothing is allocated, the list is never full, and
 * nobody waits.
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
     * Of two requests for one object the one for its later user counts, and for the same connection an abort outranks a
     * close. An id of no connection yet must not count as that of a later user; a caller who has a valid id sees the
     * object with that user already.
     */
    private void add(long id, int kind) {
        StreamConnection connection = table.slotOf(id);
        if (connection == null || connection.id() != id) {
            return; // the connection has ended, or the id belongs to none yet
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

    /** Ends the requested connections. Only the poller's thread may call this. */
    void handle(StreamLifecycle lifecycle) {
        if (first.get() == null) {
            return;
        }
        StreamConnection connection = first.getAndSet(null);
        while (connection != null) {
            // read before the next line, after which the object may be pushed again
            StreamConnection next = connection.nextRequest;
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
