package io.millrace.lab.bench.micro;

import io.millrace.ring.Umem;
import io.millrace.spi.FrameBuffer;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.IpProtocol;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.Ipv6Flyweight;
import io.millrace.wire.UdpFlyweight;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finds a datagram in a frame by the engine's flyweights, with all their checks, and reads its destination. The buffer
 * is a stage's, and moves from frame to frame as there.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"})
public class HeaderBenchmark {
    private static final long UNSIGNED = 0xffff_ffffL;

    private final FrameBuffer buffer = new FrameBuffer();
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();
    private Arena arena;
    private Umem ipv4Frames;
    private Umem ipv6Frames;

    @Setup
    public void setUp() {
        MicroCpu.pin(MicroCpu.MEASURED);
        arena = Arena.ofShared();
        ipv4Frames = MicroFrames.map(arena, MicroFrames.IPV4, MicroFrames.IPV4_PORT);
        ipv6Frames = MicroFrames.map(arena, MicroFrames.VLAN_IPV6, MicroFrames.VLAN_IPV6_PORT);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    @Benchmark
    @OperationsPerInvocation(MicroFrames.BATCH)
    public long decodeIpv4() {
        final int length = MicroFrames.IPV4.length;
        long sum = 0;
        for (int i = 0; i < MicroFrames.BATCH; i++) {
            buffer.show(ipv4Frames.baseAddress() + MicroFrames.address(i), length);
            sum += ipv4(buffer, length);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(MicroFrames.BATCH)
    public long decodeVlanIpv6() {
        final int length = MicroFrames.VLAN_IPV6.length;
        long sum = 0;
        for (int i = 0; i < MicroFrames.BATCH; i++) {
            buffer.show(ipv6Frames.baseAddress() + MicroFrames.address(i), length);
            sum += vlanIpv6(buffer, length);
        }
        return sum;
    }

    private long ipv4(DirectBuffer frame, int length) {
        if (ethernet.wrap(frame, 0, length)
                && ethernet.etherType() == EthernetFlyweight.IPV4
                && ipv4.wrap(frame, ethernet.payloadOffset(), ethernet.payloadLength())
                && ipv4.protocol() == IpProtocol.UDP
                && ipv4.fragmentOffset() == 0
                && udp.wrap(frame, ipv4.payloadOffset(), ipv4.payloadLength())) {
            return (ipv4.destination() & UNSIGNED) + udp.destinationPort() + udp.payloadLength();
        }
        return 0;
    }

    private long vlanIpv6(DirectBuffer frame, int length) {
        if (ethernet.wrap(frame, 0, length)
                && ethernet.etherType() == EthernetFlyweight.IPV6
                && ipv6.wrap(frame, ethernet.payloadOffset(), ethernet.payloadLength())
                && ipv6.protocol() == IpProtocol.UDP
                && ipv6.fragmentOffset() == 0
                && udp.wrap(frame, ipv6.payloadOffset(), ipv6.payloadLength())) {
            return ipv6.destinationLow() + ethernet.vlanId(0) + udp.destinationPort() + udp.payloadLength();
        }
        return 0;
    }
}
