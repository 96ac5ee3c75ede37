package io.millrace.cli;

/** What the process ends with; scripts rely on it. */
public final class ExitCode {
    /** All went well. */
    public static final int FINE = 0;
    /** The engine failed, or a check of the run did: a frame is unaccounted for, say. */
    public static final int FAILED = 1;
    /** Wrong usage or a wrong config. */
    public static final int USAGE = 2;
    /** The host lacks something: a privilege, a package, an interface, a kernel feature. */
    public static final int HOST = 3;

    private ExitCode() {}
}
