package io.millrace.afxdp;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which receive queues of an interface a port opens.
 *
 * @param all    whether every queue of the interface is opened
 * @param queues the listed queues, ascending and without duplicates; empty with {@code all}
 */
record QueueSelection(boolean all, List<Integer> queues) {
    /** Selects every queue of the interface. */
    public static final QueueSelection ALL = new QueueSelection(true, List.of());

    public QueueSelection {
        queues = queues.stream().sorted().distinct().toList();
        if (all != queues.isEmpty()) {
            throw new IllegalArgumentException("either all queues, or those named");
        }
    }

    /** Selects the listed queues. */
    public static QueueSelection of(List<Integer> queues) {
        return new QueueSelection(false, queues);
    }

    /** Returns the queues to open on an interface that has {@code queueCount} of them. */
    public int[] resolve(int queueCount) {
        return all
                ? IntStream.range(0, queueCount).toArray()
                : queues.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Writes the selection as it is written in a config. */
    @Override
    public String toString() {
        return all ? "all" : queues.toString();
    }
}
