package io.millrace.lab.vm.guest;

import io.millrace.bindings.Libc;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.TrafficReport;
import io.millrace.lab.traffic.TrafficSource;
import io.millrace.lab.traffic.XdpTraffic;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.XdpProgram;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Frames from the peer's interface, on a thread of its own that is pinned to the peer's CPU. */
final class PeerTraffic implements AutoCloseable {
    /** An emulated CPU may be elsewhere for long. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final XdpProgram permission;
    private final TrafficSource traffic;
    private CompletableFuture<TrafficReport> background;

    private PeerTraffic(XdpProgram permission, TrafficSource traffic) {
        this.permission = permission;
        this.traffic = traffic;
    }

    /** Out of the TX ring of a socket, in zero-copy or in copy mode. */
    static PeerTraffic ofSocket(FrameTemplate frame, boolean copying) {
        return new PeerTraffic(null, XdpTraffic.open(GuestNetwork.PEER_INTERFACE, frame, copying, PATIENCE));
    }

    /**
     * Made by the kernel, and counted by the interface. A driver takes XDP frames to send only while it has an XDP
     * program itself ({@code virtnet_xdp_xmit}): this holds one that leaves everything to the kernel.
     */
    static PeerTraffic open(FrameTemplate frame) {
        XdpProgram permission = XdpProgram.load(List.of(), 1);
        try {
            permission.attach(Libc.ifNameToIndex(GuestNetwork.PEER_INTERFACE), AttachMode.NATIVE);
            return new PeerTraffic(permission, KernelTraffic.open(GuestNetwork.PEER_INTERFACE, frame));
        } catch (RuntimeException e) {
            permission.close();
            throw e;
        }
    }

    /** Sends, and returns when it is done. */
    TrafficReport send(TrafficPlan plan) {
        start(plan);
        return background.join();
    }

    /** Sends on a thread of its own, on the peer's CPU. */
    void start(TrafficPlan plan) {
        CompletableFuture<TrafficReport> result = new CompletableFuture<>();
        background = result;
        Thread.ofPlatform().name("traffic").daemon(true).start(() -> {
            try {
                Libc.pinCurrentThread(GuestNetwork.PEER_CPU);
                result.complete(traffic.send(plan));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
    }

    /** Ends what was started. */
    TrafficReport stop() {
        while (!background.isDone()) {
            traffic.stop(); // told too early, a run goes on
            Pause.ms(1);
        }
        return background.join();
    }

    @Override
    public void close() {
        if (background != null && !background.isCompletedExceptionally()) {
            stop();
        }
        traffic.close();
        if (permission != null) {
            permission.close();
        }
    }
}
