package io.millrace.bindings;

/** A system call that failed. The message reads "bind: EBUSY (Device or resource busy)". */
public final class SystemCallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * A failed call.
     *
     * @param call  what failed, by its C name, with an argument where that helps: "open /proc/self/ns/net"
     * @param errno the errno that it left, positive
     */
    public SystemCallException(String call, int errno) {
        super(call + ": " + Errno.name(errno) + " (" + Errno.describe(errno) + ")");
        this.call = call;
        this.errno = errno;
    }

    /**
     * What failed.
     *
     * @return the call as passed to the constructor
     */
    public String call() {
        return call;
    }

    /**
     * Why, for comparisons with the generated constants.
     *
     * @return a positive errno
     */
    public int errno() {
        return errno;
    }

    /**
     * Why, for people.
     *
     * @return for example "EBUSY"
     */
    public String errnoName() {
        return Errno.name(errno);
    }
}
