package io.millrace.xdp;

/** Walks all combinations of one class from each dimension's range. */
final class Combinations {

    /** Receives the combinations. */
    interface Visitor {

        /**
         * One combination.
         *
         * @param classes the class in each dimension; the array changes after the call
         */
        void visit(int[] classes);
    }

    private Combinations() {}

    /** How many combinations there are, or {@link Integer#MAX_VALUE} if they are more. */
    static long count(ClassRange[] ranges) {
        long count = 1;
        for (ClassRange range : ranges) {
            count = Math.min(count * range.count(), Integer.MAX_VALUE);
        }
        return count;
    }

    static void forEach(ClassRange[] ranges, Visitor visitor) {
        forEach(ranges, 0, new int[ranges.length], visitor);
    }

    private static void forEach(ClassRange[] ranges, int dimension, int[] classes, Visitor visitor) {
        if (dimension == ranges.length) {
            visitor.visit(classes);
            return;
        }
        for (int i = ranges[dimension].first(); i <= ranges[dimension].last(); i++) {
            classes[dimension] = i;
            forEach(ranges, dimension + 1, classes, visitor);
        }
    }
}
