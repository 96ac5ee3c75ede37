package io.millrace.xdp;

import java.util.Collection;

/**
 * Classes of ports: the ends of all ranges cut 0..65535 into pieces, and each piece that some range covers is a class.
 */
final class PortClasses {

    private final int[] classes = new int[PortRange.PORTS];
    private final int count;

    PortClasses(Collection<PortRange> ranges) {
        boolean[] cut = new boolean[PortRange.PORTS + 1];
        int[] coverChange = new int[PortRange.PORTS + 1];
        for (PortRange range : ranges) {
            cut[range.first()] = true;
            cut[range.last() + 1] = true;
            coverChange[range.first()]++;
            coverChange[range.last() + 1]--;
        }
        int last = 0;
        int cover = 0;
        for (int port = 0; port < PortRange.PORTS; port++) {
            cover += coverChange[port];
            if (cover > 0) {
                last += cut[port] ? 1 : 0;
                classes[port] = last;
            }
        }
        count = last;
    }

    int count() {
        return count;
    }

    /** The class of a port, or 0 if it is in no range. */
    int of(int port) {
        return classes[port];
    }

    /** Returns the classes that a rule with this range means. */
    ClassRange of(PortRange range) {
        return new ClassRange(classes[range.first()], classes[range.last()]);
    }
}
