package io.millrace.core.path;

import io.millrace.FileSource;

/** Descriptors of frames, for the tests of other packages. */
public final class Slots {
    private Slots() {}

    /** The descriptor of a frame of port 0. */
    public static FrameSlot frame(long address, int length) {
        FrameSlot slot = new FrameSlot();
        slot.set(0, 0, FrameSlot.NO_CONNECTION, address, length);
        return slot;
    }

    /** The descriptor of a frame that is to be stamped when it is sent. */
    public static FrameSlot stamped(long address, int length, long cookie) {
        FrameSlot slot = new FrameSlot(new SlotRequest(SlotRequest.STAMP));
        slot.set(0, 0, FrameSlot.NO_CONNECTION, address, length);
        SlotRequest.ask(slot, SlotRequest.STAMP, false).cookie = cookie;
        return slot;
    }

    /** The descriptor of a frame that is followed by a file region. */
    public static FrameSlot withFile(long address, int length, FileSource.Transfer file) {
        FrameSlot slot = frame(address, length);
        slot.file = file;
        return slot;
    }
}
