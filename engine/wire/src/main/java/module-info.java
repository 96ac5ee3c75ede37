/** Flyweights over the headers of packets. */
module millrace.wire {
    requires transitive org.agrona;

    exports io.millrace.wire;
}
