package io.millrace.engine.stage;

/**
 * An option of a built-in stage: it must be set, to the name of a port.
 *
 * @param name    the key
 * @param meaning one line for the reference
 */
public record PortOption(String name, String meaning) {
}
