package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operations of a connection are known by their kind, and each ends once. */
class OperationsTest {
    private final Operations operations = new Operations();

    @ParameterizedTest
    @EnumSource(StreamOperation.class)
    void shouldKnowWhatIsUnderWay(StreamOperation operation) {
        assertTrue(operations.isNone());
        operations.begin(operation);
        assertEquals(1, operations.count());
        for (StreamOperation other : StreamOperation.values()) {
            assertEquals(other == operation, operations.isUnderWay(other));
        }
        operations.end(operation);
        assertTrue(operations.isNone());
        assertEquals(0, operations.count());
    }

    @Test
    void shouldTellWritesFromReads() {
        operations.begin(StreamOperation.RECEIVE);
        operations.begin(StreamOperation.CONNECT);
        assertFalse(operations.isWriting());
        for (StreamOperation write : new StreamOperation[] {
            StreamOperation.SEND, StreamOperation.SEND_ZERO_COPY, StreamOperation.FILE_IN, StreamOperation.FILE_OUT
        }) {
            operations.begin(write);
            assertTrue(operations.isWriting(), write.name());
            operations.end(write);
        }
        assertEquals(2, operations.count());
    }

    /** A second receive of one connection would take bytes out of their order. */
    @Test
    void shouldNotBeginOneTwice() {
        operations.begin(StreamOperation.RECEIVE);
        assertThrows(AssertionError.class, () -> operations.begin(StreamOperation.RECEIVE));
    }
}
