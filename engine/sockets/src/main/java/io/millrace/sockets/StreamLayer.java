package io.millrace.sockets;

import java.lang.foreign.MemorySegment;

/**
 * A protocol between the sockets of a TCP port and the pipeline, such as TLS. What comes from the socket is called its
 * ciphertext, and what the stages see its plaintext, whatever the protocol does. For a port without a layer it costs
 * one test for null for each receive and each queued frame. Only the poller's thread may use this.
 *
 * <pre>
 *   inbound    socket ──▶ StreamReader ──▶ LayerReader ──▶ StreamDecoder ──▶ stages
 *                                          Session.unwrap
 *   outbound   stages ──▶ StreamWriter: plaintext ──▶ LayerWriter ──▶ ciphertext ──▶ socket
 *                                                     Session.wrap
 * </pre>
 *
 * <p>A connection of such a port is {@link StreamState#HANDSHAKING} from the moment when its socket is connected until
 * {@link Session#isEstablished}. Only then do stages hear that it is established, and only then are its frames taken.
 * When everything from the stages has been written, {@link Session#close} lets the session send its closing message,
 * before the socket's half is shut down. A stream that ends without the peer's closing message has been cut off: its
 * connection fails with EPROTO.
 *
 * <p><b>TLS by an SSLEngine</b> would be a session that keeps one {@code ByteBuffer} view of the ports' memory and
 * moves its position and limit to the frames, so that nothing is allocated. An SSLEngine wants each record whole and in
 * one piece, and a record may be larger than a frame: the session gathers what {@code unwrap} gives it in a buffer of
 * its own of one record, and hands out a record's plaintext in as many calls as it fills frames, saying so by {@link
 * Session#hasPlaintext}. {@code NEED_WRAP} is {@link Session#hasToSend}. {@code NEED_TASK} must not be run here: the
 * session stands still while another thread has it, and goes on when it is asked again.
 *
 * <p><b>Kernel TLS</b> would begin in the same way; when the handshake is over, the session gives the kernel the keys
 * (setsockopt TLS_TX and TLS_RX) and the connection drops its session, so that it goes on as a plain one, with files
 * and sends without a copy. Before that, {@code unwrap} must not have consumed bytes behind the handshake's last
 * record.
 */
interface StreamLayer {
    /**
     * Makes the session of a new connection. Called once for each connection, so it may allocate.
     *
     * @param isClient whether this side has connected
     */
    Session open(boolean isClient);

    /**
     * The layer's state of one connection. It must not keep the memory that it is given. The caller of {@link #unwrap}
     * or {@link #wrap} reads {@link #consumed}, {@link #produced} and {@link #errno} next.
     */
    interface Session {
        /**
         * Takes ciphertext and gives plaintext, but none before the session is established. It keeps what it can't use
         * yet itself, a part of a record for instance.
         *
         * @param at     where the ciphertext is in {@code memory}
         * @param length the length of the ciphertext; 0 to ask for plaintext that it already {@linkplain #hasPlaintext
         *               has}
         * @param into   where plaintext goes in the same memory; it does not overlap the ciphertext
         * @param room   the number of bytes that there is room for
         */
        void unwrap(MemorySegment memory, long at, int length, long into, int room);

        /**
         * Takes plaintext and gives ciphertext, or something of its own: a step of the handshake, or its closing
         * message.
         *
         * @param plaintext where the plaintext is, at {@code at}
         * @param length    the length of the plaintext; 0 if there is none, or none may pass yet
         * @param memory    where ciphertext goes, at {@code into}; it does not overlap the plaintext
         * @param room      the number of bytes that there is room for
         */
        void wrap(MemorySegment plaintext, long at, int length, MemorySegment memory, long into, int room);

        /** The number of bytes that the last call has taken. */
        int consumed();

        /** The number of bytes that the last call has given. */
        int produced();

        /** The errno because of which the connection can't go on after the last call; 0 if it can. */
        int errno();

        /** Returns whether the handshake is finished, so that the stages' bytes may pass. */
        boolean isEstablished();

        /** Returns whether it has plaintext for which there was no room. */
        boolean hasPlaintext();

        /** Returns whether it has something to send by itself. */
        boolean hasToSend();

        /** Returns whether the peer has sent its closing message: no more plaintext will come. */
        boolean hasEnded();

        /** Tells it that no more plaintext is sent, so that it sends its closing message. */
        void close();
    }
}
