package io.millrace.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.core.stage.ChoiceOption;
import io.millrace.core.stage.PortOption;
import io.millrace.core.stage.SizeOption;
import io.millrace.core.stage.StageOption;
import io.millrace.core.stage.TextOption;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.KeyTypes;
import io.millrace.spi.config.ValueKey;

/** Makes keys of the options of built-in stages, so that they are read and written like all other keys. */
final class StageKeys {

    private StageKeys() {}

    /** Null for the name of a port, since the valid names depend on the rest of the config. */
    static ValueKey<?> of(StageOption option) {
        return switch (option) {
            case PortOption port -> null;
            case SizeOption size -> key(size, KeyTypes.bytes(size.least(), size.most()), size.defaultValue());
            case ChoiceOption choice -> key(choice, KeyTypes.oneOf(choice.values()), choice.defaultValue());
            case TextOption text -> key(text, KeyTypes.text(text.mostBytes()), text.defaultValue());
        };
    }

    private static <T> ValueKey<T> key(StageOption option, KeyType<T> type, T defaultValue) {
        return ValueKey.alone(option.name(), type, defaultValue, option.meaning());
    }

    /** Returns a block with the key's value as its only setting; equal values give equal text. */
    static <T> Config read(SettingsBlock stage, ValueKey<T> key) {
        return ConfigFactory.parseString(key.name() + " = " + key.type().write(stage.get(key)));
    }
}
