package io.millrace.core.path;

import io.millrace.spi.Port;
import java.lang.reflect.Array;
import java.util.stream.Stream;

/** Sorts ports by the roles that they have. Cold. */
public final class Roles {
    private Roles() {}

    /** Those of the ports that have a role, in their order: for what is done with each of them. */
    public static <T> T[] having(Class<T> role, Port[] ports) {
        return Stream.of(ports).filter(role::isInstance).map(role::cast).toArray(count -> newArray(role, count));
    }

    /** The ports by their ids, null in the places of those that lack the role: for what is done with one of them. */
    static <T> T[] byId(Class<T> role, Port[] ports) {
        return Stream.of(ports)
                .map(port -> role.isInstance(port) ? role.cast(port) : null)
                .toArray(count -> newArray(role, count));
    }

    @SuppressWarnings("unchecked")
    private static <T> T[] newArray(Class<T> type, int count) {
        return (T[]) Array.newInstance(type, count);
    }
}
