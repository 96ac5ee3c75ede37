package io.millrace.harness.demo;

import java.time.Duration;

/**
 * What to show.
 *
 * @param duration        how long traffic flows
 * @param framesPerSecond the pace, or 0: flat out
 */
public record DemoSettings(Duration duration, double framesPerSecond) {
    boolean flatOut() {
        return framesPerSecond == 0;
    }
}
