package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.TransmitRequest;
import org.junit.jupiter.api.Test;

class FrameSlotTest {
    private static final int ALL = TransmitRequest.STAMP | TransmitRequest.CHECKSUM | TransmitRequest.LAUNCH;

    private final FrameSlot slot = new FrameSlot();

    private FrameSlot received(int length) {
        slot.set(0, 0, 0, 0, length);
        return slot;
    }

    @Test
    void shouldKnowByHowMuchItWasShortened() {
        received(100).changeLength(40);
        assertEquals(60, slot.shortened());
        slot.changeLength(70);
        assertEquals(30, slot.shortened());
        slot.changeLengthConcurrently(0);
        assertEquals(100, slot.shortened());
        slot.changeLengthConcurrently(100);
        assertEquals(0, slot.shortened());
        slot.changeLength(200);
        assertEquals(0, slot.shortened(), "it is longer than it was");
        slot.changeLength(0);
        assertEquals(0, received(64).shortened(), "another frame");
    }

    @Test
    void shouldKeepWhatElseIsNotedOfTheFrame() {
        FrameSlot frame = received(1 << 20);
        frame.turn();
        frame.ask(ALL);
        frame.changeLength(0);
        assertEquals(1 << 20, frame.shortened());
        assertEquals(ALL, frame.requests());
        assertTrue(frame.isTurned());
        assertFalse(frame.isLast());
        frame.settle(TransmitRequest.CHECKSUM);
        frame.turnConcurrently();
        frame.markLast();
        assertEquals(1 << 20, frame.shortened());
        assertEquals(TransmitRequest.STAMP | TransmitRequest.LAUNCH, frame.requests());
        frame.changeLength(1 << 20);
        assertEquals(0, frame.shortened());
        assertTrue(frame.isLast());
    }
}
