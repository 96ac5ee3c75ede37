package io.millrace.bindings;

import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.MemorySegment;

/**
 * Names and descriptions of errno values, as the C library has them; not translated, whatever the locale. The values
 * themselves are in the generated {@link libc_h}: {@code libc_h.EBUSY()}.
 */
public final class Errno {

    private Errno() {}

    /**
     * The symbolic name.
     *
     * @param errno a positive errno
     * @return "EBUSY", or "errno 4711" for a value that the C library does not know
     */
    public static String name(int errno) {
        MemorySegment name = libc_h.strerrorname_np(errno);
        return isNull(name) ? "errno " + errno : name.getString(0);
    }

    /**
     * The description.
     *
     * @param errno a positive errno
     * @return "Device or resource busy", or "unknown error" for a value that the C library does not know
     */
    public static String describe(int errno) {
        MemorySegment description = libc_h.strerrordesc_np(errno);
        return isNull(description) ? "unknown error" : description.getString(0);
    }

    private static boolean isNull(MemorySegment pointer) {
        return pointer.address() == 0;
    }
}
