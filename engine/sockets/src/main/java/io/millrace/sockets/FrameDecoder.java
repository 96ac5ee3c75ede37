package io.millrace.sockets;

import io.millrace.spi.Framing;
import java.lang.foreign.MemorySegment;

/**
 * Finds where the messages of a byte stream end. It has no state of a stream, so one object serves all connections of a
 * port.
 */
sealed interface FrameDecoder permits LengthFieldDecoder, DelimiterDecoder {
    /** The result of {@link #length} for a message that is not complete. */
    int INCOMPLETE = 0;
    /** The result of {@link #length} for a message that is longer than allowed. */
    int TOO_LONG = -1;

    /**
     * Returns the length of the message that starts at {@code at}, including its prefix or delimiter.
     *
     * @param available the number of bytes from there on
     * @param searched  how many of these bytes an earlier call has already searched
     * @return {@link #INCOMPLETE} if it is not complete, {@link #TOO_LONG} as soon as that is known
     */
    int length(MemorySegment memory, long at, int available, int searched);

    /**
     * Returns how many bytes of a chunk to append to an incomplete message, so that it becomes complete, or as complete
     * as possible.
     *
     * @param partial       where the message starts
     * @param partialLength its length so far
     * @param chunk         where its next bytes are
     * @param chunkLength   the number of these bytes, not 0
     * @return 1 to {@code chunkLength}
     */
    int wanted(MemorySegment memory, long partial, int partialLength, long chunk, int chunkLength);

    /** The number of bytes at the start of a message that the stages do not see. */
    int strippedHead();

    /** The number of bytes at the end of a message that the stages do not see. */
    int strippedTail();

    /** Returns whether the rest of a stream that has ended in order is a message. */
    default boolean deliversUnterminated() {
        return false;
    }

    /** @param mostBytes the room for a message that spans buffers */
    static FrameDecoder of(Framing framing, int mostBytes) {
        return switch (framing) {
            case Framing.ByLength byLength -> new LengthFieldDecoder(byLength, mostBytes);
            case Framing.ByDelimiter byDelimiter -> new DelimiterDecoder(byDelimiter, mostBytes);
        };
    }
}
