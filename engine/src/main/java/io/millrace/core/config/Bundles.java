package io.millrace.core.config;

/** Whether one receive may fill several frames. */
public enum Bundles {
    /** Where the kernel can. */
    AUTO,
    /** Never. */
    OFF
}
