package io.millrace.lab.vm;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.millrace.cli.report.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the guest tells the host: a line of JSON behind a mark, so that anything else on the line is told apart.
 *
 * @param kind   of event
 * @param fields what belongs to it
 */
public record GuestEvent(Kind kind, Map<String, Object> fields) {
    private static final String MARK = "@millrace ";
    private static final String KIND_FIELD = "event";

    /** What may be told. */
    public enum Kind {
        /** The guest's Java is there: {@code kernel}, {@code java}. */
        START,
        /** A check begins: {@code name}. */
        CHECKING,
        /** It has ended: {@code name}, {@code passed}, {@code detail}, {@code engine}. */
        CHECK,
        /** A rate was measured: {@code path}, a {@link RatePath}, {@code frames_per_second}. */
        RATE,
        /** The guest can't go on: {@code text}. */
        FAILED,
        /** All is done. */
        END
    }

    /** Keeps a copy of the fields, in their order. */
    public GuestEvent {
        fields = new LinkedHashMap<>(fields);
    }

    /** The line, without its end. */
    public String line() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(KIND_FIELD, kind.name());
        all.putAll(fields);
        return MARK + Json.line(all);
    }

    /** Reads a line of the guest's; empty if it is none of these, or not a whole one. */
    public static Optional<GuestEvent> parse(String line) {
        int mark = line.indexOf(MARK);
        if (mark < 0) {
            return Optional.empty();
        }
        try {
            Map<String, Object> fields =
                    new LinkedHashMap<>(ConfigFactory.parseString(line.substring(mark + MARK.length()))
                            .root()
                            .unwrapped());
            Kind kind = Kind.valueOf(String.valueOf(fields.remove(KIND_FIELD)));
            return Optional.of(new GuestEvent(kind, fields));
        } catch (ConfigException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A text field, "" if it is not there. */
    public String text(String field) {
        return String.valueOf(fields.getOrDefault(field, ""));
    }

    /** A numeric field, 0 if it is not there. */
    public double number(String field) {
        return fields.get(field) instanceof Number number ? number.doubleValue() : 0;
    }

    /** A switch, false if it is not there. */
    public boolean flag(String field) {
        return Boolean.TRUE.equals(fields.get(field));
    }
}
