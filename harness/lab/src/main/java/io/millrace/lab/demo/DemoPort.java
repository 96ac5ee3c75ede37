package io.millrace.lab.demo;

/** The kinds of port that there is a demo of, by the names that the config has for them. */
public enum DemoPort {
    AF_XDP("af-xdp", 200_000),
    UDP("udp", 50_000),
    TCP("tcp", 50_000);

    private final String text;
    private final double usualRate;

    DemoPort(String text, double usualRate) {
        this.text = text;
        this.usualRate = usualRate;
    }

    /** Messages a second unless the user wants it otherwise: what a driver on one CPU sends without effort. */
    public double usualRate() {
        return usualRate;
    }

    @Override
    public String toString() {
        return text;
    }
}
