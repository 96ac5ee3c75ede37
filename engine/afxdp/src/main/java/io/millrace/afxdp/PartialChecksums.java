package io.millrace.afxdp;

/** What becomes of checksums that the senders of frames left to a network card. */
enum PartialChecksums {
    /** They are finished where there is no card between the sender and the interface. */
    AUTO,
    /** They are finished. */
    FINISH,
    /** Frames are forwarded with them as they are. */
    LEAVE
}
