package io.millrace.lab.demo;

import java.time.Duration;

/**
 * The settings of a demo.
 *
 * @param port              which kind of port the engine opens
 * @param duration          how long traffic flows
 * @param messagesPerSecond the pace, or 0: flat out
 */
public record DemoSettings(DemoPort port, Duration duration, double messagesPerSecond) {
    boolean flatOut() {
        return messagesPerSecond == 0;
    }
}
