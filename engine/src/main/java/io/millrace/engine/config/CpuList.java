package io.millrace.engine.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;

import java.util.ArrayList;
import java.util.List;

/** CPUs by their numbers. */
record CpuList(int last) implements KeyType<List<Integer>> {

    @Override
    public List<Integer> read(final ConfigValue value) throws BadValue {
        if (!(value instanceof ConfigList items)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected() + ", as in [1, 2]");
        }
        final WholeNumber cpu = WholeNumber.between(0, last, "");
        final List<Integer> cpus = new ArrayList<>();
        for (final ConfigValue item : items) {
            try {
                cpus.add(cpu.read(item));
            } catch (final BadValue e) {
                throw new BadValue("holds a CPU that " + e.getMessage(), item);
            }
        }
        return cpus;
    }

    @Override
    public String write(final List<Integer> value) {
        return value.toString();
    }

    @Override
    public String expected() {
        return "a list of whole numbers, 0 to " + last;
    }
}
