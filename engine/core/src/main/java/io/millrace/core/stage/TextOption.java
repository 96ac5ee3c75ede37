package io.millrace.core.stage;

/**
 * An option whose value is a text that is not empty.
 *
 * @param name         the key
 * @param mostBytes    the length of the longest value in UTF-8, in bytes
 * @param defaultValue the value if it is not set
 * @param meaning      a few words for the reference
 */
public record TextOption(String name, int mostBytes, String defaultValue, String meaning) implements StageOption {}
