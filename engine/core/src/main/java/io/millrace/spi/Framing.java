package io.millrace.spi;

/**
 * How byte streams are cut into messages, as a pipeline's first stage asks for it. A port of a type that {@linkplain
 * PortType#hasStreams has streams} does the cutting, before a frame comes into the pipeline. Immutable.
 */
public sealed interface Framing {
    /** The longest message in bytes, without prefix or delimiter. A longer one closes the connection. */
    int max();

    /** Returns whether a frame is the message without its prefix or delimiter. */
    boolean strip();

    /**
     * Each message begins with its length, which does not count the prefix itself.
     *
     * @param prefixLength the length of the prefix in bytes: 1, 2 or 4
     * @param littleEndian whether its lowest byte comes first
     */
    record ByLength(int prefixLength, boolean littleEndian, int max, boolean strip) implements Framing {
        /** @throws IllegalArgumentException if the prefix has another length, or {@code max} is not positive */
        public ByLength {
            if (prefixLength != Byte.BYTES && prefixLength != Short.BYTES && prefixLength != Integer.BYTES) {
                throw new IllegalArgumentException("a prefix of " + prefixLength + " bytes; use 1, 2 or 4");
            }
            requirePositive(max);
        }
    }

    /** Each message ends with a delimiter. */
    final class ByDelimiter implements Framing {
        /** The longest delimiter, in bytes. */
        public static final int LONGEST = 16;

        private final byte[] delimiter;
        private final int max;
        private final boolean strip;
        private final boolean deliversUnterminated;

        /**
         * @param delimiter            1 to {@link #LONGEST} bytes
         * @param max                  the longest message in bytes, without the delimiter
         * @param strip                whether a frame is the message without its delimiter
         * @param deliversUnterminated whether the bytes behind the last delimiter of a stream are a message, too, if
         *                             the peer ends its stream in order
         * @throws IllegalArgumentException if the delimiter has another length, or {@code max} is not positive
         */
        public ByDelimiter(byte[] delimiter, int max, boolean strip, boolean deliversUnterminated) {
            if (delimiter.length == 0 || delimiter.length > LONGEST) {
                throw new IllegalArgumentException(
                        "a delimiter of " + delimiter.length + " bytes; use 1 to " + LONGEST);
            }
            requirePositive(max);
            this.delimiter = delimiter.clone();
            this.max = max;
            this.strip = strip;
            this.deliversUnterminated = deliversUnterminated;
        }

        /** A copy of the delimiter that ends a message. */
        public byte[] delimiter() {
            return delimiter.clone();
        }

        /** Returns whether the bytes behind the last delimiter are a message, too, if the stream ends in order. */
        public boolean deliversUnterminated() {
            return deliversUnterminated;
        }

        @Override
        public int max() {
            return max;
        }

        @Override
        public boolean strip() {
            return strip;
        }
    }

    private static void requirePositive(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("messages of at most " + max + " bytes; use 1 or more");
        }
    }
}
