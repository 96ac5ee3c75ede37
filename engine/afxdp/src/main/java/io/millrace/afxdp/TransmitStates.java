package io.millrace.afxdp;

import java.util.ArrayList;
import java.util.List;

/**
 * Who sees to what stages may ask for frames that leave by a port: {@code driver}, {@code software}, or {@code off} if
 * the config does not have it in {@code tx-metadata}.
 *
 * @param timestamp  telling when a frame was sent
 * @param checksum   computing a checksum
 * @param launchTime sending a frame at a point of time; never {@code software}
 */
public record TransmitStates(String timestamp, String checksum, String launchTime) {
    /** Of a port without {@code tx-metadata}. */
    public static final TransmitStates OFF = new TransmitStates("off", "off", "off");

    /** All of it, for the log. */
    public String report() {
        return "timestamp " + timestamp + ", checksum " + checksum + ", launch-time " + launchTime;
    }

    /** The words of {@code tx-metadata}. */
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
