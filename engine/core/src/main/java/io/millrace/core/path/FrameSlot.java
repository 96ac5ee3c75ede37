package io.millrace.core.path;

import io.millrace.FileSource;
import io.millrace.Verdict;
import io.millrace.spi.FrameDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The descriptor of a frame on its way through the stages: what a Disruptor slot holds instead of the bytes. It has one
 * writer at a time, and the Disruptor's sequences order them; only parallel stages write a verdict or take a lease at
 * the same time, and use the atomic methods.
 *
 * <p>A slot may also carry a change of a TCP connection's state in place of a frame, so that stages hear of it in order
 * with the connection's bytes: {@link #isEvent}.
 */
public final class FrameSlot extends FrameDescriptor {
    /** The {@link #target} of a frame for which a stage named a connection that can't exist. */
    static final long NOBODY = -1;

    private static final VarHandle VERDICT;
    private static final VarHandle LEASES;
    private static final VarHandle FLAGS;
    private static final long EVENT = -1;
    private static final int TURNED = 1;
    private static final int LAST = 2;
    private static final int SHORTENED_SHIFT = 2;
    private static final int REQUESTS_SHIFT = 29;
    private static final int MOST_SHORTENED = (1 << REQUESTS_SHIFT - SHORTENED_SHIFT) - 1;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            VERDICT = lookup.findVarHandle(FrameSlot.class, "verdict", int.class);
            LEASES = lookup.findVarHandle(FrameSlot.class, "leases", int.class);
            FLAGS = lookup.findVarHandle(FrameSlot.class, "flags", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    long address;
    /** The connection to send by, as named by the stage whose verdict counts. */
    long target;

    int length;
    int portId;
    int queue;
    int verdict;
    /** How many leases were taken of this frame while it was in the pipeline, closed ones included. */
    int leases;
    /** The index, in its port, of the connection that the frame came by. */
    int connection;

    FileSource.Transfer file;

    /** {@link #TURNED} and {@link #LAST}, above them {@link #shortened}, above that {@link #requests}. */
    private int flags;

    /**
     * The details of {@link #requests}; null where no port has {@code tx-metadata}. Neighbouring slots are written by
     * different threads; even with this field each slot has a cache line of its own.
     */
    private SlotRequest request;

    FrameSlot() {
        this(null);
    }

    /** @param request holds the details of requests, or null if stages can't ask for anything */
    FrameSlot(SlotRequest request) {
        this.request = request;
    }

    void set(int portId, int queue, int connection, long address, int length) {
        this.address = address;
        this.target = NO_TARGET;
        this.length = length;
        this.portId = portId;
        this.queue = queue;
        this.verdict = 0;
        this.leases = 0;
        this.connection = connection;
        // storing a reference costs the collector's write barrier, and hardly any frame has a file
        if (this.file != null) {
            this.file = null;
        }
        this.flags = 0;
    }

    void setEvent(int portId, int connection, int state) {
        set(portId, 0, connection, EVENT, state);
    }

    void copyFrom(FrameSlot other) {
        address = other.address;
        target = other.target;
        length = other.length;
        portId = other.portId;
        queue = other.queue;
        verdict = other.verdict;
        leases = other.leases;
        connection = other.connection;
        file = other.file;
        flags = other.flags;
        if (other.requests() != 0) {
            if (request == null) {
                request = new SlotRequest(other.request.askable);
            }
            request.copyFrom(other.request);
        }
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int shortened() {
        return shortened(flags);
    }

    private static int shortened(int flags) {
        return flags >>> SHORTENED_SHIFT & MOST_SHORTENED;
    }

    /** Changes the length, and notes how much that leaves out of the frame's former one. */
    void changeLength(int lengthBytes) {
        flags = withLength(flags, lengthBytes);
        length = lengthBytes;
    }

    /** The same where parallel stages may change other flags. */
    void changeLengthConcurrently(int lengthBytes) {
        int seen;
        do {
            seen = (int) FLAGS.getVolatile(this);
        } while (!FLAGS.compareAndSet(this, seen, withLength(seen, lengthBytes)));
        length = lengthBytes;
    }

    private int withLength(int before, int lengthBytes) {
        int now = Math.clamp((long) shortened(before) + length - lengthBytes, 0, MOST_SHORTENED);
        return before & ~(MOST_SHORTENED << SHORTENED_SHIFT) | now << SHORTENED_SHIFT;
    }

    @Override
    public int portId() {
        return portId;
    }

    @Override
    public int queue() {
        return queue;
    }

    @Override
    public int connection() {
        return connection;
    }

    @Override
    public long target() {
        return target;
    }

    @Override
    public FileSource.Transfer file() {
        return file;
    }

    @Override
    public boolean isEvent() {
        return address == EVENT;
    }

    @Override
    public boolean isTurned() {
        return (flags & TURNED) != 0;
    }

    void turn() {
        flags ^= TURNED;
    }

    /** Sets a flag while parallel stages may change other flags. */
    void turnConcurrently() {
        FLAGS.getAndBitwiseXor(this, TURNED);
    }

    @Override
    public boolean isLast() {
        return (flags & LAST) != 0;
    }

    void markLast() {
        flags |= LAST;
    }

    @Override
    public int requests() {
        return flags >>> REQUESTS_SHIFT;
    }

    @Override
    public SlotRequest request() {
        return request;
    }

    void ask(int added) {
        flags |= added << REQUESTS_SHIFT;
    }

    /** Clears a request that has been carried out, or that won't be. */
    void settle(int settled) {
        flags &= ~(settled << REQUESTS_SHIFT);
    }

    /**
     * Adds the verdict of a stage that runs alone. Of two stages' verdicts the larger one counts; a stage's own last
     * one replaces what it said before.
     */
    void decide(int added) {
        if (verdict == Verdict.NONE) {
            verdict = added; // nothing to withdraw: there is no target yet
        } else {
            decideAgain(added, NO_TARGET);
        }
    }

    /** Adds a forward by a connection, from a stage that runs alone. The target counts as long as the verdict does. */
    void decide(int added, long addedTarget) {
        if (verdict == Verdict.NONE) {
            verdict = added;
            target = addedTarget;
        } else {
            decideAgain(added, addedTarget);
        }
    }

    private void decideAgain(int added, long addedTarget) {
        int before = verdict;
        boolean isOwn = Verdict.stageIndex(added) == Verdict.stageIndex(before);
        if (!isOwn && added <= before) {
            return;
        }
        if (!isOwn && Verdict.isForward(before) && Verdict.isForward(added)) {
            withdraw();
        }
        verdict = added;
        target = addedTarget;
    }

    /** Adds the verdict of one of several parallel stages. */
    void decideConcurrently(int added) {
        decideConcurrently(added, 0);
    }

    /**
     * Adds the verdict of one of several parallel stages, which may be a forward that names no connection.
     *
     * @param firstOfGroup the group's first stage: stages before it are done, and what a forward of theirs asked for is
     *                     withdrawn
     */
    void decideConcurrently(int added, int firstOfGroup) {
        int seen = (int) VERDICT.getVolatile(this);
        while (added > seen) {
            if (VERDICT.compareAndSet(this, seen, added)) {
                if (Verdict.isForward(seen) && Verdict.isForward(added) && Verdict.stageIndex(seen) < firstOfGroup) {
                    withdraw(); // only one stage wins the race to replace that verdict
                }
                return;
            }
            seen = (int) VERDICT.getVolatile(this);
        }
    }

    /**
     * An earlier stage's forward no longer counts, so what was asked for it must not apply to another port: the
     * connection, a file region, the closing of the connection, the launch time by a network card's clock.
     */
    private void withdraw() {
        target = NO_TARGET;
        if (file != null) {
            file.release();
            file = null;
        }
        FLAGS.getAndBitwiseAnd(this, ~(LAST | SlotRequest.LAUNCH << REQUESTS_SHIFT));
    }

    /**
     * Marks the frame as abandoned because the engine stops before the stages are done with it; returns whether it was
     * not marked before. Any stage's thread.
     */
    boolean abandon() {
        return (int) VERDICT.getAndSet(this, Verdict.ABANDONED) != Verdict.ABANDONED;
    }

    int verdictConcurrently() {
        return (int) VERDICT.getOpaque(this);
    }

    void countLease() {
        LEASES.getAndAdd(this, 1);
    }
}
