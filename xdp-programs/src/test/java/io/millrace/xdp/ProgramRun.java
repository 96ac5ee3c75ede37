package io.millrace.xdp;

import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_test_run_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Runs a program in the kernel on bytes of ours, as if they had come in on queue 0: BPF_PROG_TEST_RUN. */
final class ProgramRun implements AutoCloseable {

    private static final int LONGEST_FRAME = 3000;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment frame = arena.allocate(LONGEST_FRAME);
    private final MemorySegment options = bpf_test_run_opts.allocate(arena);
    private final int programFd;

    ProgramRun(int programFd) {
        this.programFd = programFd;
        bpf_test_run_opts.sz(options, options.byteSize());
        bpf_test_run_opts.data_in(options, frame);
    }

    /** The verdict on a frame of at least 14 bytes, the least that the kernel takes here. */
    int verdict(byte[] bytes) {
        run(bytes, 1);
        return bpf_test_run_opts.retval(options);
    }

    /** The mean time of so many runs, by the kernel's clock. */
    int meanNs(byte[] bytes, int runs) {
        run(bytes, runs);
        return bpf_test_run_opts.duration(options);
    }

    private void run(byte[] bytes, int runs) {
        frame.asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        bpf_test_run_opts.data_size_in(options, bytes.length);
        // An output: left from the last run, it would be taken for the length of a buffer.
        bpf_test_run_opts.data_size_out(options, 0);
        bpf_test_run_opts.repeat(options, runs);
        int result = bpf_h.bpf_prog_test_run_opts(programFd, options);
        if (result < 0) {
            throw new SystemCallException("BPF_PROG_TEST_RUN", -result);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
