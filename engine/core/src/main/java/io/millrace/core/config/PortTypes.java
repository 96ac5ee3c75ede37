package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.PortType;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.NearestName;
import io.millrace.spi.config.ValueKey;
import io.millrace.spi.config.ValueText;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The known port types, by name. */
public final class PortTypes implements KeyType<PortType> {
    private final List<PortType> types;
    private final ValueKey<PortType> key = KeyBlock.named("NAME").required("type", this, "What kind of port it is.");

    /** @throws IllegalStateException if two types have the same name */
    PortTypes(List<PortType> types) {
        this.types = types.stream().sorted(Comparator.comparing(PortType::name)).toList();
        for (int i = 1; i < this.types.size(); i++) {
            PortType type = this.types.get(i);
            PortType before = this.types.get(i - 1);
            if (type.name().equals(before.name())) {
                throw new IllegalStateException(before.getClass().getName() + " and "
                        + type.getClass().getName() + " are both the port type " + type.name()
                        + "; take one of them off the class path");
            }
        }
    }

    private static final class Found {
        static final PortTypes TYPES = new PortTypes(ServiceLoader.load(PortType.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList());
    }

    /** The types on the class path or the module path, searched once. */
    public static PortTypes found() {
        return Found.TYPES;
    }

    /** All of them, by name. */
    public List<PortType> all() {
        return types;
    }

    /** The keys of the {@code engine} block, with those that port types add. */
    KeyBlock engineKeys() {
        return EngineKeys.BLOCK.with(types.stream()
                .map(PortType::engineBlock)
                .flatMap(Optional::stream)
                .distinct()
                .toList());
    }

    /** The key that names a port's type. */
    ValueKey<PortType> key() {
        return key;
    }

    /** The type that a value names; empty if there is no such type. */
    public Optional<PortType> find(Object name) {
        return types.stream().filter(type -> type.name().equals(name)).findFirst();
    }

    /** The names of the types that match, in the form of a message. */
    String names(Predicate<PortType> condition) {
        return types.stream().filter(condition).map(PortType::name).collect(Collectors.joining(" or "));
    }

    @Override
    public PortType read(ConfigValue value) throws BadValue {
        if (!(value.unwrapped() instanceof String name)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        }
        Optional<PortType> type = find(name);
        if (type.isEmpty()) {
            throw new BadValue("is " + ValueText.quoted(name) + ", and there is no such type; "
                    + NearestName.advice(name, names(), "types"));
        }
        return type.get();
    }

    @Override
    public String write(PortType value) {
        return value.name();
    }

    @Override
    public String expected() {
        int last = types.size() - 1;
        return last < 1
                ? String.join("", names())
                : String.join(", ", names().subList(0, last)) + " or " + names().get(last);
    }

    private List<String> names() {
        return types.stream().map(PortType::name).toList();
    }
}
