package io.millrace.lab.bench;

import java.util.List;
import java.util.function.IntFunction;

/**
 * A quantity that grows while everything else stays the same.
 *
 * @param across     its name in the plural, and its unit
 * @param suite      the work meanwhile
 * @param values     its sizes, ascending
 * @param settings   the settings for each size
 * @param contenders the contenders for each size, with the same names
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
