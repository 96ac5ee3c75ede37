package io.millrace.cli;

/** The exit codes of the process, which scripts rely on. */
public final class ExitCode {
    /** All went well. */
    public static final int FINE = 0;
    /** The engine failed, or a check of the run did: a frame is unaccounted for, for instance. */
    public static final int FAILED = 1;
    /** Wrong usage or a wrong config. */
    public static final int USAGE = 2;
    /** The host lacks something: a privilege, a package, an interface, a kernel feature. */
    public static final int HOST = 3;

    private ExitCode() {}
}
