package io.millrace.lab.bench;

/** How much is on its way while round trips are measured. */
enum Load {
    /** One message, the next when it is back. */
    ONE("one in flight", 0),
    /** A tenth of the most that comes back. */
    LOW("10 % of its own most", 0.1),
    /** Half of it. */
    HALF("50 % of its own most", 0.5),
    /** Most of it. */
    HIGH("80 % of its own most", 0.8);

    private final String text;
    private final double share;

    Load(String text, double share) {
        this.text = text;
        this.share = share;
    }

    /** Of the most that comes back a second; 0 if it is not sent at a pace. */
    double share() {
        return share;
    }

    @Override
    public String toString() {
        return text;
    }
}
