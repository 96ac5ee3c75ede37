package io.millrace.afxdp.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Who carries out what stages may ask for frames that leave by a port: {@code driver}, {@code software}, or {@code off}
 * if the config does not have it in {@code tx-metadata}.
 *
 * @param timestamp  who tells when a frame was sent
 * @param checksum   who computes a checksum
 * @param launchTime who sends a frame at a given time; never {@code software}
 */
public record TransmitStates(String timestamp, String checksum, String launchTime) {
    /** The states of a port without {@code tx-metadata}. */
    public static final TransmitStates OFF = new TransmitStates("off", "off", "off");

    /** The states in one line, for the log. */
    public String report() {
        return "timestamp " + timestamp + ", checksum " + checksum + ", launch-time " + launchTime;
    }

    /** The states by the words of {@code tx-metadata}. */
    public List<String> asked() {
        List<String> asked = new ArrayList<>();
        if (!timestamp.equals("off")) {
            asked.add("timestamp");
        }
        if (!checksum.equals("off")) {
            asked.add("checksum");
        }
        if (!launchTime.equals("off")) {
            asked.add("launch-time");
        }
        return asked;
    }
}
