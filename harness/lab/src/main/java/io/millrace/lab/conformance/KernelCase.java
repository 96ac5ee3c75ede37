package io.millrace.lab.conformance;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The cases of the kernel's test suite by their names there, with what each asks of an engine. */
public enum KernelCase {
    SEND_RECEIVE(DeliveryCases::sendReceive),
    SEND_RECEIVE_2K_FRAME(DeliveryCases::sendReceive2k),
    SEND_RECEIVE_SINGLE_PKT(DeliveryCases::singlePacket),
    SEND_RECEIVE_UNALIGNED(DeliveryCases::sendReceiveUnaligned, Trial.UNALIGNED_HUGE_PAGES),
    UMEM_HEADROOM(DeliveryCases::headroom),
    BIDIRECTIONAL(DeliveryCases::bidirectional),
    XDP_DROP_HALF(DeliveryCases::dropHalf),
    XDP_ADJUST_TAIL_SHRINK(DeliveryCases::shrink),
    XDP_ADJUST_TAIL_GROW(DeliveryCases::grow),
    POLL_RX(WaitingCases::pollRx),
    POLL_TX(WaitingCases::pollTx),
    POLL_RXQ_FULL(WaitingCases::pollRxqFull),
    POLL_TXQ_FULL(WaitingCases::pollTxqFull),
    TX_QUEUE_CONSUMER(WaitingCases::txQueueConsumer),
    ALIGNED_INV_DESC(DescriptorCases::invalid),
    ALIGNED_INV_DESC_2K_FRAME_SIZE(DescriptorCases::invalid2k),
    UNALIGNED_INV_DESC(DescriptorCases::invalidUnaligned, Trial.UNALIGNED_HUGE_PAGES),
    UNALIGNED_INV_DESC_4001_FRAME_SIZE(DescriptorCases::invalidOddSize, Trial.UNALIGNED_HUGE_PAGES),
    STAT_TX_INVALID(DescriptorCases::statistics),
    STAT_RX_DROPPED(CounterCases::rxDropped, XskMode.COPYING),
    STAT_RX_FULL(CounterCases::rxFull),
    STAT_FILL_EMPTY(CounterCases::fillEmpty),
    XDP_PROG_CLEANUP(LifecycleCases::takeOver),
    HW_SW_MIN_RING_SIZE(LifecycleCases::smallestRings),
    HW_SW_MAX_RING_SIZE(LifecycleCases::largeRings),
    TEARDOWN(LifecycleCases::teardown);

    /** Runs a case. */
    @FunctionalInterface
    private interface Body {
        void run(Trial trial);
    }

    private final Body body;
    private final Set<XskMode> modes;
    private final int hugePages;

    KernelCase(Body body) {
        this(body, EnumSet.allOf(XskMode.class), 0);
    }

    KernelCase(Body body, Set<XskMode> modes) {
        this(body, modes, 0);
    }

    KernelCase(Body body, int hugePages) {
        this(body, EnumSet.allOf(XskMode.class), hugePages);
    }

    KernelCase(Body body, Set<XskMode> modes, int hugePages) {
        this.body = body;
        this.modes = modes;
        this.hugePages = hugePages;
    }

    /** The number of free huge pages of 2 MiB that the case needs. */
    public int hugePages() {
        return hugePages;
    }

    /** The modes that the case applies to. */
    public Set<XskMode> modes() {
        return Collections.unmodifiableSet(modes);
    }

    /**
     * Runs it.
     *
     * @throws CaseFailedException if something is not as the case requires
     */
    public void run(Wire wire, XskMode mode) {
        try (Trial trial = new Trial(wire, mode)) {
            body.run(trial);
        }
    }
}
