package io.millrace.xdp;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Classes of addresses: those whose longest matching prefix is the same. A rule's prefix means its own class and those
 * of all prefixes inside it, which follow it in the sorted list.
 */
final class NetClasses {

    private final List<Prefix> sorted;
    private final Map<Prefix, ClassRange> ranges = new HashMap<>();

    NetClasses(Collection<Prefix> prefixes) {
        sorted = prefixes.stream().distinct().sorted().toList();
        for (int i = 0; i < sorted.size(); i++) {
            ranges.put(sorted.get(i), new ClassRange(i + 1, lastInside(i) + 1));
        }
    }

    private int lastInside(int index) {
        Prefix outer = sorted.get(index);
        int last = index;
        while (last + 1 < sorted.size() && outer.contains(sorted.get(last + 1))) {
            last++;
        }
        return last;
    }

    /** The prefixes; the class of each is its place in the list, counted from 1. */
    List<Prefix> prefixes() {
        return sorted;
    }

    int count() {
        return sorted.size();
    }

    /** Returns the classes that a rule with this prefix means. */
    ClassRange of(Prefix prefix) {
        return ranges.get(prefix);
    }
}
