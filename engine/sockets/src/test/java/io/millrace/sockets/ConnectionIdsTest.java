package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.ConnectionOrigin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An id is one connection's in the whole engine. */
class ConnectionIdsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1024, 1 << 20})
    void shouldNamePortPollerSlotAndGeneration(int connections) {
        for (int port : new int[] {0, 1, 255, 1_000, ConnectionOrigin.PORTS - 1}) {
            for (int poller : new int[] {0, ConnectionOrigin.POLLERS - 1}) {
                ConnectionIds ids = new ConnectionIds(port, poller, connections);
                for (long generation : new long[] {1, ids.lastGeneration()}) {
                    long id = ids.of(connections - 1, generation);
                    assertEquals(port, ConnectionOrigin.portId(id));
                    assertEquals(poller, ConnectionOrigin.poller(id));
                    assertEquals(connections - 1, ids.slot(id));
                    assertTrue(ids.isOwn(id));
                    assertNotEquals(0, id);
                    assertNotEquals(-1, id);
                }
            }
        }
    }

    @Test
    void shouldTellIdsOfOtherPortsAndPollers() {
        ConnectionIds ids = new ConnectionIds(1, 1, 16);
        assertFalse(ids.isOwn(new ConnectionIds(2, 1, 16).of(0, 1)));
        assertFalse(ids.isOwn(new ConnectionIds(1, 2, 16).of(0, 1)));
        assertFalse(ids.isOwn(ids.of(3, 0)), "no connection is of generation 0");
        assertFalse(ids.isOwn(0) || ids.isOwn(-1));
        assertNotEquals(ids.of(0, 1), ids.of(1, 1));
        assertNotEquals(ids.of(0, 1), ids.of(0, 2));
    }

    @Test
    void shouldRefuseWhatHasNoRoomInAnId() {
        assertThrows(IllegalArgumentException.class, () -> new ConnectionIds(ConnectionOrigin.PORTS, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ConnectionIds(0, ConnectionOrigin.POLLERS, 1));
    }

    @Test
    void shouldNotUseSlotAgainThatHasHadItsLastGeneration() {
        ConnectionIds ids = new ConnectionIds(0, 0, 2);
        StreamTable table = new StreamTable(ids, 2);
        StreamConnection connection = table.open(3, 0);
        connection.uses = ids.lastGeneration() - 1;
        table.close(connection);
        assertEquals(ids.of(0, ids.lastGeneration()), table.open(4, 0).id());
        table.close(connection);
        assertEquals(ids.of(1, 1), table.open(5, 0).id());
        assertNull(table.open(6, 0));
    }
}
