package io.millrace.xdp;

import java.util.regex.Pattern;

/** UDP or TCP ports, both ends included. */
record PortRange(int first, int last) {

    static final int PORTS = 65536;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

    static PortRange parse(String text) {
        int dash = text.indexOf('-');
        int first = parsePort(dash < 0 ? text : text.substring(0, dash), text);
        int last = dash < 0 ? first : parsePort(text.substring(dash + 1), text);
        if (last < first) {
            throw new IllegalArgumentException(
                    "port range '" + text + "' is empty; write the lower port first: " + last + "-" + first);
        }
        return new PortRange(first, last);
    }

    private static int parsePort(String port, String whole) {
        if (!NUMBER.matcher(port).matches() || Integer.parseInt(port) >= PORTS) {
            throw new IllegalArgumentException(
                    "'" + whole + "' is no port; write a number from 0 to 65535 or a range such as 9000-9010");
        }
        return Integer.parseInt(port);
    }
}
