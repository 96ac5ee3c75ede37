package io.millrace.core.stage;

/**
 * An option that must be set, to the name of a port.
 *
 * @param name    the key
 * @param meaning a few words for the reference
 */
public record PortOption(String name, String meaning) implements StageOption {}
