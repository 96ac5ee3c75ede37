package io.millrace.afxdp;

import io.millrace.spi.config.ConfigName;
import io.millrace.xdp.AttachMode;

/**
 * How a port is attached and bound, and how it was asked to be.
 *
 * @param asked    what the settings ask for
 * @param attach   how the XDP program is attached, NATIVE or SKB
 * @param zeroCopy whether the sockets are in zero-copy mode, as {@code XDP_OPTIONS} says
 * @param why      the reason of each step down from what was asked, best mode first; "" if there was none
 */
record GrantedMode(AskedMode asked, AttachMode attach, boolean zeroCopy, String why) {

    String attachText() {
        return ConfigName.of(attach);
    }

    String copyText() {
        return zeroCopy ? "zero-copy" : "copy";
    }

    /** The log's line on what was got and what was asked. */
    String report() {
        return "attach " + attachText() + " (asked " + asked.attach() + "), " + copyText() + " (asked " + asked.copy()
                + ")";
    }
}
