package io.millrace.lab.bench;

import java.util.List;
import java.util.function.IntFunction;

/**
 * Something that is made to grow while all else stays as it is.
 *
 * @param across     what it is, in the plural, and its unit
 * @param suite      the work meanwhile
 * @param values     its sizes, rising
 * @param settings   at each of them
 * @param contenders at each of them, the same ones by name
 */
record ScaleAxis(
        String across,
        Suite suite,
        List<Integer> values,
        IntFunction<Settings> settings,
        IntFunction<List<Contender>> contenders) {
    int turns(int rounds) {
        return values.stream().mapToInt(value -> contenders.apply(value).size()).sum() * rounds;
    }
}
