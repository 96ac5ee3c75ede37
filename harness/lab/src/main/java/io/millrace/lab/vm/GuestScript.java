package io.millrace.lab.vm;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The guest's {@code /init}: file systems, modules, interfaces, Java, off. */
final class GuestScript {
    /** Where the shared libraries are. */
    static final String LIBRARIES = "/lib/millrace";
    /** A serial line of its own: the kernel's messages on the console would break lines in two. */
    private static final String RESULTS = "/dev/ttyS1";

    private static final String MAIN = "io.millrace.lab.vm.guest.GuestMain";

    // Java starts on CPU 1, with its compilers, and only the engine's poller goes to CPU 0 by its config: QEMU 7.2 now
    // and
    // then runs old code where a CPU has just written new, if another one jumps there, and a JVM crashes then.

    private GuestScript() {}

    /**
     * The text.
     *
     * @param modules   to load, in this order
     * @param options   of the JVM
     * @param arguments of the guest's program
     * @param starts    how often Java is started at most, should it crash; it goes on with the check that it was at
     * @param limitS    after this time the machine goes off by itself, should the host forget it
     */
    static String of(Set<String> modules, List<String> options, List<String> arguments, int starts, long limitS) {
        return String.format(
                Locale.ROOT,
                """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            export PATH=/bin LD_LIBRARY_PATH=%s
            mount -t devtmpfs none /dev
            mount -t proc none /proc
            mount -t sysfs none /sys
            mount -t bpf none /sys/fs/bpf
            for cpu in /sys/devices/system/cpu/cpu*/online; do
                echo 1 >$cpu
            done
            (sleep %d; echo "vm-test: out of time"; poweroff -f) &
            for module in %s; do
                insmod /modules/$module.ko || echo "vm-test: module $module can't be loaded"
            done
            for interface in lo eth0 eth1; do
                ip link set dev $interface up || echo "vm-test: $interface can't be brought up"
            done
            for card in 0 1; do
                for interrupt in $(grep "virtio$card-" /proc/interrupts | cut -d : -f 1); do
                    echo $card >/proc/irq/$interrupt/smp_affinity_list
                done
            done
            stty -F %s raw -echo
            for start in $(seq %d); do
                taskset 2 /java/bin/java %s -cp '/app/*' %s %s </dev/null >%s && break
                echo "vm-test: Java ended with $?"
            done
            poweroff -f
            """,
                LIBRARIES,
                limitS,
                String.join(" ", modules),
                RESULTS,
                starts,
                quoted(options),
                MAIN,
                quoted(arguments),
                RESULTS);
    }

    private static String quoted(List<String> words) {
        return words.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
