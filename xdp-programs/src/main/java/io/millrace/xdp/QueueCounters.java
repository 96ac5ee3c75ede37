package io.millrace.xdp;

import io.millrace.bindings.bpf.bpf_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Reads what an accept program counts, by a system call for each queue. Any thread, while the map is open. */
final class QueueCounters {
    private final BpfMap map;
    private final int queueCount;
    private final int cpuCount = bpf_h.libbpf_num_possible_cpus();
    /** The counts from before, which are subtracted. */
    private final XdpCounters[] before;

    private QueueCounters(BpfMap map, int queueCount) {
        this.map = map;
        this.queueCount = queueCount;
        before = new XdpCounters[queueCount];
        Arrays.fill(before, XdpCounters.ZERO);
    }

    /** Reads all that a program of this process has counted. */
    static QueueCounters all(BpfMap map, int queueCount) {
        return new QueueCounters(map, queueCount);
    }

    /** Reads what another engine's program counts from now on. */
    static QueueCounters fromNow(BpfMap map, int queueCount) {
        QueueCounters counters = new QueueCounters(map, queueCount);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment perCpu = counters.room(arena);
            for (int queue = 0; queue < queueCount; queue++) {
                counters.before[queue] = counters.read(queue, arena, perCpu);
            }
        }
        return counters;
    }

    BpfMap map() {
        return map;
    }

    /** Counts over all queues; of the frames that sockets got, those of some queues only. */
    XdpCounters of(int[] ownQueues) {
        boolean[] own = new boolean[queueCount];
        for (int queue : ownQueues) {
            own[queue] = true;
        }
        XdpCounters sum = XdpCounters.ZERO;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment perCpu = room(arena);
            for (int queue = 0; queue < queueCount; queue++) {
                XdpCounters counted = read(queue, arena, perCpu).minus(before[queue]);
                sum = sum.plus(own[queue] ? counted : counted.ofKernel());
            }
        }
        return sum;
    }

    /** Counts the frames that the sockets of some queues got, without a look at the other queues. */
    XdpCounters ofSockets(int[] ownQueues) {
        XdpCounters sum = XdpCounters.ZERO;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment perCpu = room(arena);
            for (int queue : ownQueues) {
                sum = sum.plus(read(queue, arena, perCpu).minus(before[queue]).ofSockets());
            }
        }
        return sum;
    }

    private MemorySegment room(Arena arena) {
        return arena.allocate((long) cpuCount * AcceptLayout.COUNTERS_LENGTH, Long.BYTES);
    }

    private XdpCounters read(int queue, Arena arena, MemorySegment perCpu) {
        MemorySegment key = arena.allocateFrom(ValueLayout.JAVA_INT, queue);
        return map.get(key, perCpu) ? AcceptLayout.readCounters(perCpu, cpuCount) : XdpCounters.ZERO;
    }
}
