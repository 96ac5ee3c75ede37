package io.millrace.lab.bench;

import io.millrace.lab.bench.micro.MicroBenchmark;
import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Goal;
import io.millrace.lab.bench.results.GoalResult;
import io.millrace.lab.bench.results.Readings;
import io.millrace.lab.bench.results.Section;
import io.millrace.lab.bench.results.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The goals of the engine: what it should reach beside the programs that a user would take instead. */
public final class Goals {
    /** The suites that measure something for the goals. */
    static final List<String> SUITES = Stream.concat(
                    Stream.of(
                                    Suite.AFXDP_RX,
                                    Suite.AFXDP_REFLECT,
                                    Suite.AFXDP_PACED,
                                    Suite.UDP_ECHO,
                                    Suite.TCP_ECHO_64X100)
                            .map(Suite::toString),
                    Stream.of(LatencyMeasurement.NAME, CostMeasurement.NAME, MicroMeasurement.NAME))
            .toList();

    private static final String RATE = "rate";
    private static final String CPU = "CPU";
    private static final String ENGINE = "engine";
    private static final String MERGING = "engine-gso";
    private static final String C = "c";
    private static final String C_URING = "c-uring";
    private static final String DPDK = "dpdk";
    private static final String NIO = "nio";
    private static final List<String> NETTY = List.of("netty-nio", "netty-epoll", "netty-io_uring");
    private static final List<String> NETTY_NIO_GO =
            List.of("netty-nio", "netty-epoll", "netty-io_uring", NIO, "go-udp");
    private static final double SECOND_NS = 1e9;
    private static final double HALF_A_HUNDREDTH = 0.005;

    private Goals() {}

    /** Returns all goals, with what a run measured of each. */
    public static List<GoalResult> in(List<Section> sections) {
        return all().stream().map(goal -> goal.in(sections)).toList();
    }

    static List<Goal> all() {
        List<Goal> goals = new ArrayList<>();
        frames(goals);
        datagramsAndMessages(goals);
        roundTrips(goals);
        userSpace(goals);
        return goals;
    }

    private static void frames(List<Goal> goals) {
        String receive = Suite.AFXDP_RX.toString();
        String paced = Suite.AFXDP_PACED.toString();
        String reflect = Suite.AFXDP_REFLECT.toString();
        goals.add(more("receive and drop, engine / C", 1, receive, RATE, ENGINE, C));
        goals.add(less("receive and drop, CPU time a frame, engine / C", 1, receive, CPU, ENGINE, C));
        goals.add(more("the same of an equal load, engine / C", 1, paced, RATE, Contenders.DEEP, C));
        goals.add(new Goal(
                "share lost, 2 stages on the sender's CPU, " + Unit.PER_SECOND.text(Suite.PACE),
                Better.LOWER,
                0,
                0,
                Unit.RATIO,
                Readings.figure(paced::equals, RateReport.LOST::equals, Contenders.BESIDE_SENDER::equals)));
        goals.add(more("reflect, engine / C", 1, reflect, RATE, ENGINE, C));
        goals.add(more("reflect, engine / DPDK", 1.2, reflect, RATE, ENGINE, DPDK));
        goals.add(Goal.ratio(
                "reflect, engine / the best peer's UDP echo",
                Better.HIGHER,
                3,
                Readings.medians(reflect, ENGINE, Suite.UDP_ECHO.toString(), Goals::isPeerWithoutMerging)));
    }

    private static void datagramsAndMessages(List<Goal> goals) {
        for (double pace : CostMeasurement.PACES) {
            String work = CostMeasurement.Work.text(Suite.UDP_SINK, pace);
            String what = work + " asleep, CPU time, engine / ";
            goals.add(less(
                    what + "C on liburing", 1.1, CostMeasurement.NAME, CostMeasurement.cpu(work), ENGINE, C_URING));
            goals.add(less(what + "Netty", 0.75, CostMeasurement.NAME, CostMeasurement.cpu(work), ENGINE, NETTY));
        }
        String echo = Suite.UDP_ECHO.toString();
        goals.add(more("UDP echo, engine / C on liburing", 1, echo, RATE, ENGINE, C_URING));
        goals.add(more("UDP echo, engine / Netty, NIO, Go", 1.1, echo, RATE, ENGINE, NETTY_NIO_GO));
        goals.add(more("UDP echo of one flow with GRO and GSO, engine / Netty", 3, echo, RATE, MERGING, NETTY));
        goals.add(more(
                "TCP echo, 64 B, 100 connections, engine / Netty",
                1.2,
                Suite.TCP_ECHO_64X100.toString(),
                RATE,
                ENGINE,
                NETTY));
    }

    private static void roundTrips(List<Goal> goals) {
        for (String share : List.of("p50", "p99")) {
            String figure = LatencyReport.figure(share, Load.ONE);
            String what = "round trip, one in flight, " + share + ", engine / ";
            goals.add(less(what + "DatagramChannel", 0.8, LatencyMeasurement.NAME, figure, ENGINE, NIO));
            goals.add(less(what + "Netty", 0.4, LatencyMeasurement.NAME, figure, ENGINE, NETTY));
        }
    }

    private static void userSpace(List<Goal> goals) {
        goals.add(less(
                "RX ring to fill ring, Java / C",
                1.15,
                MicroMeasurement.NAME,
                MicroBenchmark.RX_TO_FILL.toString(),
                MicroMeasurement.JAVA,
                MicroMeasurement.C));
        goals.add(new Goal(
                "hand-over of a frame to a stage's thread and back",
                Better.LOWER,
                15,
                HALF_A_HUNDREDTH,
                Unit.NANOSECONDS,
                Readings.figure(
                        MicroMeasurement.NAME::equals, MicroBenchmark.HAND_OVER.toString()::equals, Goals::isEngine)));
        goals.add(new Goal(
                "heap allocated a frame, datagram or message, every suite",
                Better.LOWER,
                0,
                HALF_A_HUNDREDTH,
                Unit.BYTES,
                Readings.figure(suite -> true, chart -> chart.startsWith(RateReport.HEAP), Goals::isEngine)));
        goals.add(new Goal(
                "start of the process to the first frame handled",
                Better.LOWER,
                SECOND_NS,
                0,
                Unit.NANOSECONDS,
                Readings.figure(
                        CostMeasurement.NAME::equals,
                        CostMeasurement.START::equals,
                        CostMeasurement.FIRST_FRAME::equals)));
    }

    private static boolean isEngine(String name) {
        return name.startsWith(ENGINE);
    }

    /** Of datagrams that the kernel has merged, a suite counts the parts, which is different work. */
    private static boolean isPeerWithoutMerging(String name) {
        return !isEngine(name) && !name.endsWith("-gso");
    }

    private static Goal more(String what, double aim, String suite, String figure, String one, String other) {
        return more(what, aim, suite, figure, one, List.of(other));
    }

    private static Goal more(String what, double aim, String suite, String figure, String one, List<String> others) {
        return Goal.ratio(what, Better.HIGHER, aim, Readings.ratio(suite, figure, one, others));
    }

    private static Goal less(String what, double aim, String suite, String figure, String one, String other) {
        return less(what, aim, suite, figure, one, List.of(other));
    }

    private static Goal less(String what, double aim, String suite, String figure, String one, List<String> others) {
        return Goal.ratio(what, Better.LOWER, aim, Readings.ratio(suite, figure, one, others));
    }
}
