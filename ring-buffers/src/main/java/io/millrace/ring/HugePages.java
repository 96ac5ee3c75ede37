package io.millrace.ring;

/** Whether a UMEM is made of huge pages: fewer TLB misses, and fewer pages for the kernel to pin. */
public enum HugePages {
    /**
     * Huge pages if the host has enough; otherwise normal ones, with a line in the log that says how to reserve huge
     * ones.
     */
    AUTO,
    /** Huge pages, or no UMEM. */
    ON,
    /** Normal pages. */
    OFF
}
