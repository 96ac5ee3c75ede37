package io.millrace.core.stage;

/**
 * An option whose value is a number of bytes.
 *
 * @param name         the key
 * @param least        the smallest value, in bytes
 * @param most         the largest value, in bytes
 * @param defaultValue the value if it is not set, in bytes
 * @param meaning      a few words for the reference
 */
public record SizeOption(String name, int least, int most, int defaultValue, String meaning) implements StageOption {}
