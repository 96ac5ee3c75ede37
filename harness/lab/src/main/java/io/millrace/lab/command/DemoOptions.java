package io.millrace.lab.command;

import io.millrace.lab.demo.DemoPort;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The options of {@code demo}.
 *
 * @param duration how long traffic flows.
 * @param rate     messages a second, or flat out; null for what is usual.
 * @param port     which kind of port the engine opens; null for what this user may.
 * @param json     where the results go, or null.
 */
record DemoOptions(Duration duration, Rate rate, DemoPort port, Path json) {}
