package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConnectionState;
import io.millrace.spi.EndpointView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** There are as many connections as allowed, each with an id that is never used again. */
class StreamTableTest {
    @Test
    void shouldRefuseMoreThanAllowed() {
        StreamTable table = new StreamTable(new ConnectionIds(0, 0, 2), 2);
        StreamConnection first = table.open(3, 0);
        assertNotNull(table.open(4, 0));
        assertNull(table.open(5, 0));
        assertEquals(2, table.open());
        table.close(first);
        assertEquals(1, table.open());
        assertSame(first, table.open(5, 0), "the object is used again");
        assertEquals(2, table.made());
    }

    @Test
    void shouldNotFindFormerUserOfAnObject() {
        StreamTable table = new StreamTable(new ConnectionIds(0, 0, 2), 2);
        StreamConnection connection = table.open(3, 0);
        long former = connection.id();
        assertSame(connection, table.find(former));
        table.close(connection);
        table.open(4, 0);
        assertNull(table.find(former));
        assertSame(connection, table.find(connection.id()));
        for (long nobody : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, connection.id() + 1}) {
            assertNull(table.find(nobody));
        }
    }

    @Test
    void shouldNeverGiveAnIdTwice() {
        StreamTable table = new StreamTable(new ConnectionIds(0, 0, 16), 16);
        Random random = new Random(1);
        List<StreamConnection> open = new ArrayList<>();
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            StreamConnection connection = table.open(3, 0);
            if (connection == null) {
                table.close(open.remove(random.nextInt(open.size())));
                continue;
            }
            open.add(connection);
            assertTrue(ids.add(connection.id()));
            assertNotEquals(0, connection.id());
        }
    }

    /** Nothing of the object's former user may be visible: neither addresses, nor errors, nor what was queued. */
    @Test
    void shouldBeginAnew() {
        StreamTable table = new StreamTable(new ConnectionIds(0, 0, 1), 1);
        StreamConnection connection = table.open(3, 0);
        connection.remote.setIpv4(0x7f000001, 4711);
        connection.local.setIpv4(0x7f000001, 4712);
        connection.report(5);
        connection.end(StreamState.FAILED, 5);
        connection.outbound.setFull(true);
        connection.outbound.seal();
        connection.operations.begin(StreamOperation.SEND);
        table.close(connection);
        table.open(4, 7);
        EndpointView seen = new EndpointView();
        table.remote(0, seen);
        assertEquals(0, seen.ipVersion());
        table.local(0, seen);
        assertEquals(0, seen.port());
        assertEquals(0, table.errno(0));
        assertEquals(ConnectionState.OPENED, table.state(0));
        assertEquals(0, connection.failure());
        assertTrue(!table.isFull(0) && !connection.isOver() && !connection.outbound.isSealed());
        assertTrue(connection.operations.isNone());
    }
}
