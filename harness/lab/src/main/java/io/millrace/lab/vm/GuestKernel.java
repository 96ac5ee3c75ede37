package io.millrace.lab.vm;

import java.nio.file.Path;
import java.util.Map;

/**
 * A kernel to boot.
 *
 * @param name    for people
 * @param image   what QEMU loads
 * @param modules that the driver needs, by name, in the order to load them; those built in are not among them
 */
record GuestKernel(String name, Path image, Map<String, byte[]> modules) {}
