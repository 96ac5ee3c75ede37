package io.millrace.lab.demo;

import java.util.List;
import java.util.Map;

/** What a demo of one kind of port found out, beside what all kinds have in common. */
interface Findings {
    Accounting accounting();

    /** What is accounted for, in the singular. */
    String unit();

    /** What a round trip is measured from and to. */
    String roundTrip();

    /** What is wrong, one line each. */
    default List<String> problems() {
        return List.of();
    }

    /** What only this kind has in the JSON's {@code traffic}. */
    Map<String, Object> json();

    /** Adds the rows about what was sent and how far it came. */
    void traffic(DemoTable table);

    /** Adds the rows of the engine's port. */
    void port(DemoTable table);

    /** Adds the rows of what was checked beside. */
    default void checks(DemoTable table) {}
}
