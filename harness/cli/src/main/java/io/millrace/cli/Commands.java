package io.millrace.cli;

import java.util.SequencedMap;

/**
 * Commands beside those of the product. A jar on the class path adds its own by naming an implementation in {@code
 * META-INF/services}, as the lab does.
 */
public interface Commands {
    /** The classes of the commands, annotated for picocli, by name and in the order in which the help lists them. */
    SequencedMap<String, Class<?>> byName();
}
