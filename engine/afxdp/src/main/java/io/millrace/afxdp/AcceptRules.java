package io.millrace.afxdp;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.millrace.ConfigException;
import io.millrace.SourceLine;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import io.millrace.xdp.AcceptRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The type of the {@code accept} key: rules, or the word for every frame. An empty list also means every frame. */
record AcceptRules() implements KeyType<List<AcceptRule>> {

    private static final String ALL = "all";

    @Override
    public List<AcceptRule> read(ConfigValue value) throws BadValue {
        if (ALL.equals(value.unwrapped())) {
            return List.of();
        }
        if (!(value instanceof ConfigList items)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        }
        List<AcceptRule> rules = new ArrayList<>();
        for (ConfigValue item : items) {
            rules.add(rule(item));
        }
        return rules;
    }

    private static AcceptRule rule(ConfigValue item) throws BadValue {
        if (!(item.unwrapped() instanceof String text)) {
            throw new BadValue("holds " + ValueText.of(item) + "; write a rule, as in \"udp dst port 9000\"", item);
        }
        if (text.equals(ALL)) {
            throw new BadValue("holds '" + ALL + "', which is no rule; write it without the brackets", item);
        }
        try {
            return AcceptRule.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValue("holds " + ValueText.oneLine(e.getMessage()), item);
        }
    }

    @Override
    public String write(List<AcceptRule> value) {
        return value.isEmpty()
                ? ALL
                : value.stream()
                        .map(rule -> ConfigUtil.quoteString(rule.toString()))
                        .collect(Collectors.joining(", ", "[", "]"));
    }

    @Override
    public String expected() {
        return "a list of rules, as in [\"udp dst port 9000\"], or " + ALL;
    }

    @Override
    public String remark(List<AcceptRule> value) {
        return value.isEmpty() ? "every frame" : "the rest stays with the kernel";
    }

    /** Returns whether a port takes every frame only because its config does not say which. */
    static boolean takesAllUnasked(PortSettings port) {
        return port.get(AfXdpKeys.ACCEPT).isEmpty()
                && port.line() != SourceLine.NOWHERE
                && !port.isWritten(AfXdpKeys.ACCEPT);
    }

    /** Says that the rules make too large a table, with the line of the config that has them. */
    static ConfigException refused(PortSettings port, IllegalArgumentException cause) {
        return new ConfigException(
                port.lineOf(AfXdpKeys.ACCEPT), "ports." + port.name() + ".accept: " + cause.getMessage(), cause);
    }
}
