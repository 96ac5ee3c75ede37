package io.millrace.lab.bench;

/** The load while round trips are measured. */
enum Load {
    /** One message at a time; the next is sent when it is back. */
    ONE("one in flight", 0),
    /** A tenth of the most that comes back. */
    LOW("10 % of its own most", 0.1),
    /** Half of the most. */
    HALF("50 % of its own most", 0.5),
    /** Four fifths of the most. */
    HIGH("80 % of its own most", 0.8);

    private final String text;
    private final double share;

    Load(String text, double share) {
        this.text = text;
        this.share = share;
    }

    /** The share of the most that comes back a second; 0 if it is not sent at a pace. */
    double share() {
        return share;
    }

    @Override
    public String toString() {
        return text;
    }
}
