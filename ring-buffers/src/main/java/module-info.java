/** Memory that frames lie in, and the rings that the kernel shares. A kind of port takes its memory from here. */
module millrace.ring {
    requires millrace.bindings;
    requires org.slf4j;

    exports io.millrace.ring;
}
