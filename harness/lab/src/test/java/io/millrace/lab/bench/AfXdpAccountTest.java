package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AfXdpAccountTest {
    /** Makes an account of 10 frames that arrived: 7 went to the socket and 3 did not; 6 came back. */
    private static final AfXdpTurn.Frames KERNEL = new AfXdpTurn.Frames(10, 7, 3, 6);

    private static String problem(long received, long returned, long dropped, long sent) {
        return AfXdpTurn.problem(new Contender.Counts(received, returned, dropped, 0, received), sent, KERNEL);
    }

    @Test
    void shouldTakeTheReceiversWordForWhatItMissed() {
        assertEquals("", problem(7, 6, 3, 10));
        assertEquals("sent 10, but received 7 and dropped 2", problem(7, 6, 2, 10));
        assertEquals("sent back 7, but 6 arrived", problem(7, 7, 3, 10));
    }

    @Test
    void shouldTakeTheDriversWordWhereTheReceiverDoesNotKnow() {
        assertEquals("", problem(7, 6, Contender.UNKNOWN, 10));
        assertEquals("sent 11, but received 7 and dropped 3", problem(7, 6, Contender.UNKNOWN, 11));
        assertEquals("was handed 7, but received 8", problem(8, 6, Contender.UNKNOWN, 11));
        assertEquals("sent back 5, but 6 arrived", problem(7, 5, Contender.UNKNOWN, 10));
    }
}
