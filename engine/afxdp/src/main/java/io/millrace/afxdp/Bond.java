package io.millrace.afxdp;

/**
 * Recognises a bond. The kernel attaches a program that is to run in native mode on a bond to the bond's ports instead,
 * and hands its frames on as theirs ({@code bond_xdp_set}, {@code xsk_rcv_check}), so that a socket of the bond would
 * never receive any. In generic mode the program runs when a frame has become the bond's.
 */
final class Bond {
    private static final String DRIVER = "bonding";
    /** Why native mode is of no use. */
    static final String REASON = "frames of a bond come by its ports, from where none gets to a socket of the bond";

    private Bond() {}

    static boolean is(NetDevice device) {
        return device.driver().equals(DRIVER);
    }
}
