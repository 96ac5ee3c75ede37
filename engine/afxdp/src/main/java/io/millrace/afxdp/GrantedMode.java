package io.millrace.afxdp;

import io.millrace.afxdp.statistics.AskedMode;
import io.millrace.spi.config.ConfigName;
import io.millrace.xdp.AttachMode;

/**
 * The modes that a port got, and those that it asked for.
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

    /** The line for the log about what was granted and what was asked for. */
    String report() {
        return "attach " + attachText() + " (asked " + asked.attach() + "), " + copyText() + " (asked " + asked.copy()
                + ")";
    }
}
