package io.millrace.core.stage;

import java.util.List;

/**
 * An option whose value is one of a few words or numbers. Where {@code on} and {@code off} are among them,
 * {@code true} and {@code false} mean the same.
 *
 * @param name         the key
 * @param values       two or more, as they are written in a config
 * @param defaultValue the value if it is not set
 * @param meaning      a few words for the reference
 */
public record ChoiceOption(String name, List<String> values, String defaultValue, String meaning)
        implements StageOption {

    public ChoiceOption {
        values = List.copyOf(values);
    }
}
