package io.millrace.sockets;

import io.millrace.core.stage.FrameByDelimiterStage;
import io.millrace.core.stage.FrameByLengthStage;
import io.millrace.core.stage.Framer;
import java.lang.foreign.MemorySegment;

/** Finds where the messages of a byte stream end. Holds no state of a stream: one serves all connections of a port. */
sealed interface FrameDecoder permits LengthFieldDecoder, DelimiterDecoder {
    /** What {@link #length} says of a message that has not come whole. */
    int INCOMPLETE = 0;
    /** What {@link #length} says of a message that is longer than allowed. */
    int TOO_LONG = -1;

    /**
     * The length of the message that starts at {@code at}, prefix or delimiter included.
     *
     * @param available bytes that there are from there on
     * @param searched  how many of them an earlier call has seen
     * @return {@link #INCOMPLETE} when it is not whole, {@link #TOO_LONG} as soon as that is clear
     */
    int length(MemorySegment memory, long at, int available, int searched);

    /**
     * How many bytes of a chunk to move behind an incomplete message, so that it becomes whole, or as much as is known
     * of it.
     *
     * @param partial       where the message starts
     * @param partialLength bytes of it so far
     * @param chunk         where its next bytes are
     * @param chunkLength   how many, not 0
     * @return 1 to {@code chunkLength}
     */
    int wanted(MemorySegment memory, long partial, int partialLength, long chunk, int chunkLength);

    /** Bytes in front of a message that the stages do not see. */
    int strippedHead();

    /** Bytes at its end that they do not see. */
    int strippedTail();

    /** Whether what is left of a stream that has ended in order is a message. */
    default boolean deliversUnterminated() {
        return false;
    }

    /** @param mostBytes a message has to fit in, when it spans buffers */
    static FrameDecoder of(Framer framer, int mostBytes) {
        return switch (framer) {
            case FrameByLengthStage byLength -> new LengthFieldDecoder(byLength, mostBytes);
            case FrameByDelimiterStage byDelimiter -> new DelimiterDecoder(byDelimiter, mostBytes);
        };
    }
}
