package io.millrace.xdp;

import java.util.Collection;
import java.util.List;

/** The classes of EtherTypes or protocols, one for each that a rule names. */
final class ValueClasses {

    private final List<Integer> values;

    ValueClasses(Collection<Integer> values) {
        this.values = values.stream().distinct().sorted().toList();
    }

    /** The values; the class of each is its place in the list, counted from 1. */
    List<Integer> values() {
        return values;
    }

    int count() {
        return values.size();
    }

    /** The class of a value, or 0 if no rule names it. */
    int of(int value) {
        return values.indexOf(value) + 1;
    }
}
