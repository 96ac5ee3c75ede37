package io.millrace.lab.conformance;

import io.millrace.lab.net.VethPair;
import java.util.concurrent.Callable;

/** Two interfaces joined back to back: frames are made at one, an engine has the other. */
public interface Wire {
    /** Name of the interface that frames are made at. */
    String sender();

    /** The MAC address of that interface, {@code 02:…}: frames that are sent back need it to pass the filter. */
    String senderMac();

    /** Name of the interface that the engine has. */
    String receiver();

    /** Keys of the engine block that depend on the place of the wire, such as the CPU of the poller. */
    default String engineKeys() {
        return "";
    }

    /** Runs a task where the sending interface is. */
    <T> T atSender(Callable<T> task);

    /** Runs a task where the receiving interface is. */
    <T> T atReceiver(Callable<T> task);

    /** A veth pair, from left to right; its owner closes it. */
    static Wire of(VethPair pair) {
        return new Wire() {
            @Override
            public String sender() {
                return pair.left().interfaceName();
            }

            @Override
            public String senderMac() {
                return pair.left().mac();
            }

            @Override
            public String receiver() {
                return pair.right().interfaceName();
            }

            @Override
            public <T> T atSender(Callable<T> task) {
                return pair.left().namespace().call(task);
            }

            @Override
            public <T> T atReceiver(Callable<T> task) {
                return pair.right().namespace().call(task);
            }

            @Override
            public String toString() {
                return "veth pair";
            }
        };
    }

    /**
     * Two interfaces of the namespace that this process is in.
     *
     * @param senderMac  address of the one that frames are made at
     * @param engineKeys see {@link #engineKeys()}
     */
    static Wire local(String sender, String senderMac, String receiver, String engineKeys) {
        return new LocalWire(sender, senderMac, receiver, engineKeys);
    }
}
