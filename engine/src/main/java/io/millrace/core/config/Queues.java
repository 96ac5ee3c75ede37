package io.millrace.core.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Receive queues by their numbers, or {@code all}. */
record Queues() implements KeyType<QueueSelection> {
    private static final String ALL = "all";
    private static final int LAST_QUEUE = 4095;

    @Override
    public QueueSelection read(ConfigValue value) throws BadValue {
        if (ALL.equals(value.unwrapped())) {
            return QueueSelection.ALL;
        }
        if (!(value instanceof ConfigList items)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected() + ", as in [0, 1]");
        }
        if (items.isEmpty()) {
            throw new BadValue("names no queue; write " + expected() + ", as in [0, 1]");
        }
        WholeNumber number = WholeNumber.between(0, LAST_QUEUE, "");
        Set<Integer> queues = new LinkedHashSet<>();
        for (ConfigValue item : items) {
            int queue = read(number, item);
            if (!queues.add(queue)) {
                throw new BadValue("names queue " + queue + " twice; name each queue once", item);
            }
        }
        return QueueSelection.of(List.copyOf(queues));
    }

    private static int read(WholeNumber number, ConfigValue item) throws BadValue {
        try {
            return number.read(item);
        } catch (BadValue e) {
            throw new BadValue("holds a queue that " + e.getMessage(), item);
        }
    }

    @Override
    public String write(QueueSelection value) {
        return value.toString();
    }

    @Override
    public String expected() {
        return "all, or a list of whole numbers, 0 to " + LAST_QUEUE;
    }
}
