package io.millrace.bindings;

/** Says that a system call failed. The message reads "bind: EBUSY (Device or resource busy)". */
public final class SystemCallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * Makes the exception for a failed call.
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
     * The call that failed.
     *
     * @return the call as passed to the constructor
     */
    public String call() {
        return call;
    }

    /**
     * The errno, for comparisons with the generated constants.
     *
     * @return a positive errno
     */
    public int errno() {
        return errno;
    }

    /**
     * The errno's symbolic name.
     *
     * @return for example "EBUSY"
     */
    public String errnoName() {
        return Errno.name(errno);
    }
}
