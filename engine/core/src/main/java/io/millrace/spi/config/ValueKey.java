package io.millrace.spi.config;

import com.typesafe.config.ConfigFactory;

/** A key with one value. */
public final class ValueKey<T> extends Key<T> {
    private final KeyType<T> type;
    private final String defaultText;
    private final String meaning;
    private T defaultValue;

    ValueKey(String name, String path, KeyType<T> type, String defaultText, String meaning) {
        super(name, path);
        this.type = type;
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    /**
     * Makes a key outside a {@link KeyBlock}, for a block whose keys are known only when it is read: the options of a
     * stage.
     */
    public static <T> ValueKey<T> alone(String name, KeyType<T> type, T defaultValue, String meaning) {
        return new ValueKey<>(name, name, type, type.write(defaultValue), meaning);
    }

    /** The type of the values. */
    public KeyType<T> type() {
        return type;
    }

    /** Returns whether the key has no default. */
    public boolean isRequired() {
        return defaultText == null;
    }

    /** The default as HOCON; null if it must be set. */
    public String defaultText() {
        return defaultText;
    }

    /** The key's meaning: one line for the reference. */
    public String meaning() {
        return meaning;
    }

    /** Returns the default, read by the same code as a value of a file. */
    public synchronized T defaultValue() {
        if (defaultValue == null) {
            try {
                defaultValue = type.read(
                        ConfigFactory.parseString("v = " + defaultText).root().get("v"));
            } catch (BadValue e) {
                throw new IllegalStateException("the default of " + path() + " " + e.getMessage());
            }
        }
        return defaultValue;
    }
}
