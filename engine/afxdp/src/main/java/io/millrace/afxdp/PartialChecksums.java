package io.millrace.afxdp;

/** What to do about checksums that the senders of frames left to a network card. */
enum PartialChecksums {
    /** Finish them if there is no card between the sender and the interface. */
    AUTO,
    /** Finish them. */
    FINISH,
    /** Forward frames with their checksums as they are. */
    LEAVE
}
