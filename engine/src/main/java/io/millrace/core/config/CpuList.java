package io.millrace.core.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.util.ArrayList;
import java.util.List;

/** CPUs by their numbers. */
record CpuList(int last) implements KeyType<List<Integer>> {

    @Override
    public List<Integer> read(ConfigValue value) throws BadValue {
        if (!(value instanceof ConfigList items)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected() + ", as in [1, 2]");
        }
        WholeNumber cpu = WholeNumber.between(0, last, "");
        List<Integer> cpus = new ArrayList<>();
        for (ConfigValue item : items) {
            try {
                cpus.add(cpu.read(item));
            } catch (BadValue e) {
                throw new BadValue("holds a CPU that " + e.getMessage(), item);
            }
        }
        return cpus;
    }

    @Override
    public String write(List<Integer> value) {
        return value.toString();
    }

    @Override
    public String expected() {
        return "a list of whole numbers, 0 to " + last;
    }
}
