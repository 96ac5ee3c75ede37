package io.millrace.lab.bench;

import io.millrace.bindings.Libc;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.lab.traffic.PacketTraffic;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.TrafficReport;
import io.millrace.lab.traffic.TrafficSource;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * The kernel's generator at the left end of a pair, on a thread of its own that is pinned to its CPU; for frames that
 * are too long for it a packet socket.
 */
final class Generator implements AutoCloseable {
    /** The source address of frames. It belongs to nobody, so the sender's stack drops the frames that come back. */
    static final String NOBODY_MAC = "02:00:5e:10:00:99";
    /** The address of somebody else: the receiver's stack drops frames to it, but a packet socket sees them. */
    static final String OTHERS_MAC = "02:00:5e:10:00:98";
    /** A port that nobody has, so that frames which a starting receiver leaves to the kernel are not answered. */
    static final InetAddress NOBODY_IP = InetAddress.ofLiteral("10.99.0.99");

    private final CompletableFuture<TrafficReport> result = new CompletableFuture<>();
    private final CountDownLatch running = new CountDownLatch(1);
    private final TrafficSource traffic;
    private final LongSupplier taken;
    private final Settings settings;
    private volatile int threadId;
    private boolean started;

    private Generator(TrafficSource traffic, LongSupplier taken, Settings settings) {
        this.traffic = traffic;
        this.taken = taken;
        this.settings = settings;
    }

    /** Opens the generator; it does not send yet. */
    static Generator open(VethPair pair, FrameTemplate frame, Settings settings) {
        VethPair.End end = pair.left();
        if (isOfKernel(frame.lengthBytes())) {
            return new Generator(
                    end.namespace().call(() -> KernelTraffic.open(end.interfaceName(), frame)), null, settings);
        }
        long before = end.counters().txPackets();
        return new Generator(
                end.namespace().call(() -> PacketTraffic.open(end.interfaceName(), frame)),
                () -> end.counters().txPackets() - before,
                settings);
    }

    /** Returns whether the kernel makes frames of this length. */
    static boolean isOfKernel(int length) {
        return length <= FrameTemplate.LONGEST_SINGLE;
    }

    /** Starts to send; returns when it is about to, which on a busy machine takes a while. */
    void start() throws InterruptedException {
        started = true;
        Thread.ofPlatform().name("bench-generator").daemon(true).start(this::work);
        running.await();
    }

    private void work() {
        threadId = Libc.gettid();
        try {
            Libc.pinCurrentThread(settings.generatorCpu());
            running.countDown();
            result.complete(traffic.send(TrafficPlan.endless().at(settings.rate())));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
            running.countDown();
        }
    }

    /** The CPU use of its thread so far. At a rate it sleeps between bursts, see {@link Receiver#cpuUse}. */
    CpuUse cpuUse() throws IOException {
        CpuUse use = CpuUse.ofThread(threadId);
        return settings.rate() > 0 ? use.withoutWait() : use;
    }

    /** Stops sending; returns how many frames the interface took. */
    long stop() throws IOException, InterruptedException {
        traffic.stop();
        try {
            long sent = result.get().sent();
            return taken == null ? sent : taken.getAsLong();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        }
    }

    /** Stops sending, if it has not, and frees what it holds. */
    @Override
    public void close() {
        if (started) {
            traffic.stop();
            result.handle((report, failure) -> report).join();
        }
        traffic.close();
    }
}
