package io.millrace.xdp;

/**
 * Compiled rules as one bit for each combination of classes, set where a rule accepts it: the fastest to look up, one
 * load whatever the rules, but as large as the product of all dimensions. A combination's cell is the sum of its
 * classes, each multiplied by its dimension's stride.
 */
final class CellTable {

    /** The most cells, which are 4 MiB of bits; for more, {@link RuleKeys} take less memory and are as fast. */
    static final long MAX_CELLS = 1 << 25;
    /** The most steps that filling the table may take, which are some tenths of a second. */
    private static final long MAX_CELLS_SET = 1 << 27;

    private final int[] strides = new int[Dimension.COUNT];
    private final long[] bits;

    private CellTable(CompiledRules rules, int cells) {
        bits = new long[(cells + Long.SIZE - 1) / Long.SIZE];
        int stride = 1;
        for (Dimension dimension : Dimension.values()) {
            strides[dimension.ordinal()] = stride;
            stride *= rules.classCount(dimension) + 1;
        }
        for (int rule = 0; rule < rules.ruleCount(); rule++) {
            Combinations.forEach(ranges(rules, rule), this::set);
        }
    }

    /**
     * Makes the table.
     *
     * @param rules    what to accept
     * @param maxCells how large it may be
     * @return the table, or null if it would be larger, or take long to fill
     */
    static CellTable of(CompiledRules rules, long maxCells) {
        long cells = 1;
        for (Dimension dimension : Dimension.values()) {
            cells *= rules.classCount(dimension) + 1;
            if (cells > maxCells) {
                return null;
            }
        }
        long set = 0;
        for (int rule = 0; rule < rules.ruleCount(); rule++) {
            set += Combinations.count(ranges(rules, rule));
        }
        return set > MAX_CELLS_SET ? null : new CellTable(rules, (int) cells);
    }

    private static ClassRange[] ranges(CompiledRules rules, int rule) {
        ClassRange[] ranges = new ClassRange[Dimension.COUNT];
        for (Dimension dimension : Dimension.values()) {
            ClassRange range = rules.range(rule, dimension);
            ranges[dimension.ordinal()] = range == null ? new ClassRange(0, rules.classCount(dimension)) : range;
        }
        return ranges;
    }

    private void set(int[] classes) {
        int cell = 0;
        for (int i = 0; i < classes.length; i++) {
            cell += classes[i] * strides[i];
        }
        bits[cell / Long.SIZE] |= 1L << cell % Long.SIZE;
    }

    int stride(Dimension dimension) {
        return strides[dimension.ordinal()];
    }

    /** The table in words of 64 cells, with cell 0 in the lowest bit of the first word. */
    long[] bits() {
        return bits;
    }
}
