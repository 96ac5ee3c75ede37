package io.millrace.lab.demo;

/** Says that the engine's process ended when it should not have, or did not end when it should have. */
public final class EngineEndedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int exitCode;

    EngineEndedException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The exit code of the process; above 3 it was ended by a signal. */
    public int exitCode() {
        return exitCode;
    }
}
