package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.net.UdpCounters;
import org.junit.jupiter.api.Test;

class UdpAccountTest {
    /** The kernel's counters with some datagrams delivered, and some dropped at the socket. */
    private static UdpCounters kernel(long delivered, long dropped) {
        return new UdpCounters(delivered, 0, dropped, dropped, 0);
    }

    private static Contender.Counts counts(long received, long returned, long failed, long merged) {
        return new Contender.Counts(received, returned, 0, failed, merged);
    }

    private static UdpAccount sink(long sent, UdpCounters kernel, long received) {
        return new UdpAccount(sent, kernel, 0, counts(received, 0, 0, received), false, false);
    }

    private static UdpAccount echo(long echoed, Contender.Counts counts) {
        return new UdpAccount(100, kernel(90, 10), echoed, counts, false, true);
    }

    private static UdpAccount merged(UdpCounters kernel, Contender.Counts counts, boolean echo, long echoed) {
        return new UdpAccount(1_000, kernel, echoed, counts, true, echo);
    }

    private static void assertProblem(String fragment, UdpAccount account) {
        assertTrue(account.problem().contains(fragment), account::problem);
    }

    @Test
    void shouldBalanceWhenEveryDatagramIsSomewhere() {
        assertEquals("", sink(100, kernel(90, 10), 90).problem());
        assertEquals("", sink(100, new UdpCounters(90, 4, 6, 5, 0), 90).problem(), "nobody's port, and wrong ones");
        assertEquals("", echo(90, counts(90, 90, 0, 90)).problem());
        assertEquals("", echo(80, counts(90, 80, 10, 90)).problem());
    }

    @Test
    void shouldMissWhatTheKernelDoesNotCount() {
        assertProblem("sent 100, but the kernel delivered 89 and dropped 10", sink(100, kernel(89, 10), 89));
    }

    @Test
    void shouldMissWhatTheReceiverDoesNotCount() {
        assertProblem("the kernel delivered 90, but it received 89", sink(100, kernel(90, 10), 89));
    }

    @Test
    void shouldMissWhatDoesNotComeBack() {
        assertProblem("sent back 90, but 89 arrived", echo(89, counts(90, 90, 0, 90)));
        assertProblem("received 90, but 89 came back and 0", echo(89, counts(90, 89, 0, 90)));
    }

    @Test
    void shouldBalanceMergedOnesByBothCounts() {
        assertEquals("", merged(kernel(20, 2), counts(900, 0, 0, 20), false, 0).problem());
        assertProblem(
                "delivered 20 merged ones, but it received 19", merged(kernel(20, 2), counts(900, 0, 0, 19), false, 0));
        assertProblem("sent 1000, but received 999", merged(kernel(20, 2), counts(999, 0, 0, 20), false, 0));
        assertProblem("sent 1000, but received 500", merged(kernel(20, 2), counts(500, 0, 0, 20), false, 0));
        assertProblem("sent back 900, but 899", merged(kernel(20, 2), counts(900, 900, 0, 20), true, 899));
    }

    @Test
    void shouldTakeAReceiverThatCountsMergedOnesAsOne() {
        assertEquals(
                "",
                merged(kernel(20, 2), counts(20, 20, 0, Contender.UNKNOWN), true, 900)
                        .problem());
        assertEquals(
                "",
                merged(kernel(20, 2), counts(900, 900, 0, Contender.UNKNOWN), true, 900)
                        .problem());
        assertProblem("received 890", merged(kernel(20, 0), counts(890, 890, 0, Contender.UNKNOWN), true, 890));
    }

    @Test
    void shouldEstimateHowManyWereInEachDrop() {
        assertEquals(1, sink(100, kernel(90, 10), 90).datagramsPerDrop());
        assertEquals(1, merged(kernel(20, 0), counts(1_000, 0, 0, 20), false, 0).datagramsPerDrop());
        assertEquals(50, merged(kernel(20, 2), counts(900, 0, 0, 20), false, 0).datagramsPerDrop());
        assertEquals(
                1_000 / 22.0,
                merged(kernel(20, 2), counts(20, 0, 0, Contender.UNKNOWN), false, 0)
                        .datagramsPerDrop());
    }
}
