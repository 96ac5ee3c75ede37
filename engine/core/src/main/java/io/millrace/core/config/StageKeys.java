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

/** The keys that options of built-in stages are, so that they are read and written like all others. */
final class StageKeys {

    private StageKeys() {}

    /** Null for a port: which names there are depends on the rest of the config. */
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

    /** The key's value in a stage's block as that block's only setting; written the same for the same value. */
    static <T> Config read(SettingsBlock stage, ValueKey<T> key) {
        return ConfigFactory.parseString(key.name() + " = " + key.type().write(stage.get(key)));
    }
}
