package io.millrace.engine.link;

/** A port whose frames come by an interface of the host. */
public interface LinkedPort {
    /** The interface. Any thread. */
    PortLink link();

    /** Cold, link thread: the interface is gone for good; lets go of whatever is still held of it. */
    void loseLink();
}
