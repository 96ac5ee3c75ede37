package io.millrace.lab.bench;

import io.millrace.lab.bench.PeerContender.Start;
import io.millrace.lab.process.PeerProgram;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How each peer is started. The README.md beside its source gives the reasons. */
final class Peers {
    private static final String GSO = "gso";
    /** Options of the Java peers: a heap that does not grow while it is measured. */
    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms512m",
            "-Xmx512m",
            Pauses.LOG_OPTION);

    private static final List<String> NETTY = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.leakDetection.level=disabled");

    private Peers() {}

    static PeerContender xdpsock(String name, Path lab) {
        return new PeerContender(
                name,
                PeerProgram.XDPSOCK,
                lab,
                settings("polls its rings", "not to be had"),
                false,
                (program, task) -> List.of(
                        program.toString(),
                        task.suite().isEcho() ? "reflect" : "rxdrop",
                        task.interfaceName(),
                        Integer.toString(task.queue())));
    }

    static PeerContender mmsg(String name, Path lab, boolean gso) {
        return new PeerContender(
                name,
                PeerProgram.UDP_MMSG,
                lab,
                settings("recvmmsg of 64, never sleeps", "recvmmsg of 64, sleeps"),
                gso,
                udp(gso));
    }

    static PeerContender uring(String name, Path lab, boolean gso) {
        return new PeerContender(
                name,
                PeerProgram.UDP_URING,
                lab,
                settings("multishot recvmsg, never sleeps", "multishot recvmsg, sleeps"),
                gso,
                udp(gso));
    }

    static PeerContender nio(String name, Path lab) {
        return new PeerContender(
                name,
                PeerProgram.NIO_UDP,
                lab,
                settings("receives in a loop", "a selector"),
                false,
                (program, task) -> {
                    List<String> command = new ArrayList<>(JAVA);
                    command.addAll(List.of("-cp", program.toString(), "io.millrace.peer.NioUdp", work(task)));
                    command.addAll(modeAndPlace(task));
                    return command;
                });
    }

    static PeerContender netty(String name, Path lab, String transport) {
        String busy = switch (transport) {
            case "nio" -> "selectNow in a loop";
            case "epoll" -> "SelectStrategy.BUSY_WAIT";
            default -> "waits, as by default"; // it can't do anything else
        };
        return new PeerContender(
                name, PeerProgram.NETTY, lab, settings(busy, "waits, as by default"), false, (program, task) -> {
                    List<String> command = new ArrayList<>(JAVA);
                    command.addAll(NETTY);
                    command.addAll(List.of(
                            "-cp",
                            program.resolve("netty-peer.jar") + File.pathSeparator + program.resolve("lib")
                                    + File.separator + "*",
                            "io.millrace.peer.NettyPeer",
                            task.suite().family() == Family.TCP ? "tcp-echo" : "udp-" + work(task),
                            transport));
                    command.addAll(modeAndPlace(task));
                    return command;
                });
    }

    static PeerContender epoll(String name, Path lab) {
        return new PeerContender(
                name, PeerProgram.TCP_EPOLL, lab, settings("epoll, never sleeps", "epoll, sleeps"), false, Peers::tcp);
    }

    static PeerContender uringTcp(String name, Path lab) {
        return new PeerContender(
                name,
                PeerProgram.TCP_URING,
                lab,
                settings("multishot recv, never sleeps", "multishot recv, sleeps"),
                false,
                Peers::tcp);
    }

    /** A peer that can only sleep. */
    static PeerContender go(String name, Path lab) {
        String settings = "one goroutine " + (name.startsWith("go-tcp") ? "a connection" : "in all") + ", waits";
        return new PeerContender(name, PeerProgram.GO, lab, settings(settings, settings), false, (program, task) -> {
            List<String> command = new ArrayList<>(List.of(
                    program.toString(), task.suite().family() == Family.TCP ? "tcp-echo" : "udp-" + work(task)));
            command.addAll(modeAndPlace(task));
            return command;
        });
    }

    static Map<Mode, String> settings(String busy, String wait) {
        return Map.of(Mode.BUSY, busy, Mode.WAIT, wait);
    }

    static Start udp(boolean gso) {
        return (program, task) -> {
            List<String> command = new ArrayList<>(List.of(program.toString(), work(task)));
            command.addAll(modeAndPlace(task));
            if (gso) {
                command.add(GSO);
            }
            return command;
        };
    }

    static List<String> tcp(Path program, Task task) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(modeAndPlace(task));
        return command;
    }

    private static String work(Task task) {
        return task.suite().isEcho() ? "echo" : "sink";
    }

    private static List<String> modeAndPlace(Task task) {
        return List.of(task.mode() == Mode.BUSY ? "busy" : "wait", task.address(), Integer.toString(Task.PORT));
    }
}
