package io.millrace.core.path;

import io.millrace.spi.Port;
import java.lang.reflect.Array;
import java.util.stream.Stream;

/** Sorts ports by the roles that they have. Cold. */
public final class Roles {
    private Roles() {}

    /** Returns the ports that have a role, in their order; for loops over all of them. */
    public static <T> T[] having(Class<T> role, Port[] ports) {
        return Stream.of(ports).filter(role::isInstance).map(role::cast).toArray(count -> newArray(role, count));
    }

    /** Returns the ports by their ids, with null for those that lack the role; for access to one of them. */
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
