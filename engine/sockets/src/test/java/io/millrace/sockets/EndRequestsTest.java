package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ECONNABORTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.statistics.PortCounter;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever ids other threads ask for, only existing connections end, and each that was asked for. */
class EndRequestsTest {
    private final StreamCrank crank = new StreamCrank(8, 4, null);
    private final EndRequests requests = new EndRequests(crank.table);

    @AfterEach
    void close() {
        crank.close();
    }

    @Test
    void shouldEndNothingByIdsOfNobody() {
        StreamConnection connection = crank.connection();
        long id = connection.id();
        for (long other : new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, id + 1, id + 64, id - 64, ~id}) {
            requests.close(other);
            requests.abort(other);
        }
        requests.handle(crank.lifecycle);
        assertFalse(connection.isOver() || connection.outbound.isSealed());
        assertEquals(StreamState.ESTABLISHED, connection.state());
    }

    /** An id that the next user of the object will have must not keep the present one from being ended. */
    @Test
    void shouldEndConnectionThoughSomebodyAsksForALaterOne() {
        StreamConnection connection = crank.connection();
        long id = connection.id();
        requests.abort(id + 64 * 1_000);
        requests.abort(id);
        requests.handle(crank.lifecycle);
        assertTrue(connection.isOver());
        assertEquals(ECONNABORTED(), connection.errno());
        assertEquals(1, crank.count(PortCounter.ABORTED));
    }

    /** Any thread may ask at any time, with whatever ids. */
    @Test
    void shouldStandThreadsThatAskForAnything() throws InterruptedException {
        AtomicBoolean asking = new AtomicBoolean(true);
        Thread hostile = new Thread(() -> {
            Random random = new Random(1);
            while (asking.get()) {
                long now = crank.table.at(random.nextInt(4)).id();
                requests.abort(now - 64L * random.nextInt(1, 100)); // former ones
                requests.abort(now + 64L * random.nextInt(10_000, 20_000)); // none that there will be
                requests.close(random.nextLong());
            }
        });
        for (int i = 0; i < 4; i++) {
            crank.connection();
        }
        hostile.start();
        try {
            for (int round = 0; round < 10_000; round++) {
                StreamConnection connection = crank.table.at(round % 4);
                assertFalse(connection.isOver(), "round " + round);
                requests.abort(connection.id());
                requests.handle(crank.lifecycle);
                assertTrue(connection.isOver(), "round " + round);
                connection.operations.end(StreamOperation.RECEIVE);
                crank.lifecycle.publish(crank.stages);
                crank.streams.checkTimes();
                crank.connection();
            }
        } finally {
            asking.set(false);
            hostile.join();
        }
    }
}
