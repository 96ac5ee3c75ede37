package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EPROTO;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Fixture: a protocol as small as one can be that has what TLS has. Each side sends {@link #HELLO} first and takes
 * nothing before the other's; then records, of a type, two bytes of length and bytes that are XORed with {@link #KEY};
 * a record of type {@link #GOODBYE} is the last one.
 */
final class XorLayer implements StreamLayer {
    static final byte[] HELLO = {'X', 'O', 'R', '1'};
    static final byte KEY = 0x5a;
    static final byte DATA = 1;
    static final byte GOODBYE = 2;
    static final int HEADER = 3;
    /** More than a frame, so that a record's plaintext goes out in parts. */
    static final int MOST_BYTES = 5_000;

    @Override
    public Session open(boolean isClient) {
        return new XorSession();
    }

    /** Gathers records in an array, as a session for an SSLEngine has to. */
    private static final class XorSession implements Session {
        private final byte[] gathered = new byte[HEADER + MOST_BYTES];
        private int length;
        /** Plaintext of a whole record that is not handed out yet. */
        private int plaintextAt;

        private int plaintextEnd;
        private boolean helloSent;
        private boolean helloSeen;
        private boolean closing;
        private boolean goodbyeSent;
        private boolean goodbyeSeen;
        private int consumed;
        private int produced;
        private int errno;

        @Override
        public void unwrap(MemorySegment memory, long at, int available, long into, int room) {
            consumed = 0;
            produced = 0;
            while (canTake() && consumed < available) {
                gathered[length++] = memory.get(ValueLayout.JAVA_BYTE, at + consumed++);
                if (!helloSeen) {
                    hello();
                    if (helloSeen) {
                        return; // what follows is for the stages, who do not know of the connection yet
                    }
                } else if (length >= HEADER && length == HEADER + recordLength()) {
                    record();
                }
            }
            if (goodbyeSeen) {
                consumed = available;
            }
            int bytes = Math.min(room, plaintextEnd - plaintextAt);
            for (; produced < bytes; produced++) {
                byte plain = (byte) (gathered[plaintextAt++] ^ KEY);
                memory.set(ValueLayout.JAVA_BYTE, into + produced, plain);
            }
        }

        private boolean canTake() {
            return errno == 0 && !hasPlaintext() && !goodbyeSeen && (isEstablished() || !helloSeen);
        }

        private void hello() {
            if (gathered[length - 1] != HELLO[length - 1]) {
                errno = EPROTO();
            } else if (length == HELLO.length) {
                helloSeen = true;
                length = 0;
            }
        }

        private int recordLength() {
            return (gathered[1] & 0xff) << 8 | gathered[2] & 0xff;
        }

        private void record() {
            goodbyeSeen = gathered[0] == GOODBYE;
            plaintextAt = HEADER;
            plaintextEnd = length;
            length = 0;
        }

        @Override
        public void wrap(MemorySegment plaintext, long at, int available, MemorySegment memory, long into, int room) {
            consumed = 0;
            produced = 0;
            if (!helloSent) {
                helloSent = true;
                for (byte b : HELLO) {
                    memory.set(ValueLayout.JAVA_BYTE, into + produced++, b);
                }
            } else if (available > 0) {
                consumed = Math.min(available, room - HEADER);
                header(memory, into, DATA, consumed);
                for (int i = 0; i < consumed; i++) {
                    byte b = plaintext.get(ValueLayout.JAVA_BYTE, at + i);
                    memory.set(ValueLayout.JAVA_BYTE, into + HEADER + i, (byte) (b ^ KEY));
                }
            } else if (closing && !goodbyeSent) {
                goodbyeSent = true;
                header(memory, into, GOODBYE, 0);
            }
        }

        private void header(MemorySegment memory, long into, byte type, int bytes) {
            memory.set(ValueLayout.JAVA_BYTE, into, type);
            memory.set(ValueLayout.JAVA_BYTE, into + 1, (byte) (bytes >> 8));
            memory.set(ValueLayout.JAVA_BYTE, into + 2, (byte) bytes);
            produced = HEADER + bytes;
        }

        @Override
        public int consumed() {
            return consumed;
        }

        @Override
        public int produced() {
            return produced;
        }

        @Override
        public int errno() {
            return errno;
        }

        @Override
        public boolean isEstablished() {
            return helloSent && helloSeen;
        }

        @Override
        public boolean hasPlaintext() {
            return plaintextAt < plaintextEnd;
        }

        @Override
        public boolean hasToSend() {
            return !helloSent || closing && !goodbyeSent;
        }

        @Override
        public boolean hasEnded() {
            return goodbyeSeen;
        }

        @Override
        public void close() {
            closing = true;
        }
    }
}
