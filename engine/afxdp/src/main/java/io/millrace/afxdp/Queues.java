package io.millrace.afxdp;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.KeyTypes;
import java.util.List;

/** The type of the {@code queues} key: the numbers of receive queues, or {@code all}. */
record Queues() implements KeyType<QueueSelection> {
    private static final String ALL = "all";
    private static final KeyType<List<Integer>> NUMBERS =
            KeyTypes.numbers(0, 4095, "queue", "all, or a list of whole numbers, 0 to 4095");

    @Override
    public QueueSelection read(ConfigValue value) throws BadValue {
        if (ALL.equals(value.unwrapped())) {
            return QueueSelection.ALL;
        }
        List<Integer> queues = NUMBERS.read(value);
        if (queues.isEmpty()) {
            throw new BadValue("names no queue; write " + expected() + ", as in [0, 1]");
        }
        return QueueSelection.of(queues);
    }

    @Override
    public String write(QueueSelection value) {
        return value.toString();
    }

    @Override
    public String expected() {
        return NUMBERS.expected();
    }
}
