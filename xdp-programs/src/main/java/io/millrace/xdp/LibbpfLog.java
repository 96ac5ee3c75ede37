package io.millrace.xdp;

import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.libbpf_print_fn_t;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends libbpf's messages to SLF4J instead of stderr, all of them as debug: what an operator should know of a failure
 * is in the exception. There is one for the process, as in libbpf.
 */
final class LibbpfLog {

    private static final Logger LOG = LoggerFactory.getLogger(LibbpfLog.class);
    private static final int LINE_LENGTH_BYTES = 4096;
    private static final int KEPT_WARNINGS = 8;

    /** Warnings of this thread's calls since {@link #forget}, newest last. */
    private static final ThreadLocal<Deque<String>> WARNINGS = ThreadLocal.withInitial(ArrayDeque::new);

    static {
        // The stub lives as long as the process: libbpf may call it from any thread at any time.
        bpf_h.libbpf_set_print(libbpf_print_fn_t.allocate(LibbpfLog::print, Arena.global()));
    }

    private LibbpfLog() {}

    /** Forgets this thread's warnings; the first call takes over libbpf's output. */
    static void forget() {
        WARNINGS.get().clear();
    }

    static List<String> warnings() {
        return List.copyOf(WARNINGS.get());
    }

    private static int print(int level, MemorySegment format, MemorySegment arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment line = arena.allocate(LINE_LENGTH_BYTES);
            libc_h.vsnprintf(line, LINE_LENGTH_BYTES, format, arguments);
            keep(level, line.getString(0).strip());
        } catch (Throwable e) {
            // An exception that leaves an upcall ends the JVM, which a lost line of the log is not worth.
            return 0;
        }
        return 0;
    }

    private static void keep(int level, String line) {
        LOG.debug("libbpf: {}", line);
        if (level == bpf_h.LIBBPF_WARN()) {
            Deque<String> warnings = WARNINGS.get();
            if (warnings.size() == KEPT_WARNINGS) {
                warnings.removeFirst();
            }
            warnings.addLast(line);
        }
    }
}
