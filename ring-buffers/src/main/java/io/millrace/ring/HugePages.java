package io.millrace.ring;

/** Whether a UMEM is made of huge pages: fewer TLB misses, and fewer pages for the kernel to pin. */
public enum HugePages {
    /** Huge pages where the host has enough; else normal ones, and a log line that says how to reserve them. */
    AUTO,
    /** Huge pages, or no UMEM. */
    ON,
    /** Normal pages. */
    OFF
}
