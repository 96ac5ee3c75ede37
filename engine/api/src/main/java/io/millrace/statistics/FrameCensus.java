package io.millrace.statistics;

/**
 * Where the frames of a port are. While the engine runs, the figures are read by another thread at slightly different
 * moments; after the close they are exact, and an audit of every address has proven them.
 *
 * @param total     frames of the UMEM
 * @param free      frames that nobody holds; after the close also those that the closed socket's rings held
 * @param inRings   frames that the kernel holds: in the four rings, or on their way between them
 * @param inStages  frames in the pipeline; of coalesced datagrams, which share a frame's memory, each counts
 * @param leased    frames held by leases that outlived their callback; of coalesced datagrams each counts
 * @param lost      frames that the audit at the close found nowhere, or twice; 0 unless the engine is broken
 * @param following frames of the UMEM that hold further segments of the frames in stages and leases
 */
public record FrameCensus(int total, int free, int inRings, int inStages, int leased, int lost, int following) {
    /** The census of a port whose frames have one segment each. */
    public FrameCensus(int total, int free, int inRings, int inStages, int leased, int lost) {
        this(total, free, inRings, inStages, leased, lost, 0);
    }

    /** Returns the sum of both. */
    public FrameCensus plus(FrameCensus other) {
        return new FrameCensus(
                total + other.total,
                free + other.free,
                inRings + other.inRings,
                inStages + other.inStages,
                leased + other.leased,
                lost + other.lost,
                following + other.following);
    }
}
