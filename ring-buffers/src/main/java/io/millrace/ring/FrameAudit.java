package io.millrace.ring;

import java.util.EnumSet;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Proves that each frame of a UMEM is in exactly one place: add all places, then ask. Cold, for shut-down and tests;
 * called by one thread while nothing moves.
 *
 * <p>Frames that the kernel holds outside the rings are not found: those that a driver took from the fill ring and has
 * not received into, or took from the TX ring and has not sent. Closing the socket releases them, but does not put them
 * back into a ring.
 */
public final class FrameAudit {
    /** Where a frame may be. */
    public enum Place {
        POOL,
        FILL_RING,
        RX_RING,
        TX_RING,
        COMPLETION_RING,
        BUFFER_RING,
        SEND,
        CONNECTION,
        STAGE,
        LEASE,
        /** Follows the head of a packet that a stage or a lease has. */
        SEGMENT
    }

    /** The places where a frame may have several holders; in the others it has one. */
    private static final Set<Place> HOLDERS = EnumSet.of(Place.SEND, Place.CONNECTION, Place.STAGE, Place.LEASE);

    private static final Place[] PLACES = Place.values();
    /** How many problems of each kind the report spells out. */
    private static final int SPELT_OUT = 8;

    private final Umem umem;
    /** For each frame the place where it was first found, counted from 1; 0 if it was found nowhere. */
    private final byte[] places;

    private final int[] counts = new int[PLACES.length];
    private final StringJoiner duplicateList = new StringJoiner(", ");
    private final StringJoiner outsideList = new StringJoiner(", ");
    /** For each frame how many more holders have to be found; null if frames are not shared. */
    private int[] shares;
    /** How packets that span frames continue; null if none does. */
    private SegmentChains chains;

    private int distinct;
    private int duplicates;
    private int outside;

    public FrameAudit(Umem umem) {
        this.umem = umem;
        this.places = new byte[umem.frameCount()];
    }

    /** Says that a frame is in a place. Any address within the frame does. */
    public void found(Place place, long address) {
        note(place, address);
        if (chains != null && (place == Place.STAGE || place == Place.LEASE) && umem.contains(address)) {
            noteSegments(address);
        }
    }

    private void noteSegments(long head) {
        long link = chains.next(head);
        for (int i = 0; link != SegmentChains.NONE && i < places.length; i++) { // the limit also ends a circle of links
            note(Place.SEGMENT, SegmentChains.address(link));
            link = chains.next(SegmentChains.address(link));
        }
    }

    private void note(Place place, long address) {
        counts[place.ordinal()]++;
        if (!umem.contains(address)) {
            if (outside++ < SPELT_OUT) {
                outsideList.add("0x" + Long.toHexString(address) + " in " + place);
            }
            return;
        }
        final int index = umem.frameIndex(address);
        final int first = places[index] - 1;
        final boolean shared = share(place, index);
        if (first < 0) {
            places[index] = (byte) (place.ordinal() + 1);
            distinct++;
            if (!shared && shares != null && HOLDERS.contains(place)) {
                duplicate(index + " in " + place + " without a reference");
            }
        } else if (!shared || !HOLDERS.contains(PLACES[first])) {
            duplicate(index + " in " + PLACES[first] + " and " + place);
        }
    }

    /** Returns whether this was one of the expected holders. */
    private boolean share(Place place, int index) {
        if (shares == null || shares[index] == 0 || !HOLDERS.contains(place)) {
            return false;
        }
        shares[index]--;
        return true;
    }

    private void duplicate(String description) {
        if (duplicates++ < SPELT_OUT) {
            duplicateList.add(description);
        }
    }

    void expectHolders(int index, int holders) {
        if (shares == null) {
            shares = new int[places.length];
        }
        shares[index] = holders;
    }

    /** Sets which frames may have several holders, each of which has to be found. To be called first. */
    public void add(FrameReferences references) {
        references.audit(this);
    }

    /** Adds the frames that the kernel may receive into. */
    public void add(BufferRing ring) {
        ring.audit(this);
    }

    /**
     * Sets how packets that span frames continue: the holder of a packet's head holds all its frames. To be called
     * before the holders are added.
     */
    public void add(SegmentChains links) {
        chains = links;
    }

    /** How many holders were expected and not found. */
    public int missingHolders() {
        return shares == null ? 0 : IntStream.of(shares).sum();
    }

    /** Adds the free frames. */
    public void add(FramePool pool) {
        pool.audit(this);
    }

    /** Adds the frames submitted that the kernel has not taken. */
    public void add(FillRing ring) {
        ring.audit(this, Place.FILL_RING, XdpDescriptor.ADDRESS_SHIFT);
    }

    /** Adds the frames received and not released. */
    public void add(RxRing ring) {
        ring.audit(this, Place.RX_RING, XdpDescriptor.SHIFT);
    }

    /** Adds the frames submitted that the kernel has not taken. */
    public void add(TxRing ring) {
        ring.audit(this, Place.TX_RING, XdpDescriptor.SHIFT);
    }

    /** Adds the frames sent and not released. */
    public void add(CompletionRing ring) {
        ring.audit(this, Place.COMPLETION_RING, XdpDescriptor.ADDRESS_SHIFT);
    }

    /** How many addresses were found in a place, duplicates and those outside the UMEM included. */
    public int count(Place place) {
        return counts[place.ordinal()];
    }

    /** How often a frame was found again, or with more holders than it has. */
    public int duplicates() {
        return duplicates;
    }

    /** How many addresses were found that are not in the UMEM. */
    public int outside() {
        return outside;
    }

    /** How many frames were found nowhere. */
    public int missing() {
        return places.length - distinct;
    }

    /**
     * Gives the frames that were found nowhere to a pool, which must have none of them.
     *
     * @param which tells by a frame's index whether the pool gets it
     */
    public void giveMissing(FramePool pool, IntPredicate which) {
        for (int index = 0; index < places.length; index++) {
            if (places[index] == 0 && which.test(index)) {
                pool.give(umem.addressOf(index));
            }
        }
    }

    /** Returns whether each frame was found once, or by each of its holders, and nothing else. */
    public boolean balanced() {
        return duplicates == 0 && outside == 0 && missing() == 0 && missingHolders() == 0;
    }

    /** One line for the operator: counts by place, and the first problems of each kind by name. */
    @Override
    public String toString() {
        final StringBuilder report = new StringBuilder("frames ").append(places.length);
        for (final Place place : PLACES) {
            if (count(place) > 0) {
                report.append(", ").append(place).append(' ').append(count(place));
            }
        }
        describe(report, "duplicate", duplicates, duplicateList);
        describe(report, "outside", outside, outsideList);
        describe(report, "missing", missing(), missingList());
        if (missingHolders() > 0) {
            report.append("; missing holders ").append(missingHolders());
        }
        return report.toString();
    }

    private StringJoiner missingList() {
        final StringJoiner list = new StringJoiner(", ");
        for (int index = 0, named = 0; index < places.length && named < SPELT_OUT; index++) {
            if (places[index] == 0) {
                list.add(Integer.toString(index));
                named++;
            }
        }
        return list;
    }

    private static void describe(StringBuilder report, String kind, int count, StringJoiner list) {
        if (count > 0) {
            report.append("; ")
                    .append(kind)
                    .append(' ')
                    .append(count)
                    .append(": ")
                    .append(list);
            if (count > SPELT_OUT) {
                report.append(", …");
            }
        }
    }
}
