package io.millrace.sockets;

import static io.millrace.bindings.uring.uring_h.IORING_SETUP_COOP_TASKRUN;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_DEFER_TASKRUN;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_SINGLE_ISSUER;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_SQPOLL;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_TASKRUN_FLAG;

/**
 * When the kernel runs the work that completes operations, see io_uring_setup(2). Ordered from the best mode to the one
 * that every kernel has.
 */
enum TaskRun {
    /** When the poller asks for completions, on the poller's own thread (Linux 6.1). */
    DEFERRED(
            "SINGLE_ISSUER, DEFER_TASKRUN",
            IORING_SETUP_SINGLE_ISSUER() | IORING_SETUP_DEFER_TASKRUN() | IORING_SETUP_TASKRUN_FLAG()),
    /** At the poller's next system call (Linux 5.19). */
    COOPERATIVE("COOP_TASKRUN", IORING_SETUP_COOP_TASKRUN() | IORING_SETUP_TASKRUN_FLAG()),
    /** At once, by interrupting the poller. */
    INTERRUPTING("no task-run flag", 0),
    /** In a kernel thread, which also fetches the submissions. */
    SUBMITTER_THREAD("SQPOLL", IORING_SETUP_SQPOLL());

    private final String text;
    private final int setUpFlags;

    TaskRun(String text, int setUpFlags) {
        this.text = text;
        this.setUpFlags = setUpFlags;
    }

    int setUpFlags() {
        return setUpFlags;
    }

    @Override
    public String toString() {
        return text;
    }
}
