package io.millrace.lab.bench;

/** What contenders do while there is nothing to receive. */
public enum Mode {
    /** They look again at once, so that the CPU is always busy. */
    BUSY("busy"),
    /** They sleep in the kernel: the time on the CPU tells what a datagram or message costs. */
    WAIT("waiting");

    private final String text;

    Mode(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
