package io.millrace.lab.bench;

import io.millrace.lab.net.UdpCounters;

/**
 * The account of a turn with datagrams, from the receiver's start to its end: what was sent, where the kernel says that
 * it went, and what the receiver says that it got.
 *
 * @param sent   datagrams that entered the receiver's interface
 * @param kernel what the receiving namespace counted
 * @param echoed datagrams that came back to the sender
 * @param counts the receiver's own
 * @param merges whether the kernel merges datagrams for the receiver, and then counts what it has merged once
 * @param echo   whether the receiver had to send them back
 */
record UdpAccount(long sent, UdpCounters kernel, long echoed, Contender.Counts counts, boolean merges, boolean echo) {
    /** Datagrams that the kernel merges at most (UDP_GRO_CNT_MAX, and as many in newer kernels). */
    private static final long MOST_MERGED = 64;

    /** Says what does not add up, or "". */
    String problem() {
        String problem = merges ? mergedProblem() : plainProblem();
        return problem.isEmpty() && echo ? echoProblem() : problem;
    }

    private long lost() {
        return kernel.errors() + kernel.noPort();
    }

    private String plainProblem() {
        if (kernel.received() + lost() != sent) {
            return "sent " + sent + ", but the kernel delivered " + kernel.received() + " and dropped " + lost();
        }
        if (counts.received() != kernel.received()) {
            return "the kernel delivered " + kernel.received() + ", but it received " + counts.received();
        }
        return "";
    }

    private String mergedProblem() {
        if (counts.merged() != Contender.UNKNOWN && counts.merged() != kernel.received()) {
            return "the kernel delivered " + kernel.received() + " merged ones, but it received " + counts.merged();
        }
        if (countsMergedOnce()) {
            return "";
        }
        long missing = sent - counts.received();
        if (missing < lost() || missing > lost() * MOST_MERGED) {
            return "sent " + sent + ", but received " + counts.received() + ", and the kernel dropped " + lost()
                    + " merged ones";
        }
        return "";
    }

    private String echoProblem() {
        if (merges && countsMergedOnce()) {
            return "";
        }
        if (counts.returned() != Contender.UNKNOWN && counts.returned() != echoed) {
            return "sent back " + counts.returned() + ", but " + echoed + " arrived";
        }
        if (counts.received() != echoed + counts.failed()) {
            return "received " + counts.received() + ", but " + echoed + " came back and " + counts.failed()
                    + " are counted as not sent";
        }
        return "";
    }

    /** A receiver may see a merged datagram as one frame, and count it so. */
    private boolean countsMergedOnce() {
        return counts.merged() == Contender.UNKNOWN
                && counts.received() == kernel.received()
                && kernel.received() + lost() != sent;
    }

    /** The average number of datagrams in one that the kernel counts as dropped. */
    double datagramsPerDrop() {
        if (!merges || lost() == 0) {
            return 1;
        }
        return countsMergedOnce()
                ? (double) sent / (kernel.received() + lost())
                : (double) (sent - counts.received()) / lost();
    }
}
