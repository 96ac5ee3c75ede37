package io.millrace.sockets;

import java.lang.foreign.MemorySegment;

/**
 * A protocol between the sockets of a TCP port and the pipeline, such as TLS: what comes from the socket is its
 * ciphertext, what the stages see its plaintext, whatever it does with them. A port without a layer has none of it: one
 * test for null for each receive and each queued frame. Poller's thread only.
 *
 * <pre>
 *   inbound    socket ──▶ StreamReader ──▶ LayerReader ──▶ StreamDecoder ──▶ stages
 *                                          Session.unwrap
 *   outbound   stages ──▶ StreamWriter: plaintext ──▶ LayerWriter ──▶ ciphertext ──▶ socket
 *                                                     Session.wrap
 * </pre>
 *
 * <p>A connection of such a port is {@link StreamState#HANDSHAKING} from when its socket is connected until
 * {@link Session#isEstablished}; only then do stages hear that it is established, and are its frames taken. When all
 * that the stages had to say is written, {@link Session#close} lets the session say goodbye, before the socket's half
 * is shut down. A stream that ends without the peer's goodbye has been cut off: its connection fails in the end, with
 * EPROTO.
 *
 * <p><b>TLS by an SSLEngine</b> would be a session that keeps one {@code ByteBuffer} view of the ports' memory and
 * moves its position and limit to the frames, so that nothing is allocated. An SSLEngine wants each record whole and in
 * one piece, and a record may be larger than a frame: the session gathers what {@code unwrap} gives it in a buffer of
 * its own of one record, and hands out a record's plaintext in as many calls as it fills frames, saying so by
 * {@link Session#hasPlaintext}. {@code NEED_WRAP} is {@link Session#hasToSend}. {@code NEED_TASK} must not be run here:
 * the session stands still while another thread has it, and goes on when it is asked again.
 *
 * <p><b>Kernel TLS</b> would begin in the same way; when the handshake is over, the session gives the kernel the keys
 * (setsockopt TLS_TX and TLS_RX) and the connection drops its session, so that it goes on as a plain one, with files
 * and sends without a copy. Before that, {@code unwrap} must not have consumed bytes behind the handshake's last
 * record.
 */
interface StreamLayer {
    /**
     * The layer's part of a new connection. Called once for each, so it may allocate.
     *
     * @param isClient whether it is this side that has connected
     */
    Session open(boolean isClient);

    /**
     * The layer's part of one connection. It must not keep the memory that it is shown. Whoever calls {@link #unwrap}
     * or {@link #wrap} asks for {@link #consumed}, {@link #produced} and {@link #errno} next.
     */
    interface Session {
        /**
         * Takes ciphertext, and gives plaintext, but none before it is established. What it can't use yet, a part of a
         * record for instance, it keeps itself.
         *
         * @param at     where the ciphertext is in {@code memory}
         * @param length bytes of it; 0 to ask for plaintext that it {@linkplain #hasPlaintext has} already
         * @param into   where plaintext is to go in the same memory, which does not overlap the ciphertext
         * @param room   bytes that there are for it
         */
        void unwrap(MemorySegment memory, long at, int length, long into, int room);

        /**
         * Takes plaintext, and gives ciphertext, or something of its own: a step of the handshake, a goodbye.
         *
         * @param plaintext where the plaintext is, at {@code at}
         * @param length    bytes of it; 0 while there is none, or none may pass yet
         * @param memory    where ciphertext is to go, at {@code into}; it does not overlap the plaintext
         * @param room      bytes that there are for it
         */
        void wrap(MemorySegment plaintext, long at, int length, MemorySegment memory, long into, int room);

        /** Bytes that the last call has taken. */
        int consumed();

        /** Bytes that the last call has given. */
        int produced();

        /** Why the connection can't go on, after the last call; 0 if it can. */
        int errno();

        /** Whether the handshake is over, and the stages' bytes may pass. */
        boolean isEstablished();

        /** Whether it has plaintext that there was no room for. */
        boolean hasPlaintext();

        /** Whether it has something to send by itself. */
        boolean hasToSend();

        /** Whether the peer has said goodbye: no plaintext comes any more. */
        boolean hasEnded();

        /** No more plaintext goes out: it is to say goodbye. */
        void close();
    }
}
