package io.millrace.afxdp;

import io.millrace.spi.config.ConfigName;
import io.millrace.xdp.AttachMode;

/**
 * What a port got, of what was asked.
 *
 * @param asked    the settings
 * @param attach   NATIVE or SKB
 * @param zeroCopy what {@code XDP_OPTIONS} says
 * @param why      the reason of each step down from what was asked, best mode first; "" if there was none
 */
record GrantedMode(AskedMode asked, AttachMode attach, boolean zeroCopy, String why) {

    String attachText() {
        return ConfigName.of(attach);
    }

    String copyText() {
        return zeroCopy ? "zero-copy" : "copy";
    }

    /** What was got, and what was asked, for the log. */
    String report() {
        return "attach " + attachText() + " (asked " + asked.attach() + "), " + copyText() + " (asked " + asked.copy()
                + ")";
    }
}
