package io.millrace.xdp;

/**
 * Compiled rules as entries of a hash table: for each rule all combinations of the classes that it means, under its
 * shape. The table grows with the rules and with how much they overlap, not with the sizes of the dimensions.
 */
final class RuleKeys {

    /** The most keys; each takes some 100 bytes in the kernel. */
    static final long MAX_KEYS = 1 << 20;

    /** Receives the keys. */
    interface Sink {

        /**
         * One entry.
         *
         * @param shape      the dimensions that count
         * @param classes    the class in each dimension, 0 in those that don't count; the array changes after the call
         * @param ruleNumber the rule that the entry comes from
         */
        void accept(int shape, int[] classes, int ruleNumber);
    }

    private final CompiledRules rules;
    private final int count;

    /**
     * Counts the keys.
     *
     * @throws IllegalArgumentException if they are too many
     */
    RuleKeys(CompiledRules rules) {
        this.rules = rules;
        count = checkedCount();
    }

    private int checkedCount() {
        long keys = 0;
        for (int rule = 0; rule < rules.ruleCount(); rule++) {
            long ofRule = Combinations.count(ranges(rule));
            keys += ofRule;
            if (keys > MAX_KEYS) {
                throw new IllegalArgumentException("accept: " + rules.ruleCount() + " rules need more than the "
                        + MAX_KEYS
                        + " table entries there may be, because their nets and ports cut each other into many"
                        + " pieces ('" + rules.rule(rule) + "' alone into " + ofRule
                        + "); use fewer overlapping nets and port ranges, or drop conditions from the widest rules");
            }
        }
        return (int) keys;
    }

    private ClassRange[] ranges(int rule) {
        ClassRange[] ranges = new ClassRange[Dimension.COUNT];
        for (Dimension dimension : Dimension.values()) {
            ClassRange range = rules.range(rule, dimension);
            ranges[dimension.ordinal()] = range == null ? ClassRange.NONE : range;
        }
        return ranges;
    }

    /** How often {@link #forEach} calls; keys that several rules share are counted each time. */
    int count() {
        return count;
    }

    void forEach(Sink sink) {
        for (int rule = 0; rule < rules.ruleCount(); rule++) {
            int number = rule;
            int shape = rules.shape(rule);
            Combinations.forEach(ranges(rule), classes -> sink.accept(shape, classes, number));
        }
    }
}
