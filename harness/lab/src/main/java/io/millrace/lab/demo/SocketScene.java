package io.millrace.lab.demo;

import io.millrace.HostException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.Locale;

/** Driver and engine beside each other on the loopback interface: nothing to make, and no privilege needed. */
abstract class SocketScene implements DemoScene {
    static final String LOOPBACK = "127.0.0.1";

    private final Placement cpus;
    private final InetSocketAddress address;

    /** Opens a socket at a port that the kernel chooses; returns its address when it is closed again. */
    interface Probe {
        InetSocketAddress bindAndClose(InetSocketAddress anyPort) throws IOException;
    }

    SocketScene(Placement cpus, Probe probe) {
        this.cpus = cpus;
        try {
            address = probe.bindAndClose(new InetSocketAddress(LOOPBACK, 0));
        } catch (IOException e) {
            throw new HostException(
                    "no socket can be bound to " + LOOPBACK + ", " + e.getMessage() + "; type: ip link set lo up", e);
        }
    }

    /** Where the engine's port is to be: nobody has it now, and the kernel gives out others first. */
    final InetSocketAddress address() {
        return address;
    }

    final Placement cpus() {
        return cpus;
    }

    /** The engine's pipeline. */
    abstract String engineDoes();

    @Override
    public void introduce(PrintStream out) {
        String columns = "  %-22s%-10s%-7s %-15s %s%n";
        out.println("Two processes on the loopback interface:\n");
        out.printf(
                Locale.ROOT,
                columns,
                "traffic driver, CPU " + cpus.driver(),
                LOOPBACK,
                "<=====>",
                LOOPBACK + ":" + address.getPort(),
                "engine, CPU " + cpus.engine());
        out.printf(Locale.ROOT, columns, "checks every echo", "", "", "", engineDoes());
    }

    @Override
    public Process start(ProcessBuilder process) throws IOException {
        return process.start();
    }

    @Override
    public void close() {
        // Nothing has to be removed.
    }
}
